import type { PaperSize, SheetRequest } from '../bindings';

/** mm */
export const PAPER: Record<PaperSize, { width: number; height: number }> = {
  a4: { width: 210, height: 297 },
  letter: { width: 215.9, height: 279.4 },
};

export const FIRST: SheetRequest = {
  paper: 'a4', stickerMm: 50, marginMm: 10, gapMm: 4, bleedMm: 2, offsetMm: 2, cut: 'kiss', marks: 'crop', lines: 'drawn', copies: 1,
};

/** The largest rectangles that may come to lie on a page, as a sketch for the dialog. */
export type Layout = { columns: number; rows: number; perPage: number; pages: number; cell: number };

/** `count` stickers with their copies. A sketch: the print itself places them by their own shapes. */
export function sketch(request: SheetRequest, count: number): Layout {
  const { width, height } = PAPER[request.paper];
  const cell = request.stickerMm + 2 * Math.max(request.bleedMm, request.cut === 'kiss' ? request.offsetMm : 0);
  const fit = (length: number) => Math.max(0, Math.floor((length - 2 * request.marginMm + request.gapMm) / (cell + request.gapMm)));
  const columns = fit(width);
  const rows = fit(height);
  const perPage = columns * rows;
  return { columns, rows, perPage, pages: perPage === 0 ? 0 : Math.ceil((count * request.copies) / perPage), cell };
}
