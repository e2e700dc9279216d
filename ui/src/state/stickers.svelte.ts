import { SvelteMap } from 'svelte/reactivity';
import { backend } from '../backend';
import type { Rating, Sticker } from '../bindings';
import { t } from '../i18n/index.svelte';
import { attempt } from './toasts.svelte';
import { undo } from './undo.svelte';

/** What this page did to stickers; screens that keep their own lists listen. */
export type StickerChange =
  | { kind: 'changed'; ids: string[]; part: Partial<Sticker> }
  | { kind: 'trashed'; ids: string[] }
  | { kind: 'restored'; ids: string[] };

const known = new SvelteMap<string, Sticker>();
const asked = new Set<string>();
const listeners = new Set<(change: StickerChange) => void>();

export function remember(sticker: Sticker) {
  known.set(sticker.id, sticker);
}

/** Reactive; asks for it when it is not known yet. */
export function stickerOf(id: string): Sticker | undefined {
  const sticker = known.get(id);
  if (!sticker && !asked.has(id)) {
    asked.add(id);
    backend.sticker(id).then(
      (detail) => remember(detail.sticker),
      () => undefined,
    );
  }
  return sticker;
}

export function onStickersChanged(listener: (change: StickerChange) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What a change makes of each of its stickers. */
export function partOf(change: StickerChange): Partial<Sticker> {
  return change.kind === 'changed' ? change.part : { trashedAt: change.kind === 'trashed' ? Date.now() : null };
}

/** For writes that do not go through this file. */
export function tell(change: StickerChange) {
  const part = partOf(change);
  for (const id of change.ids) {
    const sticker = known.get(id);
    if (sticker) known.set(id, { ...sticker, ...part });
  }
  for (const listener of listeners) listener(change);
}

/** Written and told, with no undo: for a screen that has an undo of its own. */
export async function writeFavourite(ids: string[], favourite: boolean) {
  if (ids.length === 0) return;
  await backend.setFavourite(ids, favourite);
  tell({ kind: 'changed', ids, part: { favourite } });
}

/** Written and told, with no undo. */
export async function writeRating(ids: string[], rating: Rating) {
  await backend.rate(ids, rating);
  tell({ kind: 'changed', ids, part: { rating } });
}

/** Only those that are not so yet; undo touches no other. */
export async function setFavourite(stickers: Sticker[], favourite: boolean): Promise<void> {
  const ids = stickers.filter((sticker) => sticker.favourite !== favourite).map((sticker) => sticker.id);
  if (ids.length === 0) return;
  await attempt(async () => {
    await writeFavourite(ids, favourite);
    undo.did({
      label: t(favourite ? 'common.did.favourite' : 'common.did.unfavourite', { count: ids.length }),
      back: () => writeFavourite(ids, !favourite),
    });
  });
}

export async function rate(stickers: Sticker[], rating: Rating): Promise<void> {
  const before = groupByRating(stickers);
  const ids = stickers.map((sticker) => sticker.id);
  await attempt(async () => {
    await writeRating(ids, rating);
    undo.did({
      label: t('common.did.rate', { count: ids.length }),
      back: async () => {
        for (const group of before) await writeRating(group.ids, group.rating);
      },
    });
  });
}

function groupByRating(stickers: Sticker[]): { ids: string[]; rating: Rating }[] {
  const groups = new Map<string, { ids: string[]; rating: Rating }>();
  for (const { id, rating } of stickers) {
    const key = `${rating.alignment} ${rating.quality}`;
    const group = groups.get(key) ?? { ids: [], rating: { ...rating } };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** With an undo toast; whether it worked. */
export async function trash(ids: string[]): Promise<boolean> {
  const worked = await attempt(async () => {
    await backend.trash(ids);
    tell({ kind: 'trashed', ids });
    undo.did({ label: t('common.did.trash', { count: ids.length }), back: () => writeRestore(ids), announce: true });
    return true;
  });
  return worked ?? false;
}

async function writeRestore(ids: string[]) {
  await backend.restore(ids);
  tell({ kind: 'restored', ids });
}

export async function restore(ids: string[]): Promise<void> {
  await attempt(async () => {
    await writeRestore(ids);
    undo.did({
      label: t('common.did.restore', { count: ids.length }),
      back: async () => {
        await backend.trash(ids);
        tell({ kind: 'trashed', ids });
      },
    });
  });
}
