import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StudioError } from '../backend';
import type { PackChange } from '../bindings';
import { Saver, type SaveState } from './saver';

const pack = (title: string): PackChange => ({ title, author: '', cover: null, stickers: [] });
const write = vi.fn<(id: string, change: PackChange) => Promise<unknown>>();
const stored = vi.fn();
let state: SaveState;
let saver: Saver;

beforeEach(() => {
  vi.useFakeTimers();
  write.mockReset().mockResolvedValue(null);
  stored.mockReset();
  saver = new Saver({ write, stored, changed: (now) => (state = now), waits: [1000, 3000] });
});
afterEach(() => vi.useRealTimers());

it('writes once, the newest, a moment after the last change', async () => {
  saver.save('a', pack('1'));
  await vi.advanceTimersByTimeAsync(250);
  saver.save('a', pack('2'));
  expect(state.pending).toBe(true);
  await vi.advanceTimersByTimeAsync(299);
  expect(write).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(write.mock.calls).toEqual([['a', pack('2')]]);
  expect(stored.mock.calls).toEqual([['a']]);
  expect(state).toEqual({ pending: false, problem: null });
});

it('writes again what changed while it was being written', async () => {
  let done: () => void = () => {};
  write.mockReturnValueOnce(new Promise<void>((resolve) => (done = resolve)));
  saver.save('a', pack('1'));
  const flushed = saver.flush();
  saver.save('a', pack('2'));
  saver.save('b', pack('3'));
  done();
  await flushed;
  expect(write.mock.calls.map(([id, { title }]) => id + title)).toEqual(['a1', 'a2', 'b3']);
  expect(stored.mock.calls).toEqual([['a'], ['b']]);
});

it('says a failure, tries again by itself, and forgets it when it worked', async () => {
  write.mockRejectedValueOnce(new StudioError('internal', 'the disk is full')).mockRejectedValueOnce(new StudioError('internal', 'still full'));
  saver.save('a', pack('1'));
  await expect(saver.flush()).rejects.toThrow('the disk is full');
  expect(state).toEqual({ pending: true, problem: 'the disk is full' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(state.problem).toBe('still full');
  await vi.advanceTimersByTimeAsync(2999);
  expect(write).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(state).toEqual({ pending: false, problem: null });
});

it('does not repeat by itself what cannot be done at all', async () => {
  write.mockRejectedValue(new StudioError('usage', 'no such pack'));
  saver.save('a', pack('1'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(write).toHaveBeenCalledOnce();
  expect(state.problem).toBe('no such pack');
  saver.retry();
  await vi.advanceTimersByTimeAsync(1);
  expect(write).toHaveBeenCalledTimes(2);
  saver.forget('a');
  expect(state).toEqual({ pending: false, problem: null });
});
