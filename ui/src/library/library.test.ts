import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, install } from '../backend';
import { createFake, DEFAULTS } from '../backend/fake';
import { setFavourite, onStickersChanged, trash, writeFavourite, writeRating } from '../state/stickers.svelte';
import { undo } from '../state/undo.svelte';
import { addTag, addToSet, deleteSet, rateAll, toggleFavourite } from './actions';
import { library } from './library.svelte';
import { EVERYTHING, goTo } from './query';
import { all, only } from './selection';

// The form drags in what jsdom lacks (matchMedia); nothing here goes to Create.
vi.mock('../create/form.svelte', () => ({ openInCreate: vi.fn() }));

let fake: ReturnType<typeof createFake>;
let stop: () => void = () => {};

beforeEach(async () => {
  vi.useRealTimers();
  stop();
  fake = createFake({ ...DEFAULTS, stickers: 900, latency: 0, jobs: 'none' });
  install(fake.studio);
  undo.clear();
  stop = onStickersChanged(library.changed);
  await library.show({ ...EVERYTHING });
  await library.refresh();
});

const settled = () => vi.waitFor(async () => expect(library.ids).toEqual(await backend.stickerIds(library.query)));

describe('the list', () => {
  it('fetches the pages in view, once', async () => {
    fake.hooks.called.length = 0;
    library.want({ first: 390, last: 420 });
    await vi.waitFor(() => expect(library.ids.slice(390, 420).every((id) => library.sticker(id))).toBe(true));
    library.want({ first: 395, last: 430 });
    expect(fake.hooks.called.filter((call) => call.name === 'stickers').map((call) => call.args.slice(1))).toEqual([[200, 200], [400, 200]]);
  });

  it('finds any of them, seen or not', async () => {
    const wanted = [library.ids[3]!, library.ids.at(-1)!, library.ids[450]!];
    expect((await library.stickersOf(wanted)).map((each) => each.id)).toEqual(wanted);
  });

  it('says when it cannot be loaded, and recovers', async () => {
    fake.hooks.options.fail = ['stickers:busy'];
    await library.refresh();
    expect(library.problem).toMatch(/job is running/);
    fake.hooks.options.fail = [];
    await library.refresh();
    expect(library.problem).toBeNull();
  });

  it('lets the latest query win', async () => {
    const slow = library.show({ ...EVERYTHING, text: 'cat' });
    await library.show({ ...EVERYTHING, text: 'fox' });
    await slow;
    expect(library.ids).toEqual(await backend.stickerIds({ ...EVERYTHING, text: 'fox' }));
  });
});

describe('changes', () => {
  it('keep what no longer fits until something else is selected', async () => {
    await library.show(goTo({ kind: 'unrated' }, library.query));
    const [first = '', second = ''] = library.ids;
    library.select(only(first));
    await rateAll([first], { quality: 4 });
    await new Promise((later) => setTimeout(later, 350));
    expect(library.ids).toContain(first);
    library.handle({ kind: 'imported', report: { imported: [], duplicates: 1, refused: [] } });
    library.select({ ...only(second), ids: new Set([first, second]) });
    await new Promise((later) => setTimeout(later, 350));
    expect(library.ids).toContain(first);
    library.select(only(second));
    await vi.waitFor(() => expect(library.ids).not.toContain(first));
    expect(library.selection.ids.has(second)).toBe(true);
  });

  it('move to the trash at once and come back in place', async () => {
    const before = library.ids;
    const [, second = '', third = ''] = before;
    library.select(only(second));
    await trash([second]);
    expect(library.ids).not.toContain(second);
    expect(library.selection.active).toBe(third);
    await undo.last();
    await vi.waitFor(() => expect(library.ids).toEqual(before));
  });

  it('rate one part of many as one change', async () => {
    const ids = library.ids.slice(0, 40);
    const before = (await library.stickersOf(ids)).map((each) => each.rating);
    await rateAll(ids, { alignment: 'strong' });
    const after = (await library.stickersOf(ids)).map((each) => each.rating);
    expect(after).toEqual(before.map((rating) => ({ ...rating, alignment: 'strong' })));
    await undo.last();
    expect(await undo.last()).toBe(false);
    expect((await Promise.all(ids.map((id) => backend.sticker(id)))).map((each) => each.sticker.rating)).toEqual(before);
  });

  it('tag and collect only what was not so before', async () => {
    const ids = library.ids.slice(0, 30);
    const had = (await Promise.all(ids.map((id) => backend.sticker(id)))).filter((each) => each.tags.includes('work')).map((each) => each.sticker.id);
    await addTag([...ids], 'work');
    expect(await backend.stickerIds({ ...EVERYTHING, tag: 'work' })).toEqual(expect.arrayContaining(ids));
    await undo.last();
    const left = await backend.stickerIds({ ...EVERYTHING, tag: 'work' });
    expect(ids.filter((id) => left.includes(id))).toEqual(had);

    const set = await backend.createSet('New');
    await addToSet(set, [...ids]);
    expect(await backend.stickerIds({ ...EVERYTHING, set: set.id })).toHaveLength(30);
    await deleteSet({ ...set, count: 30 });
    await undo.last();
    const again = (await backend.facets()).sets.find((each) => each.name === 'New');
    expect(again?.count).toBe(30);
  });

  it('made elsewhere are shown, too', async () => {
    const sticker = (await library.stickersOf(library.ids.slice(0, 1)))[0]!;
    await setFavourite([sticker], !sticker.favourite);
    flushSync();
    expect(library.sticker(sticker.id)?.favourite).toBe(!sticker.favourite);
    await toggleFavourite([sticker.id]);
    expect(library.sticker(sticker.id)?.favourite).toBe(sticker.favourite);
    fake.hooks.drop();
    library.refreshSoon();
    await settled();
  });

  it('made while another screen is shown are known here, too', async () => {
    library.want({ first: 390, last: 420 });
    await vi.waitFor(() => expect(library.sticker(library.ids[400]!)).toBeDefined());
    const [first = '', far = ''] = [library.ids[0], library.ids[400]];
    stop();
    await writeRating([first, far], { alignment: 'weak', quality: 2 });
    await writeFavourite([far], true);
    await trash([first]);
    expect(library.sticker(far)).toMatchObject({ favourite: true, rating: { alignment: 'weak', quality: 2 } });
    expect(library.sticker(first)?.trashedAt).not.toBeNull();
    stop = onStickersChanged(library.changed);
    await library.refresh();
    await rateAll([far], { quality: 5 });
    expect((await backend.sticker(far)).sticker.rating).toEqual({ alignment: 'weak', quality: 5 });
  });

  it('are told to the other screens, and so is taking them back', async () => {
    const ids = library.ids.slice(0, 2);
    const before = (await library.stickersOf(ids)).map((each) => each.rating);
    const told = new Map<string, unknown>();
    const off = onStickersChanged((change) => {
      if (change.kind === 'changed') change.ids.forEach((id) => told.set(id, change.part.rating));
    });
    await rateAll(ids, { alignment: 'fail' });
    expect(ids.map((id) => told.get(id))).toEqual(before.map((rating) => ({ ...rating, alignment: 'fail' })));
    await undo.last();
    expect(ids.map((id) => told.get(id))).toEqual(before);
    off();
  });

  it('take everything with them when all are selected', async () => {
    library.select(all(library.selection, library.ids));
    const ids = library.selected();
    await trash(ids);
    expect(library.ids).toEqual([]);
    expect(library.selection.ids.size).toBe(0);
    await undo.last();
    await vi.waitFor(() => expect(library.ids).toHaveLength(ids.length));
  });
});
