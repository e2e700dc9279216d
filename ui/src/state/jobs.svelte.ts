import { SvelteMap } from 'svelte/reactivity';
import { backend } from '../backend';
import type { Job, JobAction, Progress, StudioEvent } from '../bindings';
import { forgetPreviews, showFrame } from './previews';
import { remember } from './stickers.svelte';
import { attempt } from './toasts.svelte';

const state = $state<{ list: Job[]; paused: boolean; loaded: boolean }>({ list: [], paused: false, loaded: false });
const progress = new SvelteMap<string, Progress>();
/** Events that come while the list is being loaded: the list may be older than they are. */
let meanwhile: StudioEvent[] | null = null;
const waitingStates: Job['state'][] = ['queued', 'paused'];

export const jobs = {
  /** In the queue's order: what runs first comes first. */
  get list(): Job[] {
    return state.list;
  },
  get paused(): boolean {
    return state.paused;
  },
  get loaded(): boolean {
    return state.loaded;
  },
  /** The one under way. */
  get running(): Job | undefined {
    return state.list.find((job) => job.state === 'running');
  },
  /** Those that can be put in another order. */
  get waiting(): Job[] {
    return state.list.filter((job) => waitingStates.includes(job.state));
  },
  progressOf(id: string): Progress | undefined {
    return progress.get(id);
  },

  async load(): Promise<void> {
    meanwhile = [];
    const queue = await attempt(() => backend.queue());
    const later = meanwhile;
    meanwhile = null;
    if (!queue) return;
    state.list = queue.jobs;
    state.paused = queue.paused;
    state.loaded = true;
    for (const event of later) jobs.handle(event);
  },

  /** Put in by whoever submitted it, before its event comes. */
  add(job: Job) {
    upsert(job, false);
  },

  async act(id: string, action: JobAction): Promise<void> {
    await attempt(() => backend.jobAction(id, action));
  },

  async pause(paused: boolean): Promise<void> {
    const before = state.paused;
    state.paused = paused;
    await attempt(() => backend.pauseQueue(paused)).then((answer) => {
      if (answer === undefined) state.paused = before;
    });
  },

  /** One place up or down among the waiting. */
  async move(id: string, by: 1 | -1): Promise<void> {
    const before = placeBefore(jobs.waiting.map((job) => job.id), id, by);
    if (before !== undefined) await attempt(() => backend.moveJob(id, before));
  },

  handle(event: StudioEvent) {
    meanwhile?.push(event);
    switch (event.kind) {
      case 'job':
        upsert(event.job, true);
        break;
      case 'jobRemoved':
        state.list = state.list.filter((job) => job.id !== event.id);
        forget(event.id);
        break;
      case 'queue':
        state.paused = event.paused;
        state.list = inOrder(state.list, event.order);
        break;
      case 'progress':
        progress.set(event.progress.job, event.progress);
        break;
      case 'made': {
        remember(event.sticker);
        const tile = state.list.find((job) => job.id === event.job)?.tiles[event.tile];
        if (tile) tile.sticker = event.sticker.id;
        break;
      }
    }
  },

  handlePreview: showFrame,
};

/** The id to be put before, null for last, undefined when it cannot move that way. */
export function placeBefore(order: string[], id: string, by: 1 | -1): string | null | undefined {
  const at = order.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= order.length) return undefined;
  return by < 0 ? order[to] : (order[to + 1] ?? null);
}

/** As the order says; jobs that it does not name keep their place at the end. */
export function inOrder(list: Job[], order: string[]): Job[] {
  const place = new Map(order.map((id, index) => [id, index]));
  return [...list].sort((a, b) => (place.get(a.id) ?? order.length) - (place.get(b.id) ?? order.length));
}

function upsert(job: Job, newer: boolean) {
  const index = state.list.findIndex((each) => each.id === job.id);
  if (index < 0) state.list.push(job);
  else if (newer) state.list[index] = job;
  if (job.state !== 'running') forget(job.id);
}

function forget(id: string) {
  progress.delete(id);
  forgetPreviews(id);
}
