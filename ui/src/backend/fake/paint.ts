import type { Edit, Effect, Finish, Point } from '../../bindings';
import { Random } from './random';

export type Picture = { width: number; height: number; pixels: Uint8ClampedArray };
type Sheet = { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D };

/** jsdom has none; there pictures are empty. */
function sheet(width: number, height: number): Sheet | null {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  const context = typeof canvas.toBlob === 'function' && typeof Image.prototype.decode === 'function' ? canvas.getContext('2d', { willReadFrequently: true }) : null;
  return context ? { canvas, context } : null;
}

const known = new Map<string, Promise<Picture>>();

/** A picture that an img shows, as pixels. */
export function pixelsOf(url: string, width: number, height: number): Promise<Picture> {
  const key = `${width} ${height} ${url}`;
  const found = known.get(key) ?? rasterise(url, width, height);
  known.set(key, found);
  if (known.size > 24) known.delete(known.keys().next().value ?? '');
  return found;
}

async function rasterise(url: string, width: number, height: number): Promise<Picture> {
  const made = sheet(width, height);
  if (!made) return { width, height, pixels: new Uint8ClampedArray(width * height * 4) };
  const image = new Image();
  image.src = url;
  await image.decode();
  made.context.drawImage(image, 0, 0, width, height);
  return read(made);
}

function read({ canvas, context }: Sheet): Picture {
  const { width, height } = canvas;
  return { width, height, pixels: context.getImageData(0, 0, width, height).data };
}

export function toUrl(picture: Picture): string | null {
  return written(picture)?.canvas.toDataURL() ?? null;
}

function written(picture: Picture): Sheet | null {
  const made = sheet(picture.width, picture.height);
  made?.context.putImageData(new ImageData(new Uint8ClampedArray(picture.pixels), picture.width, picture.height), 0, 0);
  return made;
}

/** An approximation of what crates/effects does, good enough to build the page on. */
export function render(source: Picture, finish: Finish, side: number | null): { picture: Picture; warnings: string[] } {
  const warnings = finish.effects.some((effect) => effect.kind === 'caption' && effect.text.includes('\u{1F9FF}')) ? ['no font here has the letter \u{1F9FF}'] : [];
  const edited = edit(source, finish.edits);
  let made = written(edited);
  if (!made) return { picture: edited, warnings };
  if (!edited.pixels.some((value, index) => index % 4 === 3 && value > 0)) return { picture: edited, warnings: ['the picture is empty'] };
  const part = side === null ? 1 : Math.min(1, side / Math.max(source.width, source.height));
  if (part < 1) made = resized(made, made.canvas.width * part, made.canvas.height * part) ?? made;
  for (const effect of finish.effects) made = apply(made, effect, part) ?? made;
  return { picture: read(made), warnings };
}

function coverage(distance: number, radius: number, softness: number): number {
  const inner = Math.max(0, radius * (1 - softness) - 0.5);
  const fade = Math.max(0, Math.min(1, (radius + 0.5 - distance) / (radius + 0.5 - inner)));
  return fade * fade * (3 - 2 * fade);
}

/** From a place to the way through all points. */
function distance(points: Point[], x: number, y: number): number {
  const pieces = points.map((to, i) => {
    const from = points[i - 1] ?? to;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = dx * dx + dy * dy || 1;
    const part = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
    return Math.hypot(x - from.x - part * dx, y - from.y - part * dy);
  });
  return Math.min(...pieces);
}

function edit(source: Picture, edits: Edit[]): Picture {
  const { width, height } = source;
  const pixels = new Uint8ClampedArray(source.pixels);
  for (const each of edits) {
    if (each.kind === 'wand') wand(source, pixels, each.at.x, each.at.y, each.tolerance, each.reach === 'connected');
    if (each.kind !== 'erase' && each.kind !== 'restore') continue;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const cover = coverage(distance(each.points, x + 0.5, y + 0.5), each.radius, each.softness);
        const at = (y * width + x) * 4 + 3;
        const to = each.kind === 'erase' ? 0 : (source.pixels[at] ?? 0);
        pixels[at] = (pixels[at] ?? 0) * (1 - cover) + to * cover;
      }
  }
  const crop = edits.findLast((each) => each.kind === 'crop');
  const made = crop && written({ width, height, pixels });
  const cut = crop && sheet(crop.width, crop.height);
  if (!made || !cut) return { width, height, pixels };
  cut.context.drawImage(made.canvas, -crop.x, -crop.y);
  return read(cut);
}

