import { expect, it, vi } from 'vitest';
import type { Job, Queue } from '../bindings';

const queue = vi.fn<() => Promise<Queue>>();
vi.mock('../backend', () => ({ backend: { queue } }));
const { inOrder, jobs, placeBefore } = await import('./jobs.svelte');

const job = (id: string, state: Job['state'] = 'queued'): Job => ({
  id,
  title: id,
  state,
  createdAt: 0,
  tiles: [{ prompt: id, label: '', seed: 1, sticker: null }],
  columns: null,
  error: null,
  warnings: [],
});

it('moves a job by one place', () => {
  const order = ['a', 'b', 'c'];
  expect(placeBefore(order, 'b', -1)).toBe('a');
  expect(placeBefore(order, 'a', 1)).toBe('c');
  expect(placeBefore(order, 'b', 1)).toBeNull();
  expect(placeBefore(order, 'a', -1)).toBeUndefined();
  expect(placeBefore(order, 'c', 1)).toBeUndefined();
  expect(placeBefore(order, 'x', 1)).toBeUndefined();
});

it('orders as told and keeps the unnamed last', () => {
  const list = [job('a'), job('new'), job('b')];
  expect(inOrder(list, ['b', 'a']).map((each) => each.id)).toEqual(['b', 'a', 'new']);
});

it('follows the events of a job', () => {
  jobs.handle({ kind: 'job', job: job('a', 'running') });
  jobs.handle({
    kind: 'progress',
    progress: { job: 'a', stage: null, step: 5, of: 25, tiles: [0, 1], secondsPerStep: 1, secondsLeft: 20, device: 'cpu' },
  });
  expect(jobs.running?.id).toBe('a');
  expect(jobs.progressOf('a')?.step).toBe(5);
  jobs.add(job('a'));
  expect(jobs.list[0]?.state, 'an answer that comes after its event changes nothing').toBe('running');
  jobs.handle({ kind: 'job', job: job('a', 'done') });
  expect(jobs.progressOf('a')).toBeUndefined();
  jobs.handle({ kind: 'jobRemoved', id: 'a' });
  expect(jobs.list).toEqual([]);
});

it('keeps what happens while the list is loaded, which may be older', async () => {
  queue.mockImplementation(async () => {
    const older = [job('a', 'queued')];
    jobs.handle({ kind: 'job', job: job('a', 'running') });
    await Promise.resolve();
    return { paused: false, jobs: older };
  });
  await jobs.load();
  expect(jobs.list.map((each) => each.state)).toEqual(['running']);
});
