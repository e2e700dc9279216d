import { describe, expect, it, vi } from 'vitest';
import { cornerOf, movedFrame, panAround, partOf, scaleOf } from './geometry';
import { decode } from './rendered';
import { RenderQueue } from './renderQueue';
import { compose, coverage, StrokeMask } from './stroke';

const stage = { width: 800, height: 600 };

describe('the stage', () => {
  it('fits pictures with room around them, and blows small ones up only so far', () => {
    expect(scaleOf(null, stage, { width: 512, height: 512 })).toBeCloseTo(552 / 512);
    expect(scaleOf(null, stage, { width: 2000, height: 100 })).toBeCloseTo(752 / 2000);
    expect(scaleOf(null, stage, { width: 16, height: 16 })).toBe(6);
    expect(scaleOf(2, stage, { width: 16, height: 16 })).toBe(2);
  });

  it('keeps the point under the pointer when it zooms', () => {
    const picture = { width: 512, height: 256 };
    const point = { x: 700, y: 90 };
    const place = (scale: number, pan: { x: number; y: number }) => {
      const { x, y } = { x: (stage.width - picture.width * scale) / 2 + pan.x, y: (stage.height - picture.height * scale) / 2 + pan.y };
      return [(point.x - x) / scale, (point.y - y) / scale];
    };
    const pan = panAround(point, { x: 30, y: -20 }, stage, 1.5, 4);
    const [before, after] = [place(1.5, { x: 30, y: -20 }), place(4, pan)];
    expect(after[0]).toBeCloseTo(before[0] ?? NaN);
    expect(after[1]).toBeCloseTo(before[1] ?? NaN);
  });

  it('puts the picture into the middle', () => {
    expect(cornerOf(2, { x: 0, y: 0 }, stage, { width: 100, height: 50 })).toEqual({ x: 300, y: 250 });
  });

  it('knows how much smaller a preview is', () => {
    expect(partOf({ width: 1024, height: 512 }, 256)).toBe(0.25);
    expect(partOf({ width: 128, height: 128 }, 256)).toBe(1);
    expect(partOf({ width: 1024, height: 512 }, null)).toBe(1);
  });
});

describe('the crop frame', () => {
  const picture = { width: 100, height: 80 };
  const frame = { x: 10, y: 10, width: 50, height: 40 };

  it.each([
    ['se', { x: 7.4, y: 5.6 }, { x: 10, y: 10, width: 57, height: 46 }],
    ['nw', { x: 5, y: -4 }, { x: 15, y: 6, width: 45, height: 44 }],
    ['e', { x: 900, y: 3 }, { x: 10, y: 10, width: 90, height: 40 }],
    ['n', { x: 0, y: 900 }, { x: 10, y: 49, width: 50, height: 1 }],
    ['all', { x: -99, y: 99 }, { x: 0, y: 40, width: 50, height: 40 }],
  ] as const)('is moved at %s in whole pixels, inside the picture, and never empty', (edge, by, expected) => {
    expect(movedFrame(frame, edge, by, picture)).toEqual(expected);
  });
});

