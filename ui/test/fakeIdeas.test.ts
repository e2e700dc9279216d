import { expect, it } from 'vitest';
import { createFake, DEFAULTS } from '../src/backend/fake';

it('offers different ideas, whatever the seed', async () => {
  const { studio } = createFake({ ...DEFAULTS, stickers: 0, latency: 0, jobs: 'none' });
  for (let seed = 0; seed < 500; seed += 1) {
    const prompts = (await studio.ideas(seed, 6)).map((idea) => idea.prompt);
    expect(new Set(prompts).size, `seed ${seed}`).toBe(6);
  }
});
