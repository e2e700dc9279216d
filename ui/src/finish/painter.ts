import type { Edit, Point } from '../bindings';
import type { Place } from './geometry';
import { compose, StrokeMask } from './stroke';

/** A stroke has no more: see crates/effects/src/edit.rs. */
const MOST_POINTS = 20_000;

type Brush = { radius: number; softness: number };
type Kind = 'erase' | 'restore';

/** A stroke from its first point to its last: seen at once on the canvas, an edit at its end. */
export class Painter {
  readonly points: Point[] = [];
  private readonly mask: StrokeMask;
  private base: ImageData;
  private readonly into: ImageData;

  constructor(
    private readonly kind: Kind,
    private readonly brush: Brush,
    private readonly context: CanvasRenderingContext2D,
    private readonly source: ImageData,
  ) {
    const { width, height } = context.canvas;
    this.base = context.getImageData(0, 0, width, height);
    this.into = context.getImageData(0, 0, width, height);
    this.mask = new StrokeMask({ width, height }, brush.radius, brush.softness);
  }

  to(at: Place): void {
    const last = this.points.at(-1);
    if (this.points.length >= MOST_POINTS) return;
    if (last && Math.hypot(at.x - last.x, at.y - last.y) < Math.max(0.25, this.brush.radius / 16)) return;
    const point = { x: rounded(at.x), y: rounded(at.y) };
    this.points.push(point);
    const span = this.mask.add(last ?? point, point);
    compose(this.kind, this.mask, span, this.base, this.source, this.into);
    this.context.putImageData(this.into, 0, 0, span.left, span.top, span.right - span.left, span.bottom - span.top);
  }

  /** A render came while the stroke goes on: what is drawn so far lies over it. */
  rebase(base: ImageData): void {
    if (base.width !== this.into.width || base.height !== this.into.height) return;
    this.base = base;
    const all = { left: 0, top: 0, right: base.width, bottom: base.height };
    compose(this.kind, this.mask, all, base, this.source, this.into);
    this.context.putImageData(this.into, 0, 0);
  }

  get edit(): Edit {
    return { kind: this.kind, points: this.points, ...this.brush };
  }
}

/** Hundredths of a pixel are enough, and make short files. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
