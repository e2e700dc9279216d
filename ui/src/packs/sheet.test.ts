import { describe, expect, it } from 'vitest';
import { formatOf, lossOf } from './loss';
import { FIRST, sketch } from './sheet';

describe('the sketch of a sheet', () => {
  it('counts what fits', () => {
    // 210 mm less 2 x 10: three of 54 mm with gaps of 4 mm take 170, four would take 228; 297 less 20 takes four rows.
    expect(sketch(FIRST, 18)).toMatchObject({ columns: 3, rows: 4, perPage: 12, pages: 2, cell: 54 });
    expect(sketch({ ...FIRST, copies: 2 }, 18).pages).toBe(3);
    expect(sketch({ ...FIRST, cut: 'die', bleedMm: 0, gapMm: 0, stickerMm: 190 / 4 }, 1).columns).toBe(4);
  });

  it('knows when nothing fits', () => {
    expect(sketch({ ...FIRST, stickerMm: 200 }, 5)).toMatchObject({ perPage: 0, pages: 0 });
  });
});

it.each([[1, 'none'], [0.999, 'invisible'], [0.96, 'hardly'], [0.9, 'visible'], [0.5, 'strong']] as const)('an SSIM of %d is a loss that is %s', (ssim, loss) => {
  expect(lossOf(ssim)).toBe(loss);
});

it('names the format by the file', () => {
  expect(formatOf('a.b/01.webp')).toBe('WEBP');
  expect(formatOf('plain')).toBe('');
});
