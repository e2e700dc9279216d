import { beforeEach, describe, expect, it, vi } from 'vitest';

const previewShown = vi.hoisted(() => vi.fn());
vi.mock('../backend', () => ({ backend: { previewShown } }));

const { parseFrame, previewCanvas, showFrame } = await import('./previews');

function frame(job: string, pictures: { tile: number; width: number; height: number; fill: number }[], step = 3, of = 25) {
  const name = Math.ceil(job.length / 4) * 4;
  const size = 16 + name + pictures.reduce((sum, { width, height }) => sum + 12 + width * height * 4, 0);
  const buffer = new ArrayBuffer(size);
  const view = new DataView(buffer);
  [step, of, pictures.length, job.length].forEach((value, index) => view.setUint32(index * 4, value, true));
  [...job].forEach((letter, index) => view.setUint8(16 + index, letter.charCodeAt(0)));
  let at = 16 + name;
  for (const { tile, width, height, fill } of pictures) {
    [tile, width, height].forEach((value, index) => view.setUint32(at + index * 4, value, true));
    at += 12;
    new Uint8Array(buffer, at, width * height * 4).fill(fill);
    at += width * height * 4;
  }
  return buffer;
}

describe('parseFrame', () => {
  it.each(['j', 'jobs', 'job-12', ''])('reads the job id %j with its padding', (job) => {
    const read = parseFrame(frame(job, [{ tile: 7, width: 2, height: 3, fill: 9 }]));
    expect(read).toMatchObject({ job, step: 3, of: 25 });
    expect(read.pictures).toHaveLength(1);
    expect(read.pictures[0]).toMatchObject({ tile: 7, width: 2, height: 3 });
    expect([...read.pictures[0]!.pixels]).toEqual(Array(24).fill(9));
  });

  it('reads every picture', () => {
    const sent = [0, 1, 2].map((tile) => ({ tile, width: tile + 1, height: 2, fill: tile }));
    const { pictures } = parseFrame(frame('job', sent));
    expect(pictures.map(({ tile, width, pixels }) => [tile, width, pixels[0]])).toEqual([[0, 1, 0], [1, 2, 1], [2, 3, 2]]);
  });

  it('refuses a frame that is cut short', () => {
    const whole = frame('job', [{ tile: 0, width: 4, height: 4, fill: 1 }]);
    for (const length of [0, 8, 19, 30, whole.byteLength - 1]) {
      expect(() => parseFrame(whole.slice(0, length))).toThrow();
    }
  });
});

describe('showFrame', () => {
  const putImageData = vi.fn();

  beforeEach(() => {
    vi.stubGlobal('ImageData', class { constructor(readonly data: Uint8ClampedArray, readonly width: number) {} });
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ putImageData } as never);
    putImageData.mockClear();
    previewShown.mockClear();
  });

  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  it('draws into the tile’s canvas and then asks for the next', async () => {
    const canvas = document.createElement('canvas');
    const off = previewCanvas('a', 1)(canvas);
    showFrame(frame('a', [{ tile: 1, width: 8, height: 4, fill: 5 }]));
    expect([canvas.width, canvas.height]).toEqual([8, 4]);
    expect(putImageData).toHaveBeenCalledOnce();
    expect(previewShown).not.toHaveBeenCalled();
    await nextFrame();
    expect(previewShown).toHaveBeenCalledOnce();
    off();
  });

  it('keeps the newest for a canvas that comes later', async () => {
    showFrame(frame('late', [{ tile: 0, width: 2, height: 2, fill: 1 }]));
    expect(putImageData).not.toHaveBeenCalled();
    previewCanvas('late', 0)(document.createElement('canvas'));
    expect(putImageData).toHaveBeenCalledOnce();
    await nextFrame();
  });

  it('asks for the next even after a broken frame', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    showFrame(new ArrayBuffer(3));
    expect(error).toHaveBeenCalledOnce();
    await nextFrame();
    expect(previewShown).toHaveBeenCalledOnce();
  });
});
