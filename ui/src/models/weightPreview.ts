import type { Draft } from '../bindings';

/** Without the adapter, lightly, as trained for most, and past it. */
export const WEIGHTS: readonly number[] = [0, 0.4, 0.8, 1.2];

/** One prompt and one seed, with the adapter at each weight. */
export function weightPreview(adapter: string, prompt: string, seed: number): Draft {
  return {
    prompt,
    negativePrompt: '',
    style: null,
    bucket: null,
    count: 1,
    seed,
    steps: null,
    guidance: null,
    sampler: null,
    size: null,
    transparent: true,
    model: null,
    adapters: [{ id: adapter, weight: 0.8 }],
    start: null,
    plan: {
      kind: 'grid',
      columns: { setting: 'adapterWeight', adapter, values: [...WEIGHTS] },
      rows: null,
    },
  };
}

/** Any seed the engine takes. */
export function anySeed(random: () => number = Math.random): number {
  return Math.floor(random() * 4294967296);
}
