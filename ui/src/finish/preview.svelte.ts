import { backend } from '../backend';
import type { Finish, Sticker } from '../bindings';
import { messageOf } from '../state/toasts.svelte';
import { partOf, type Size } from './geometry';
import { decode, imageOf, type Rendered } from './rendered';
import { RenderQueue } from './renderQueue';

/** While a slider is held on a machine without a GPU. */
const SMALL = 256;

export type Wanted = { source: Sticker; finish: Finish; small: boolean; edits: boolean };
export type Shown = Wanted & {
  rendered: Rendered;
  /** Of the whole picture, also when this is a small one. */
  size: Size;
};

/** The picture on the stage, and how far the next one is. */
export class Preview {
  shown = $state.raw<Shown | null>(null);
  /** Why the last one could not be rendered. */
  problem = $state<string | null>(null);
  busy = $state(false);
  /** How long the last one took. */
  lastMs = $state(200);
  #asked: string | null = null;
  #before = $state.raw<{ id: string; image: ImageData } | null>(null);
  #beforeAsked: string | null = null;

  #queue = new RenderQueue<Wanted, Rendered>((wanted) => this.#render(wanted), {
    done: (wanted, rendered, newest) => {
      this.problem = null;
      // Strokes that this one lacks stand on the stage already.
      if (wanted.edits && !newest) return;
      const part = partOf(wanted.source, sideOf(wanted));
      this.shown = { ...wanted, rendered, size: { width: rendered.width / part, height: rendered.height / part } };
    },
    failed: (_, thrown) => {
      this.problem = messageOf(thrown);
      this.#asked = null;
    },
    busy: (busy) => (this.busy = busy),
  });

  /** Renders what is not on its way already. */
  ask(wanted: Wanted): void {
    const key = JSON.stringify([wanted.source.id, wanted.finish, wanted.small, wanted.edits]);
    if (key === this.#asked) return;
    this.#asked = key;
    this.#queue.ask(wanted);
  }

  async #render(wanted: Wanted): Promise<Rendered> {
    const from = performance.now();
    const rendered = decode(await backend.renderFinish(wanted.source.id, wanted.finish, sideOf(wanted)));
    this.lastMs = performance.now() - from;
    return rendered;
  }

  /** The picture as it came; null until it is there. */
  before(id: string): ImageData | null {
    return this.#before?.id === id ? this.#before.image : null;
  }

  async fetchBefore(id: string): Promise<void> {
    if (this.#beforeAsked === id) return;
    this.#beforeAsked = id;
    try {
      const image = imageOf(decode(await backend.renderFinish(id, { edits: [], effects: [] }, null)));
      if (this.#beforeAsked === id) this.#before = { id, image };
    } catch (thrown) {
      this.problem = messageOf(thrown);
      this.#beforeAsked = null;
    }
  }
}

function sideOf({ small }: Wanted): number | null {
  return small ? SMALL : null;
}

export const preview = new Preview();
