import { hash, Random } from './random';

const SIDE = 64;
const finals = new Map<string, Promise<Uint8ClampedArray>>();

async function rasterise(url: string): Promise<Uint8ClampedArray> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return new Uint8ClampedArray(SIDE * SIDE * 4);
  context.drawImage(image, 0, 0, SIDE, SIDE);
  return context.getImageData(0, 0, SIDE, SIDE).data;
}

/** A picture on its way from noise to `url`, as a denoising model shows it. */
async function denoised(url: string, done: number): Promise<Uint8ClampedArray> {
  const known = finals.get(url) ?? rasterise(url).catch(() => new Uint8ClampedArray(SIDE * SIDE * 4));
  finals.set(url, known);
  if (finals.size > 64) finals.delete(finals.keys().next().value ?? '');
  const final = await known;
  const random = new Random(hash(url) + Math.floor(done * 1000));
  const keep = Math.min(1, done * done * 1.1);
  const out = new Uint8ClampedArray(final.length);
  for (let i = 0; i < final.length; i += 4) {
    const alpha = (final[i + 3] ?? 0) / 255;
    const noise = random.next();
    for (let c = 0; c < 3; c++) out[i + c] = ((final[i + c] ?? 0) * alpha + 235 * (1 - alpha)) * keep + (150 + 90 * (noise - 0.5) + 30 * (random.next() - 0.5)) * (1 - keep);
    out[i + 3] = 255 * (alpha * keep + (1 - keep) * (0.35 + 0.4 * noise));
  }
  return out;
}

/** The frame format of previews: see notes in state/previews.ts. */
export async function frame(job: string, step: number, of: number, tiles: { tile: number; url: string }[]): Promise<ArrayBuffer> {
  const name = new TextEncoder().encode(job);
  const padded = Math.ceil(name.length / 4) * 4;
  const buffer = new ArrayBuffer(16 + padded + tiles.length * (12 + SIDE * SIDE * 4));
  const view = new DataView(buffer);
  [step, of, tiles.length, name.length].forEach((n, i) => view.setUint32(i * 4, n, true));
  new Uint8Array(buffer, 16).set(name);
  let at = 16 + padded;
  for (const { tile, url } of tiles) {
    [tile, SIDE, SIDE].forEach((n, i) => view.setUint32(at + i * 4, n, true));
    new Uint8ClampedArray(buffer, at + 12, SIDE * SIDE * 4).set(await denoised(url, step / of));
    at += 12 + SIDE * SIDE * 4;
  }
  return buffer;
}
