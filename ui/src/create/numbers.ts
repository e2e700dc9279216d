const MOST = 64;

/** "1, 2, 3" or "2-10" or "0-1/0.25"; null when it cannot be read. */
export function parseValues(text: string): number[] | null {
  const parts = text.split(/[,;，、\s]+/).filter(Boolean);
  const values: number[] = [];
  for (const part of parts) {
    const range = /^(\d+(?:\.\d+)?)[-–](\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?$/.exec(part);
    if (range) {
      const [from, to, step] = [Number(range[1]), Number(range[2]), Number(range[3] ?? 1)];
      if (step <= 0 || to < from || (to - from) / step > MOST) return null;
      for (let index = 0; from + index * step <= to + 1e-9; index++) values.push(rounded(from + index * step));
    } else {
      const value = Number(part);
      if (Number.isNaN(value)) return null;
      values.push(value);
    }
  }
  return values.length > MOST ? null : values;
}

export function writeValues(values: number[]): string {
  return values.join(', ');
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