describe('a stroke', () => {
  const opaque = (width: number, height: number, color: number) => {
    const data = new Uint8ClampedArray(width * height * 4).fill(color);
    for (let at = 3; at < data.length; at += 4) data[at] = 255;
    return { data };
  };
  const alpha = ({ data }: { data: Uint8ClampedArray }, x: number, y: number, width = 20) => data[(y * width + x) * 4 + 3];

  it('takes all inside and fades over its soft part', () => {
    expect(coverage(0, 10, 0.5)).toBe(1);
    expect(coverage(4.5, 10, 0.5)).toBe(1);
    expect(coverage(6, 10, 0.5)).toBeCloseTo(0.84375);
    expect(coverage(7.5, 10, 0.5)).toBeCloseTo(0.5);
    expect(coverage(10.5, 10, 0.5)).toBe(0);
    expect([coverage(9.5, 10, 0), coverage(10, 10, 0), coverage(10.5, 10, 0)]).toEqual([1, 0.5, 0]);
  });

  it('erases along its way and nothing beside it', () => {
    const mask = new StrokeMask({ width: 20, height: 20 }, 3, 0);
    const span = mask.add({ x: 4, y: 10 }, { x: 16, y: 10 });
    expect(span).toEqual({ left: 0, top: 6, right: 20, bottom: 14 });
    const [base, into] = [opaque(20, 20, 90), opaque(20, 20, 90)];
    compose('erase', mask, span, base, base, into);
    expect([alpha(into, 10, 10), alpha(into, 4, 9), alpha(into, 10, 5), alpha(into, 10, 14)]).toEqual([0, 0, 255, 255]);
    expect(into.data[0]).toBe(90);
  });

  it('going over it twice takes no more than once', () => {
    const once = new StrokeMask({ width: 20, height: 20 }, 6, 1);
    once.add({ x: 10, y: 10 }, { x: 10, y: 10 });
    const twice = new StrokeMask({ width: 20, height: 20 }, 6, 1);
    twice.add({ x: 10, y: 10 }, { x: 10, y: 10 });
    twice.add({ x: 10, y: 10 }, { x: 10, y: 10 });
    expect(twice.cover).toEqual(once.cover);
  });

  it('restores colour and alpha of the source', () => {
    const mask = new StrokeMask({ width: 20, height: 20 }, 3, 0);
    const span = mask.add({ x: 10, y: 10 }, { x: 10, y: 10 });
    const base = { data: new Uint8ClampedArray(1600) };
    const into = { data: new Uint8ClampedArray(1600) };
    compose('restore', mask, span, base, opaque(20, 20, 77), into);
    expect([...into.data.slice((10 * 20 + 10) * 4, (10 * 20 + 10) * 4 + 4)]).toEqual([77, 77, 77, 255]);
    expect(alpha(into, 2, 2)).toBe(0);
  });

  it('may begin outside of the picture', () => {
    const mask = new StrokeMask({ width: 20, height: 20 }, 3, 0);
    expect(mask.add({ x: -50, y: -50 }, { x: -40, y: -40 })).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
    expect(mask.cover.every((cover) => cover === 0)).toBe(true);
  });
});

describe('rendering', () => {
  it('reads the head and the pixels', () => {
    const head = new TextEncoder().encode('{"width":2,"height":1,"warnings":["empty ünd"]}');
    const bytes = new Uint8Array(4 + head.length + 8);
    new DataView(bytes.buffer).setUint32(0, head.length, true);
    bytes.set(head, 4);
    bytes.set([1, 2, 3, 4, 5, 6, 7, 8], 4 + head.length);
    const rendered = decode(bytes.buffer);
    expect(rendered).toMatchObject({ width: 2, height: 1, warnings: ['empty ünd'] });
    expect([...rendered.pixels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is one at a time, the newest next, and what is older is left out', async () => {
    const open: { request: number; answer: (text: string) => void; fail: (reason: Error) => void }[] = [];
    const on = { done: vi.fn(), failed: vi.fn(), busy: vi.fn() };
    const queue = new RenderQueue<number, string>((request) => new Promise((answer, fail) => open.push({ request, answer, fail })), on);
    for (const request of [1, 2, 3, 4]) queue.ask(request);
    expect(open.map((each) => each.request)).toEqual([1]);
    open[0]?.answer('one');
    await vi.waitFor(() => expect(open.map((each) => each.request)).toEqual([1, 4]));
    expect(on.done.mock.calls).toEqual([[1, 'one', false]]);
    open[1]?.answer('four');
    await vi.waitFor(() => expect(on.busy).toHaveBeenLastCalledWith(false));
    expect(on.done).toHaveBeenLastCalledWith(4, 'four', true);
    queue.ask(5);
    open[2]?.fail(new Error('no'));
    await vi.waitFor(() => expect(on.failed).toHaveBeenCalledExactlyOnceWith(5, new Error('no')));
  });

  it('goes on after a failure that something newer has overtaken, and does not tell of it', async () => {
    const on = { done: vi.fn(), failed: vi.fn(), busy: vi.fn() };
    const queue = new RenderQueue<number, number>((request) => (request === 1 ? Promise.reject(new Error('no')) : Promise.resolve(request)), on);
    queue.ask(1);
    queue.ask(2);
    await vi.waitFor(() => expect(on.done).toHaveBeenCalledExactlyOnceWith(2, 2, true));
    expect(on.failed).not.toHaveBeenCalled();
  });
});
