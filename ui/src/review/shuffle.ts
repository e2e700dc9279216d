/** mulberry32: small, seeded, the same on every machine. Numbers from 0 to 1, 1 excluded. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A shuffled copy (Fisher–Yates); the same seed gives the same order. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = random(seed);
  const out = [...items];
  for (let last = out.length - 1; last > 0; last--) {
    const pick = Math.floor(next() * (last + 1));
    const held = out[last] as T;
    out[last] = out[pick] as T;
    out[pick] = held;
  }
  return out;
}
