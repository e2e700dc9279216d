/** Where the tiles of a virtual grid lie: squares that fill the width, in rows of the same height. */
export type Layout = { columns: number; tile: number; gap: number; rows: number; height: number };
/** Indices of tiles: first, and one past the last. */
export type Span = { first: number; last: number };

export const GAP = 8;
export const OVERSCAN_ROWS = 2;

export function layout(width: number, wanted: number, count: number, gap = GAP): Layout {
  const columns = Math.max(1, Math.floor((width + gap) / (wanted + gap)));
  const tile = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  const rows = Math.ceil(count / columns);
  return { columns, tile, gap, rows, height: Math.max(0, rows * (tile + gap) - gap) };
}

export function place(of: Layout, index: number): { x: number; y: number } {
  const step = of.tile + of.gap;
  return { x: (index % of.columns) * step, y: Math.floor(index / of.columns) * step };
}

/** The tiles to have in the page: whole rows in view, and some above and below. */
export function span(of: Layout, count: number, scrollTop: number, viewport: number, overscan = OVERSCAN_ROWS): Span {
  const step = of.tile + of.gap;
  const top = Math.min(Math.max(0, scrollTop), Math.max(0, of.height - viewport));
  const first = Math.max(0, Math.floor(top / step) - overscan);
  const last = Math.min(of.rows, Math.ceil((top + viewport) / step) + overscan);
  return { first: Math.min(first * of.columns, count), last: Math.min(last * of.columns, count) };
}

/** The scroll position nearest to `scrollTop` at which a tile is wholly in view. */
export function scrollFor(of: Layout, index: number, scrollTop: number, viewport: number): number {
  const { y } = place(of, index);
  if (y < scrollTop) return y;
  return Math.max(scrollTop, y + of.tile - viewport);
}

/** Where a key leads from `index`; null: not a key of the grid. */
export function step(key: string, index: number, of: Layout, count: number, viewport: number): number | null {
  if (count === 0) return null;
  const page = Math.max(1, Math.floor(viewport / (of.tile + of.gap))) * of.columns;
  const within = (to: number) => Math.min(count - 1, Math.max(0, to));
  const row = (by: number) => {
    const to = index + by;
    if (to >= 0 && to < count) return to;
    const column = index % of.columns;
    if (to < 0) return Math.min(column, count - 1);
    const last = (of.rows - 1) * of.columns + column;
    return Math.max(index, last < count ? last : Math.floor(index / of.columns) < of.rows - 1 ? count - 1 : index);
  };
  switch (key) {
    case 'ArrowLeft': return within(index - 1);
    case 'ArrowRight': return within(index + 1);
    case 'ArrowUp': return row(-of.columns);
    case 'ArrowDown': return row(of.columns);
    case 'PageUp': return row(-page);
    case 'PageDown': return row(page);
    case 'Home': return 0;
    case 'End': return count - 1;
    default: return null;
  }
}