function wand(source: Picture, pixels: Uint8ClampedArray, atX: number, atY: number, tolerance: number, connected: boolean): void {
  const { width, height } = source;
  const first = Math.floor(atY) * width + Math.floor(atX);
  const far = (index: number) => Math.hypot(...[0, 1, 2].map((c) => (source.pixels[index * 4 + c] ?? 0) - (source.pixels[first * 4 + c] ?? 0))) / 441;
  if (!connected) {
    for (let index = 0; index < width * height; index++) if (far(index) <= tolerance) pixels[index * 4 + 3] = 0;
    return;
  }
  const seen = new Set([first]);
  const open = [first];
  while (open.length > 0) {
    const index = open.pop() ?? 0;
    if (far(index) > tolerance) continue;
    pixels[index * 4 + 3] = 0;
    const x = index % width;
    for (const next of [x > 0 ? index - 1 : -1, x < width - 1 ? index + 1 : -1, index - width, index + width])
      if (next >= 0 && next < width * height && !seen.has(next)) (seen.add(next), open.push(next));
  }
}

function resized({ canvas }: Sheet, width: number, height: number): Sheet | null {
  const made = sheet(width, height);
  if (!made) return null;
  made.context.imageSmoothingQuality = 'high';
  made.context.drawImage(canvas, 0, 0, made.canvas.width, made.canvas.height);
  return made;
}

/** The shape in one colour. */
function tinted({ canvas }: Sheet, color: string): Sheet | null {
  const made = sheet(canvas.width, canvas.height);
  if (!made) return null;
  made.context.drawImage(canvas, 0, 0);
  made.context.globalCompositeOperation = 'source-in';
  made.context.fillStyle = color;
  made.context.fillRect(0, 0, canvas.width, canvas.height);
  return made;
}

/** The picture on a larger canvas, over what `behind` draws there. */
function grown(from: Sheet, by: number, behind: (to: CanvasRenderingContext2D, at: number) => void): Sheet | null {
  const room = Math.ceil(by);
  const made = sheet(from.canvas.width + 2 * room, from.canvas.height + 2 * room);
  if (!made) return null;
  behind(made.context, room);
  made.context.filter = 'none';
  made.context.globalAlpha = 1;
  made.context.drawImage(from.canvas, room, room);
  return made;
}

/** Painted onto the picture where it is, as strongly as its alpha. */
function over(from: Sheet, strength: number, paint: (to: CanvasRenderingContext2D, width: number, height: number) => void): Sheet | null {
  const made = resized(from, from.canvas.width, from.canvas.height);
  if (!made) return null;
  made.context.globalCompositeOperation = 'source-atop';
  made.context.globalAlpha = strength;
  paint(made.context, made.canvas.width, made.canvas.height);
  return made;
}

