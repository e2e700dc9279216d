import { beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, install } from '../backend';
import { createFake, DEFAULTS } from '../backend/fake';
import { undo } from '../state/undo.svelte';
import type { packs as Packs } from './packs.svelte';

let fake: ReturnType<typeof createFake>;
let packs: typeof Packs;
let actions: typeof import('./actions');
let work: typeof import('./work.svelte').work;

beforeEach(async () => {
  vi.useRealTimers();
  localStorage.clear();
  vi.resetModules();
  const door = await import('../backend');
  fake = createFake({ ...DEFAULTS, stickers: 240, latency: 0, jobs: 'none' });
  door.install(fake.studio);
  install(fake.studio);
  ({ packs } = await import('./packs.svelte'));
  actions = await import('./actions');
  ({ work } = await import('./work.svelte'));
  await packs.load();
  await vi.waitFor(() => expect(packs.checks).not.toBeNull());
});

const order = () => packs.open?.content.stickers.map((each) => each.sticker.id) ?? [];
const calls = (name: string) => fake.hooks.called.filter((call) => call.name === name);
const named = (title: string) => packs.list.find((each) => each.title === title)?.id ?? '';
const undone = async () => (await import('../state/undo.svelte')).undo.last();
const codes = (platform: 'telegram' | 'whatsapp') => new Set(packs.checks?.get(platform)?.filter((each) => each.severity === 'blocks').map((each) => each.problem));

describe('the packs', () => {
  it('open the newest, then the one that was open last', async () => {
    expect(packs.list.map((each) => each.title)).toEqual(['Good mood', 'Everything for every day', 'Hello!']);
    expect(packs.open?.content.title).toBe('Good mood');
    await packs.show(named('Hello!'));
    vi.resetModules();
    (await import('../backend')).install(fake.studio);
    const again = (await import('./packs.svelte')).packs;
    await again.load();
    expect(again.open?.content.title).toBe('Hello!');
  });

  it('are stored once for many changes, and checked after that', async () => {
    const { content } = packs.open!;
    fake.hooks.called.length = 0;
    for (const title of ['G', 'Go', 'Goo']) packs.change({ ...content, title });
    expect(packs.list[0]?.title).toBe('Goo');
    await packs.stored();
    expect(calls('changePack')).toHaveLength(1);
    await vi.waitFor(() => expect(calls('checkPack')).toHaveLength(1));
    expect((await backend.pack(packs.open!.id)).pack.title).toBe('Goo');
  });

  it('take a new order, and give the old one back', async () => {
    const before = order();
    actions.nudge([before[0]!], 2);
    expect(order().slice(0, 3)).toEqual([before[1], before[2], before[0]]);
    await undone();
    expect(order()).toEqual(before);
    expect((await backend.pack(packs.open!.id)).stickers.map((each) => each.sticker.id)).toEqual(before);
  });

  it('keep the selection near what is removed', async () => {
    const before = order();
    packs.select({ ids: new Set([before[2]!]), anchor: before[2]!, active: before[2]! });
    actions.remove([before[2]!]);
    expect(packs.selection).toMatchObject({ active: before[3], ids: new Set() });
    await packs.stored();
    expect((await backend.pack(packs.open!.id)).stickers).toHaveLength(before.length - 1);
  });

  it('come back after they were deleted', async () => {
    const { id, content } = packs.open!;
    await packs.remove(id);
    expect(packs.open?.content.title).toBe('Everything for every day');
    await undone();
    expect(packs.open?.content).toEqual(content);
    expect(packs.list.map((each) => each.title)).toContain('Good mood');
  });

  it('are duplicated with all that is in them', async () => {
    const { id, content } = packs.open!;
    await packs.duplicate(id);
    expect(packs.open?.id).not.toBe(id);
    expect(packs.open?.content.stickers).toEqual(content.stickers);
    await undone();
    expect(packs.list).toHaveLength(3);
  });

  it('fill the empty emoji and leave the others', async () => {
    const { content } = packs.open!;
    await actions.suggestAll(content.stickers);
    expect(packs.open?.content.stickers.every((each) => each.emoji.length > 0)).toBe(true);
    const was = content.stickers.find((each) => each.emoji.length > 0)!;
    expect(packs.open?.content.stickers.find((each) => each.sticker.id === was.sticker.id)?.emoji).toEqual(was.emoji);
  });

  it('take stickers of the library once', async () => {
    const [known = ''] = order();
    const fresh = (await backend.stickers({ text: '', favourite: null, alignment: [], minQuality: null, unrated: null, set: null, adapter: null, tag: null, device: null, bucket: null, origin: null, job: null, from: null, to: null, trash: false, order: 'oldest' }, 0, 200)).stickers.map((each) => each.id).find((id) => !order().includes(id))!;
    const count = order().length;
    expect((await packs.add(packs.open!.id, [known, fresh])).count).toBe(1);
    expect(order()).toHaveLength(count + 1);
    expect(order().at(-1)).toBe(fresh);
    await undone();
    expect(order()).toHaveLength(count);
  });
});

