import { beforeEach, expect, test, vi } from 'vitest';
import { backend, install } from '../backend';
import { createFake, DEFAULTS } from '../backend/fake';
import { writeRating } from '../state/stickers.svelte';
import { review } from './state.svelte';

let fake: ReturnType<typeof createFake>;

beforeEach(async () => {
  // jsdom decodes no pictures.
  HTMLImageElement.prototype.decode = () => Promise.resolve();
  fake = createFake({ ...DEFAULTS, stickers: 60, latency: 0, jobs: 'none' });
  install(fake.studio);
  await review.start({ kind: 'unrated' });
});

const ratingOf = async (id: string) => (await backend.sticker(id)).sticker.rating;

test('what is rated elsewhere while a review is under way is neither shown old nor written over', async () => {
  const first = review.view?.current?.id ?? '';
  review.act({ kind: 'alignment', value: 'strong' });
  review.act({ kind: 'quality', value: 5 });
  const second = review.view?.current?.id ?? '';
  await vi.waitFor(() => expect(review.view?.writes.pending).toBe(0));
  await writeRating([first, second], { alignment: 'weak', quality: 2 });
  await review.open();
  await vi.waitFor(() => expect(review.view?.current).toMatchObject({ id: second, rating: { alignment: 'weak', quality: 2 } }));
  review.act({ kind: 'quality', value: 4 });
  review.act({ kind: 'previous' });
  expect(review.view?.current).toMatchObject({ id: first, rating: { alignment: 'weak', quality: 2 } });
  review.act({ kind: 'quality', value: 3 });
  await vi.waitFor(async () => expect(await ratingOf(first)).toEqual({ alignment: 'weak', quality: 3 }));
  expect(await ratingOf(second)).toEqual({ alignment: 'weak', quality: 4 });
});

test('its own writes, told back late, change no newer key', async () => {
  fake.hooks.options.latency = 150;
  const id = review.view?.current?.id ?? '';
  review.act({ kind: 'alignment', value: 'strong' });
  await vi.waitFor(() => expect(fake.hooks.called.some(({ name }) => name === 'rate')).toBe(true));
  review.act({ kind: 'alignment', value: 'fail' });
  expect(review.view?.current?.rating.alignment).toBe('fail');
  await vi.waitFor(() => expect(review.view?.writes.pending).toBe(0));
  expect(review.view?.current?.rating.alignment).toBe('fail');
  expect((await ratingOf(id)).alignment).toBe('fail');
});

test('a set that is gone is neither the scope nor what S adds to', async () => {
  const set = await backend.createSet('Short-lived');
  await review.start({ kind: 'set', id: set.id });
  review.chooseSet(set.id);
  await backend.deleteSet(set.id);
  await review.open();
  expect(review.preferences).toMatchObject({ scope: { kind: 'unrated' }, set: null });
  expect(review.view?.total).toBeGreaterThan(0);
});