function apply(from: Sheet, effect: Effect, part: number): Sheet | null {
  const { width, height } = from.canvas;
  switch (effect.kind) {
    case 'scale': {
      const to = (effect.side * part) / Math.max(width, height);
      return resized(from, width * to, height * to);
    }
    case 'cleanMatte':
    case 'decontaminate':
      return null;
    case 'outline': {
      const by = effect.width * part;
      const shape = tinted(from, effect.color);
      return grown(from, by, (to, at) => {
        for (let turn = 0; shape && by > 0 && turn < 64; turn++) {
          const angle = (turn / 64) * 2 * Math.PI;
          const reach = effect.corners === 'mitre' ? by * Math.min(1.2, 1 / Math.max(Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle)))) : by;
          to.drawImage(shape.canvas, at + Math.cos(angle) * reach, at + Math.sin(angle) * reach);
        }
      });
    }
    case 'shadow': {
      const shape = tinted(from, effect.color);
      const [x, y, blur] = [effect.offsetX * part, effect.offsetY * part, effect.blur * part];
      return grown(from, Math.max(Math.abs(x), Math.abs(y)) + 3 * blur, (to, at) => {
        to.filter = `blur(${blur}px)`;
        to.globalAlpha = effect.opacity;
        if (shape) to.drawImage(shape.canvas, at + x, at + y);
      });
    }
    case 'glow': {
      const shape = tinted(from, effect.color);
      const blur = effect.radius * part;
      return grown(from, 3 * blur, (to, at) => {
        to.filter = `blur(${blur}px)`;
        to.globalAlpha = effect.strength;
        for (let times = 0; shape && times < 2; times++) to.drawImage(shape.canvas, at, at);
      });
    }
    case 'gloss':
      return over(from, effect.strength, (to, w, h) => {
        const light = to.createLinearGradient(0, 0, 0, h * effect.reach);
        light.addColorStop(0, '#ffffff');
        light.addColorStop(1, '#ffffff88');
        to.fillStyle = light;
        to.beginPath();
        to.moveTo(0, 0);
        to.lineTo(w, 0);
        to.lineTo(w, h * effect.reach);
        to.quadraticCurveTo(w / 2, h * effect.reach * (1 - effect.curve), 0, h * effect.reach);
        to.fill();
      });
    case 'foil':
      return over(from, effect.strength, (to, w, h) => {
        const random = new Random(effect.seed);
        const cell = Math.max(4, effect.scale * part);
        to.globalCompositeOperation = 'source-atop';
        for (let y = 0; y < h + cell; y += cell)
          for (let x = 0; x < w + cell; x += cell) {
            to.fillStyle = `hsl(${((x + y) / cell) * 40 + effect.phase * 360 + random.below(90)} 85% 68%)`;
            to.beginPath();
            to.moveTo(x + random.below(cell) - cell, y - cell / 2);
            to.lineTo(x + cell, y + random.below(cell) - cell / 2);
            to.lineTo(x + random.below(cell), y + cell);
            to.fill();
          }
      });
    case 'paper':
      return over(from, effect.strength * 0.5, (to, w, h) => {
        const random = new Random(effect.seed);
        const long = Math.max(1, effect.scale * part);
        for (let fibre = 0; fibre < (w * h) / (long * 4); fibre++) {
          to.fillStyle = random.chance(0.5) ? '#ffffff' : '#6b5a44';
          to.fillRect(random.below(w), random.below(h), random.chance(0.5) ? long : 1, 1);
        }
      });
    case 'halftone':
      return over(from, effect.strength, (to, w, h) => {
        const cell = Math.max(2, effect.cell * part);
        const tone = from.context.getImageData(0, 0, w, h).data;
        const angle = (effect.angle / 180) * Math.PI;
        const reach = Math.hypot(w, h) / 2;
        to.fillStyle = effect.color;
        for (let v = -reach; v < reach; v += cell)
          for (let u = -reach; u < reach; u += cell) {
            const x = w / 2 + u * Math.cos(angle) - v * Math.sin(angle);
            const y = h / 2 + u * Math.sin(angle) + v * Math.cos(angle);
            if (x < 0 || y < 0 || x >= w || y >= h) continue;
            const at = (Math.floor(y) * w + Math.floor(x)) * 4;
            const light = ((tone[at] ?? 0) * 0.3 + (tone[at + 1] ?? 0) * 0.6 + (tone[at + 2] ?? 0) * 0.1) / 255;
            to.beginPath();
            to.arc(x, y, cell * 0.6 * Math.sqrt(Math.max(0, 1 - light)), 0, 2 * Math.PI);
            to.fill();
          }
      });
    case 'caption':
      return caption(from, effect, part);
    case 'fit': {
      const made = sheet(effect.width * part, effect.height * part);
      if (!made) return null;
      const room = effect.margin * part;
      const to = Math.min((made.canvas.width - 2 * room) / width, (made.canvas.height - 2 * room) / height);
      made.context.imageSmoothingQuality = 'high';
      made.context.drawImage(from.canvas, (made.canvas.width - width * to) / 2, (made.canvas.height - height * to) / 2, width * to, height * to);
      return made;
    }
  }
}

function caption(from: Sheet, effect: Extract<Effect, { kind: 'caption' }>, part: number): Sheet | null {
  const { width, height } = from.canvas;
  const size = effect.size * part;
  const lines = effect.text.split('\n');
  if (effect.text.trim() === '') return null;
  const room = size / 2;
  const made = grown(from, room, () => {});
  if (!made) return null;
  const to = made.context;
  const [x, y] = [Math.ceil(room) + effect.x * width, Math.ceil(room) + effect.y * height];
  to.font = `800 ${size * 0.8}px ${effect.family ? `"${effect.family}"` : 'sans-serif'}`;
  to.textAlign = 'center';
  to.textBaseline = 'middle';
  to.lineJoin = 'round';
  if (effect.bubble !== 'none') {
    const wide = Math.max(...lines.map((line) => to.measureText(line).width)) + size;
    to.fillStyle = effect.outlineColor;
    to.beginPath();
    to.roundRect(x - wide / 2, y - (lines.length * size) / 2 - size * 0.2, wide, lines.length * size + size * 0.4, size * 0.6);
    to.fill();
  }
  to.lineWidth = 2 * effect.outline * part;
  to.strokeStyle = effect.outlineColor;
  to.fillStyle = effect.color;
  for (const [index, line] of lines.entries()) {
    const at = y + (index - (lines.length - 1) / 2) * size;
    if (effect.outline > 0) to.strokeText(line, x, at);
    to.fillText(line, x, at);
  }
  return made;
}
