/** A small seeded generator (mulberry32): the same studio for the same seed. */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

export function hash(text: string): number {
  let h = 2166136261;
  for (const c of text) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 16777619);
  return h >>> 0;
}

/** As the library's ids: 10 characters of time, 16 at random, in lower-case base 32. */
export function makeId(time: number, random: Random): string {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  let stamp = '';
  for (let t = time; stamp.length < 10; t = Math.floor(t / 32)) stamp = digits.charAt(t % 32) + stamp;
  let tail = '';
  while (tail.length < 16) tail += random.pick([...digits]);
  return stamp + tail;
}

export function hex(seed: string, length: number): string {
  const random = new Random(hash(seed));
  let out = '';
  while (out.length < length) out += random.below(16).toString(16);
  return out;
}
