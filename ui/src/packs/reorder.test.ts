import { expect, it } from 'vitest';
import { dropAt, edgeSpeed, type Box } from './reorder';

/** Two rows of three, and one in the third; 100 px each with a gap of 10. */
const tiles: Box[] = Array.from({ length: 7 }, (_, i) => {
  const left = (i % 3) * 110;
  const top = Math.floor(i / 3) * 110;
  return { left, top, right: left + 100, bottom: top + 100 };
});

it.each([
  [10, 50, 0, 0, 'before'],
  [60, 50, 1, 1, 'before'],
  [104, 150, 4, 4, 'before'],
  [300, 50, 3, 2, 'after'],
  [400, 260, 7, 6, 'after'],
  [20, 900, 6, 6, 'before'],
  [90, -40, 1, 1, 'before'],
  [20, 104, 0, 0, 'before'],
])('what is dropped at %d, %d goes before tile %d', (x, y, to, tile, side) => {
  expect(dropAt(tiles, x, y)).toEqual({ to, mark: { tile, side } });
});

it('scrolls only near an edge, faster the nearer', () => {
  const box = { top: 100, bottom: 500 };
  expect(edgeSpeed(box, 300)).toBe(0);
  expect(edgeSpeed(box, 140)).toBeLessThan(0);
  expect(edgeSpeed(box, 101)).toBeLessThan(edgeSpeed(box, 140));
  expect(edgeSpeed(box, 600)).toBe(14);
  expect(edgeSpeed(box, 0)).toBe(-14);
});
