import { backend } from '../backend';

export interface Picture {
  tile: number;
  width: number;
  height: number;
  /** Straight RGBA, a view into the frame. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
}

export interface Frame {
  job: string;
  step: number;
  of: number;
  pictures: Picture[];
}

/** The form is told in the engine's events; throws on anything cut short. */
export function parseFrame(buffer: ArrayBuffer): Frame {
  const view = new DataView(buffer);
  let at = 0;
  const u32 = () => {
    const value = view.getUint32(at, true);
    at += 4;
    return value;
  };
  const step = u32();
  const of = u32();
  const count = u32();
  const length = u32();
  const job = new TextDecoder('ascii').decode(new Uint8Array(buffer, at, length));
  at += Math.ceil(length / 4) * 4;
  const pictures: Picture[] = [];
  for (let index = 0; index < count; index++) {
    const tile = u32();
    const width = u32();
    const height = u32();
    pictures.push({ tile, width, height, pixels: new Uint8ClampedArray(buffer, at, width * height * 4) });
    at += width * height * 4;
  }
  return { job, step, of, pictures };
}

const canvases = new Map<string, HTMLCanvasElement>();
/** The newest picture of each tile, for a canvas that comes late (another screen was open). */
const newest = new Map<string, Picture>();

const place = (job: string, tile: number) => `${job}/${tile}`;

/** An attachment: {@attach previewCanvas(job.id, index)}. */
export function previewCanvas(job: string, tile: number) {
  return (canvas: HTMLCanvasElement) => {
    const key = place(job, tile);
    canvases.set(key, canvas);
    const picture = newest.get(key);
    if (picture) draw(canvas, picture);
    return () => {
      if (canvases.get(key) === canvas) canvases.delete(key);
    };
  };
}

export function forgetPreviews(job: string) {
  for (const key of newest.keys()) if (key.startsWith(`${job}/`)) newest.delete(key);
}

function draw(canvas: HTMLCanvasElement, { width, height, pixels }: Picture) {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  canvas.dataset.drawn = 'true';
}

/**
 * Draws the frame, then asks for the next once the browser has shown this one. Never throws: an exception would stop
 * the channel for good.
 */
export function showFrame(buffer: ArrayBuffer) {
  try {
    const frame = parseFrame(buffer);
    for (const picture of frame.pictures) {
      const key = place(frame.job, picture.tile);
      newest.set(key, picture);
      const canvas = canvases.get(key);
      if (canvas) draw(canvas, picture);
    }
  } catch (thrown) {
    console.error('preview frame', thrown);
  } finally {
    afterFrame(() => void backend.previewShown());
  }
}

/** A hidden window gets no animation frames, and the engine must not wait for it. */
function afterFrame(run: () => void) {
  if (document.hidden) setTimeout(run, 250);
  else requestAnimationFrame(run);
}
