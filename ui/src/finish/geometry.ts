export type Size = { width: number; height: number };
export type Place = { x: number; y: number };
/** A rectangle in whole pixels of the picture. */
export type Frame = Place & Size;
/** null: the whole picture fits. */
export type Zoom = number | null;

export const LEAST_ZOOM = 0.05;
export const MOST_ZOOM = 32;
/** Small pictures are not blown up further than this to fit. */
const MOST_FIT = 6;
const ROOM = 24;

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** Stage pixels per picture pixel. */
export function scaleOf(zoom: Zoom, stage: Size, picture: Size): number {
  if (zoom !== null) return zoom;
  const fits = Math.min((stage.width - 2 * ROOM) / picture.width, (stage.height - 2 * ROOM) / picture.height);
  return clamp(fits, LEAST_ZOOM, MOST_FIT);
}

/** Where the picture's upper left corner is on the stage. */
export function cornerOf(scale: number, pan: Place, stage: Size, picture: Size): Place {
  return {
    x: Math.round((stage.width - picture.width * scale) / 2 + pan.x),
    y: Math.round((stage.height - picture.height * scale) / 2 + pan.y),
  };
}

/** The pan with which the point of the stage stays where it is while the scale changes. */
export function panAround(point: Place, pan: Place, stage: Size, from: number, to: number): Place {
  const turn = (at: number, side: number, moved: number) => at - side / 2 - ((at - side / 2 - moved) * to) / from;
  return { x: turn(point.x, stage.width, pan.x), y: turn(point.y, stage.height, pan.y) };
}

/** How much smaller the picture of a preview is than the whole one: see `render_finish`. */
export function partOf(source: Size, side: number | null): number {
  return side === null ? 1 : Math.min(1, side / Math.max(source.width, source.height));
}

export type Edge = 'n' | 'e' | 's' | 'w' | 'ne' | 'nw' | 'se' | 'sw' | 'all';

/** The frame with an edge, a corner or all of it moved; whole pixels, inside the picture, never empty. */
export function movedFrame(frame: Frame, edge: Edge, by: Place, picture: Size): Frame {
  if (edge === 'all') {
    return {
      ...frame,
      x: clamp(Math.round(frame.x + by.x), 0, picture.width - frame.width),
      y: clamp(Math.round(frame.y + by.y), 0, picture.height - frame.height),
    };
  }
  let [left, top, right, bottom] = [frame.x, frame.y, frame.x + frame.width, frame.y + frame.height];
  if (edge.includes('w')) left = clamp(Math.round(left + by.x), 0, right - 1);
  if (edge.includes('e')) right = clamp(Math.round(right + by.x), left + 1, picture.width);
  if (edge.includes('n')) top = clamp(Math.round(top + by.y), 0, bottom - 1);
  if (edge.includes('s')) bottom = clamp(Math.round(bottom + by.y), top + 1, picture.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}
