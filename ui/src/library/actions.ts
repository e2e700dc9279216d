import { backend } from '../backend';
import type { Alignment, Job, Rating, StyleSet } from '../bindings';
import { useAsStart as startFrom } from '../create/actions';
import { form, openInCreate } from '../create/form.svelte';
import { t } from '../i18n/index.svelte';
import { jobs } from '../state/jobs.svelte';
import * as shared from '../state/stickers.svelte';
import { goTo } from '../state/route.svelte';
import { attempt, toast } from '../state/toasts.svelte';
import { undo } from '../state/undo.svelte';
import { library } from './library.svelte';
import { EVERYTHING } from './query';

let lastChange: Promise<unknown> = Promise.resolve();

/** One after the other: each reads what the one before has written. */
function inTurn(work: () => Promise<void>): Promise<void> {
  const done = lastChange.then(work);
  lastChange = done.catch(() => undefined);
  return done;
}

/** The same for a person's command: a failure becomes a toast. */
async function change(work: () => Promise<void>): Promise<void> {
  await attempt(() => inTurn(work));
}

/** All of them favourites; or none, when all were. */
export function toggleFavourite(ids: string[]): Promise<void> {
  return change(async () => {
    const stickers = await library.stickersOf(ids);
    await shared.setFavourite(stickers, !stickers.every((each) => each.favourite));
  });
}

type Rated = { id: string; rating: Rating };
type RatingPart = { alignment: Alignment | null } | { quality: number | null };

async function writeRatings(all: readonly Rated[]): Promise<void> {
  const groups = new Map<string, { ids: string[]; rating: Rating }>();
  for (const { id, rating } of all) {
    const key = `${rating.alignment} ${rating.quality}`;
    const group = groups.get(key) ?? { ids: [], rating };
    group.ids.push(id);
    groups.set(key, group);
  }
  for (const { ids, rating } of groups.values()) await shared.writeRating(ids, rating);
}

/** One part of the rating of all of them, as one change; the other part stays each one's own. */
export function rateAll(ids: string[], part: RatingPart): Promise<void> {
  return change(async () => {
    if (ids.length === 0) return;
    const before: Rated[] = (await library.stickersOf(ids)).map(({ id, rating }) => ({ id, rating }));
    await writeRatings(before.map(({ id, rating }) => ({ id, rating: { ...rating, ...part } })));
    undo.did({ label: t('common.did.rate', { count: ids.length }), back: () => inTurn(() => writeRatings(before)) });
  });
}

async function without(ids: string[], having: Partial<typeof EVERYTHING>): Promise<string[]> {
  const have = new Set(await backend.stickerIds({ ...EVERYTHING, ...having }));
  return ids.filter((id) => !have.has(id));
}

async function writeTags(ids: string[], add: string[], remove: string[]): Promise<void> {
  await backend.changeTags(ids, add, remove);
  library.marked(ids);
}

export function addTag(ids: string[], tag: string): Promise<void> {
  return change(async () => {
    const fresh = await without(ids, { tag });
    if (fresh.length === 0) return;
    await writeTags(fresh, [tag], []);
    undo.did({ label: t('library.did.tagged', { tag, count: fresh.length }), back: () => writeTags(fresh, [], [tag]), announce: ids.length > 1 });
  });
}

export function removeTag(ids: string[], tag: string): Promise<void> {
  return change(async () => {
    await writeTags(ids, [], [tag]);
    undo.did({ label: t('library.did.untagged', { tag, count: ids.length }), back: () => writeTags(ids, [tag], []) });
  });
}

async function writeSet(set: string, ids: string[], member: boolean): Promise<void> {
  await (member ? backend.addToSet(set, ids) : backend.removeFromSet(set, ids));
  library.marked(ids);
}

export function addToSet(set: Pick<StyleSet, 'id' | 'name'>, ids: string[]): Promise<void> {
  return change(async () => {
    const fresh = await without(ids, { set: set.id });
    if (fresh.length === 0) return;
    await writeSet(set.id, fresh, true);
    undo.did({ label: t('library.did.addedToSet', { set: set.name, count: fresh.length }), back: () => writeSet(set.id, fresh, false), announce: true });
  });
}

export function removeFromSet(set: Pick<StyleSet, 'id' | 'name'>, ids: string[]): Promise<void> {
  return change(async () => {
    await writeSet(set.id, ids, false);
    if (library.query.set === set.id) await library.refresh();
    undo.did({ label: t('library.did.removedFromSet', { set: set.name, count: ids.length }), back: () => writeSet(set.id, ids, true), announce: true });
  });
}

/** The set goes, its stickers stay; undo makes it again. */
export async function deleteSet(set: StyleSet): Promise<boolean> {
  const done = await attempt(async () => {
    const members = await backend.stickerIds({ ...EVERYTHING, set: set.id });
    await backend.deleteSet(set.id);
    undo.did({
      label: t('library.did.deletedSet', { set: set.name }),
      back: async () => {
        const again = await backend.createSet(set.name);
        if (members.length > 0) await backend.addToSet(again.id, members);
        await library.refresh();
      },
      announce: true,
    });
    return true;
  });
  return done ?? false;
}

export async function exportAll(ids: string[], recipe: boolean): Promise<void> {
  await attempt(async () => {
    const done = await backend.exportStickers(ids, recipe);
    if (done) toast(t('library.exported', done), { tone: 'success' });
  });
}

export async function emptyTrash(): Promise<void> {
  await attempt(async () => {
    const count = await backend.emptyTrash();
    undo.clear();
    toast(t('library.emptied', { count }), { tone: 'success' });
    await library.refresh();
  });
}

async function queued(job: Promise<Job>): Promise<void> {
  await attempt(async () => {
    const made = await job;
    jobs.add(made);
    toast(t('library.queued', { count: made.tiles.length }), { action: { label: t('library.show'), run: () => goTo('create') } });
  });
}

export const recreate = (id: string): Promise<void> => queued(backend.recreate(id));
export const variations = (id: string): Promise<void> => queued(backend.variations(id, 4));

export async function editAndRedo(id: string): Promise<void> {
  const draft = await attempt(() => backend.draftOf(id));
  if (draft) openInCreate(draft);
}

/** Any sticker will do, also an imported one; the rest of the form stays as it is. */
export async function useAsStart(id: string): Promise<void> {
  // The draft of the last time would else come later, and over it.
  await form.begin();
  startFrom(id);
  goTo('create');
}
