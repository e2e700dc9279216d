import type { StickerId } from '../bindings';
import { dropAt, edgeSpeed, type Drop } from './reorder';

const FAR_ENOUGH = 6;

export type Held = { ids: StickerId[]; x: number; y: number; drop: Drop };

/** Stickers held by the pointer on their way to another place; Escape puts them back. */
export class Drag {
  held = $state.raw<Held | null>(null);
  readonly #box: () => HTMLElement | undefined;
  readonly #done: (ids: StickerId[], to: number) => void;

  constructor(box: () => HTMLElement | undefined, done: (ids: StickerId[], to: number) => void) {
    this.#box = box;
    this.#done = done;
  }

  /** For onpointerdown; nothing happens before the pointer has moved a few pixels. */
  begin(event: PointerEvent, ids: () => StickerId[]): void {
    if (event.button !== 0) return;
    const from = { x: event.clientX, y: event.clientY };
    let frame = 0;
    const over = (x: number, y: number) => {
      const drop = dropAt(this.#tiles(), x, y);
      this.held = { ids: this.held?.ids ?? ids(), x, y, drop };
    };
    const scroll = () => {
      const box = this.#box();
      if (!box || !this.held) return;
      const speed = edgeSpeed(box.getBoundingClientRect(), this.held.y);
      if (speed !== 0) {
        box.scrollTop += speed;
        over(this.held.x, this.held.y);
      }
      frame = requestAnimationFrame(scroll);
    };
    const move = (now: PointerEvent) => {
      if (!this.held && Math.hypot(now.clientX - from.x, now.clientY - from.y) <= FAR_ENOUGH) return;
      if (!this.held) frame = requestAnimationFrame(scroll);
      over(now.clientX, now.clientY);
    };
    const end = (drop: boolean) => {
      const { held } = this;
      cancelAnimationFrame(frame);
      listening.abort();
      this.held = null;
      if (!held) return;
      swallowClick();
      if (drop) this.#done(held.ids, held.drop.to);
    };
    const listening = new AbortController();
    const { signal } = listening;
    addEventListener('pointermove', move, { signal });
    addEventListener('pointerup', () => end(true), { signal });
    addEventListener('pointercancel', () => end(false), { signal });
    addEventListener('blur', () => end(false), { signal });
    addEventListener('keydown', (pressed) => {
      if (pressed.key !== 'Escape' || !this.held) return;
      pressed.stopPropagation();
      end(false);
    }, { signal, capture: true });
  }

  #tiles(): DOMRect[] {
    return [...(this.#box()?.querySelectorAll('[data-id]') ?? [])].map((tile) => tile.getBoundingClientRect());
  }
}

/** Where the drag ends over a tile, the release must not count as a click on it. */
function swallowClick(): void {
  const stop = (event: Event) => event.stopPropagation();
  addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => removeEventListener('click', stop, true));
}
