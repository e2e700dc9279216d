import { expect, it, vi } from 'vitest';

vi.mock('../i18n/index.svelte', () => ({ t: (key: string) => `«${key}»` }));
const { tileLabel } = await import('./tileLabel');

it('names the settings of a grid in the page’s language and leaves moods alone', () => {
  expect(tileLabel('guidance 4.5, steps 20')).toBe('«create.axis.guidance» 4.5, «create.axis.steps» 20');
  expect(tileLabel('weight 0.8')).toBe('«create.axis.adapterWeight» 0.8');
  for (const mood of ['', 'happy', 'in love', 'seed', 'steps ahead', 'guidance of 3']) expect(tileLabel(mood)).toBe(mood);
});
