import { expect, test } from 'vitest';
import { anySeed, weightPreview, WEIGHTS } from './weightPreview';

test('a weight preview is one prompt and one seed at each weight of one adapter', () => {
  const draft = weightPreview('paper', 'a fox', 7);
  expect(draft).toMatchObject({ prompt: 'a fox', seed: 7, count: 1, adapters: [{ id: 'paper' }] });
  expect(draft.plan).toEqual({
    kind: 'grid',
    columns: { setting: 'adapterWeight', adapter: 'paper', values: [...WEIGHTS] },
    rows: null,
  });
});

test('any seed is one that the engine takes', () => {
  expect(anySeed(() => 0)).toBe(0);
  expect(anySeed(() => 0.999999999999)).toBe(4294967295);
});
