/** How much of a picture an encoder lost, in words a person can use. */
export type Loss = 'none' | 'invisible' | 'hardly' | 'visible' | 'strong';

/** By SSIM, the structural likeness: 1 is the same picture. From about 0.98 on nobody sees a difference in a chat. */
export function lossOf(ssim: number): Loss {
  if (ssim >= 0.99995) return 'none';
  if (ssim >= 0.98) return 'invisible';
  if (ssim >= 0.95) return 'hardly';
  return ssim >= 0.88 ? 'visible' : 'strong';
}

/** "webp" of "01.webp", in capitals. */
export function formatOf(file: string): string {
  return (/\.(\w+)$/.exec(file)?.[1] ?? '').toUpperCase();
}
