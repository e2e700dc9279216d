import type { Place, Size } from './geometry';

/** Pixels from `left`, `top` up to `right`, `bottom`. */
export type Span = { left: number; top: number; right: number; bottom: number };

/** How much a brush takes at a distance from its middle, as crates/effects/src/edits/brush.rs has it: nothing jumps when the render comes. */
export function coverage(distance: number, radius: number, softness: number): number {
  const inner = Math.max(0, radius * (1 - softness) - 0.5);
  const outer = radius + 0.5;
  const fade = Math.min(1, Math.max(0, (outer - distance) / (outer - inner)));
  return fade * fade * (3 - 2 * fade);
}

function distance(x: number, y: number, from: Place, to: Place): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(x - from.x - part * dx, y - from.y - part * dy);
}

/** What a stroke has covered so far, 0 to 255 for each pixel: drawn on the page until the render is there. */
export class StrokeMask {
  readonly cover: Uint8Array;

  constructor(
    readonly size: Size,
    private readonly radius: number,
    private readonly softness: number,
  ) {
    this.cover = new Uint8Array(size.width * size.height);
  }

  /** One more piece of the way; the pixels that it may have changed. */
  add(from: Place, to: Place): Span {
    const { width, height } = this.size;
    const reach = this.radius + 1;
    const inside = (value: number, most: number) => Math.min(most, Math.max(0, value));
    const span = {
      left: inside(Math.floor(Math.min(from.x, to.x) - reach), width),
      top: inside(Math.floor(Math.min(from.y, to.y) - reach), height),
      right: inside(Math.ceil(Math.max(from.x, to.x) + reach), width),
      bottom: inside(Math.ceil(Math.max(from.y, to.y) + reach), height),
    };
    for (let y = span.top; y < span.bottom; y++)
      for (let x = span.left; x < span.right; x++) {
        const at = y * width + x;
        const cover = Math.round(255 * coverage(distance(x + 0.5, y + 0.5, from, to), this.radius, this.softness));
        if (cover > (this.cover[at] ?? 0)) this.cover[at] = cover;
      }
    return span;
  }
}

type Pixels = { data: Uint8ClampedArray };

/** Erases, or restores from the source, what the mask covers: from `base` into `into`, within the span. */
export function compose(kind: 'erase' | 'restore', mask: StrokeMask, span: Span, base: Pixels, source: Pixels, into: Pixels): void {
  const { width } = mask.size;
  for (let y = span.top; y < span.bottom; y++)
    for (let x = span.left; x < span.right; x++) {
      const at = y * width + x;
      const cover = (mask.cover[at] ?? 0) / 255;
      const had = base.data[at * 4 + 3] ?? 0;
      const to = kind === 'erase' ? 0 : (source.data[at * 4 + 3] ?? 0);
      // Where nothing was, the base has no colour to show.
      const from = kind === 'restore' && had === 0 ? source : base;
      for (let c = 0; c < 3; c++) into.data[at * 4 + c] = from.data[at * 4 + c] ?? 0;
      into.data[at * 4 + 3] = had + (to - had) * cover;
    }
}
