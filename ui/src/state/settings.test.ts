import { beforeEach, expect, it, vi } from 'vitest';
import type { Settings } from '../bindings';
import { createFake, DEFAULTS } from '../backend/fake';
import { backend, install } from '../backend';
import { settings } from './settings.svelte';
import { dismiss, toasts } from './toasts.svelte';

// jsdom lacks it.
vi.hoisted(() => {
  globalThis.matchMedia = () => new EventTarget() as MediaQueryList;
});

let sent: { record: Settings; answer: (stored: Settings) => void; refuse: (error: Error) => void }[];

beforeEach(async () => {
  const { studio } = createFake({ ...DEFAULTS, stickers: 0, latency: 0, jobs: 'none' });
  install(studio);
  settings.load((await backend.start()).settings);
  sent = [];
  install({
    ...studio,
    changeSettings: (record) => new Promise((answer, refuse) => sent.push({ record, answer, refuse })),
  });
  for (const toast of [...toasts]) dismiss(toast.id);
});

const asked = (count: number) => vi.waitFor(() => expect(sent).toHaveLength(count));

it('stores changes made close together one after the other, the newest record last', async () => {
  const changes = [settings.change({ theme: 'dark' }), settings.change({ previews: false }), settings.change({ device: 'cpu' })];
  expect(settings.value).toMatchObject({ theme: 'dark', previews: false, device: 'cpu' });
  await asked(1);
  sent[0]!.answer(sent[0]!.record);
  await asked(2);
  expect(sent[1]!.record).toMatchObject({ theme: 'dark', previews: false, device: 'cpu' });
  expect(settings.value).toMatchObject({ previews: false, device: 'cpu' });
  sent[1]!.answer(sent[1]!.record);
  await Promise.all(changes);
  expect(sent).toHaveLength(2);
  expect(settings.value).toEqual(sent[1]!.record);
});

it('shows what was stored, which may differ', async () => {
  const change = settings.change({ memoryLimitMb: 300 });
  await asked(1);
  sent[0]!.answer({ ...sent[0]!.record, memoryLimitMb: 512 });
  await change;
  expect(settings.value.memoryLimitMb).toBe(512);
});

it('goes back to what is stored when storing fails, and can change again', async () => {
  const kept = settings.change({ theme: 'dark' });
  const lost = settings.change({ previews: false });
  await asked(1);
  sent[0]!.answer(sent[0]!.record);
  await asked(2);
  sent[1]!.refuse(new Error('the disk is full'));
  await Promise.all([kept, lost]);
  expect(settings.value).toMatchObject({ theme: 'dark', previews: true });
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(toasts.map((toast) => toast.text)).toEqual(['The disk is full']);
  const again = settings.change({ previews: false });
  await asked(3);
  sent[2]!.answer(sent[2]!.record);
  await again;
  expect(settings.value).toMatchObject({ theme: 'dark', previews: false });
});
