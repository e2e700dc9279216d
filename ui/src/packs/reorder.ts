export type Box = { left: number; top: number; right: number; bottom: number };

/** Before which tile something dropped goes (their number: after the last), and beside which the mark is drawn. */
export type Drop = { to: number; mark: { tile: number; side: 'before' | 'after' } };

/** Where something dropped at x, y goes among tiles that lie in rows. */
export function dropAt(tiles: readonly Box[], x: number, y: number): Drop {
  const row = rowAt(tiles, y);
  const found = row.find((i) => x < middle(tiles[i]));
  if (found !== undefined) return { to: found, mark: { tile: found, side: 'before' } };
  const last = row.at(-1) ?? 0;
  // At the end of a row the mark stays in that row, not at the beginning of the next.
  return { to: Math.min(tiles.length, last + 1), mark: { tile: last, side: 'after' } };
}

function middle(tile: Box | undefined): number {
  return tile ? (tile.left + tile.right) / 2 : 0;
}

/** The tiles of the row nearest to y. */
function rowAt(tiles: readonly Box[], y: number): number[] {
  const far = (tile: Box) => Math.max(0, tile.top - y, y - tile.bottom);
  const least = Math.min(...tiles.map(far));
  const top = tiles.find((tile) => far(tile) === least)?.top;
  return tiles.flatMap((tile, i) => (tile.top === top ? [i] : []));
}

/** How fast a list scrolls while something is held near its edge: px per frame. */
export function edgeSpeed(box: Pick<Box, 'top' | 'bottom'>, y: number, edge = 48, most = 14): number {
  const above = Math.min(edge, box.top + edge - y);
  const below = Math.min(edge, y - box.bottom + edge);
  if (above > 0) return -Math.ceil((above / edge) * most);
  return below > 0 ? Math.ceil((below / edge) * most) : 0;
}