describe('a fix', () => {
  it('mends what it can and can be taken back', async () => {
    const before = packs.open!.content;
    expect(codes('whatsapp')).toEqual(new Set(['missingEmoji']));
    const done = await packs.fix('whatsapp');
    expect(done?.fixes).toHaveLength(3);
    expect(codes('whatsapp')).toEqual(new Set());
    done?.undo();
    await vi.waitFor(() => expect(packs.open?.content).toEqual(before));
    await vi.waitFor(() => expect(codes('whatsapp')).toEqual(new Set(['missingEmoji'])));
  });

  it('splits what is too long; taken back, the others are gone', async () => {
    await packs.show(named('Everything for every day'));
    const done = await packs.fix('telegram');
    expect(order()).toHaveLength(62);
    expect(done?.others).toHaveLength(1);
    expect(packs.list).toHaveLength(4);
    done?.undo();
    await vi.waitFor(() => expect(order()).toHaveLength(124));
    expect(packs.list).toHaveLength(3);
  });
});

describe('an export', () => {
  it('says what it wrote', async () => {
    const { id } = packs.open!;
    await work.export(id, 'whatsapp', 18);
    expect(work.resultOf(id, 'whatsapp')).toMatchObject({ paths: ['/home/mei/Documents/good-mood.wastickers'], stickers: { length: 18 }, fixes: { length: 3 } });
    expect(work.now).toBeNull();
    work.forget(id, 'whatsapp');
    expect(work.resultOf(id, 'whatsapp')).toBeUndefined();
  });

  it('first stores what was changed', async () => {
    packs.change({ ...packs.open!.content, title: 'Fresh' });
    await work.export(packs.open!.id, 'whatsapp', 18);
    expect(work.resultOf(packs.open!.id, 'whatsapp')?.paths).toEqual(['/home/mei/Documents/fresh.wastickers']);
  });

  it('writes nothing when it is stopped or fails', async () => {
    const { toasts } = await import('../state/toasts.svelte');
    fake.hooks.options.latency = 1;
    const done = work.export(packs.open!.id, 'whatsapp', 18);
    await vi.waitFor(() => expect(work.now?.done).toBeGreaterThan(0));
    await work.stop();
    await done;
    expect(toasts.at(-1)?.text).toBe('Stopped; nothing was written');
    fake.hooks.options.latency = 0;
    fake.hooks.options.fail = ['exportPack:disk_full'];
    await work.export(packs.open!.id, 'whatsapp', 18);
    expect(toasts.at(-1)?.text).toMatch(/^The disk is full/);
    expect(work.resultOf(packs.open!.id, 'whatsapp')).toBeUndefined();
  });
});

it('says when a change is not stored, and stores it later', async () => {
  fake.hooks.options.fail = ['changePack:disk_full'];
  packs.change({ ...packs.open!.content, title: 'Unsaved' });
  await expect(packs.stored()).rejects.toThrow('disk is full');
  expect(packs.saving.problem).toMatch(/disk is full/);
  expect(packs.open?.content.title).toBe('Unsaved');
  fake.hooks.options.fail = [];
  packs.retry();
  await vi.waitFor(() => expect(packs.saving).toEqual({ pending: false, problem: null }));
  expect((await backend.pack(packs.open!.id)).pack.title).toBe('Unsaved');
  undo.clear();
});
