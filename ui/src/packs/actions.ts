import { backend } from '../backend';
import type { PackedSticker, StickerId } from '../bindings';
import type { MenuItem } from '../design/menu.svelte';
import { t } from '../i18n/index.svelte';
import { attempt, toast } from '../state/toasts.svelte';
import { changed, moveBy, moveTo, without } from './content';
import { packs } from './packs.svelte';
import { view } from './view.svelte';

/** What a screen reader is told after a move. */
function sayPlaces(ids: ReadonlySet<StickerId>): void {
  const stickers = packs.open?.content.stickers ?? [];
  const at = stickers.findIndex((each) => ids.has(each.sticker.id));
  view.said = t('packs.moved', { count: ids.size, place: at + 1, of: stickers.length });
}

export function move(ids: readonly StickerId[], to: number): void {
  if (!packs.open || ids.length === 0) return;
  const set = new Set(ids);
  packs.change(moveTo(packs.open.content, set, to), t('packs.did.order'));
  sayPlaces(set);
}

export function nudge(ids: readonly StickerId[], by: number): void {
  if (!packs.open || ids.length === 0) return;
  const set = new Set(ids);
  packs.change(moveBy(packs.open.content, set, by), t('packs.did.order'));
  sayPlaces(set);
}

export function remove(ids: readonly StickerId[]): void {
  if (!packs.open || ids.length === 0) return;
  packs.change(without(packs.open.content, new Set(ids)), t('packs.did.remove', { count: ids.length }), true);
}

export function useAsCover(id: StickerId): void {
  if (!packs.open || packs.open.content.cover === id) return;
  packs.change({ ...packs.open.content, cover: id }, t('packs.did.cover'));
}

export function setEmoji(id: StickerId, emoji: string[]): void {
  if (packs.open) packs.change(changed(packs.open.content, id, { emoji }), t('packs.did.emoji'));
}

/** Typing: no step for undo. */
export function setText(id: StickerId, text: string): void {
  if (packs.open) packs.change(changed(packs.open.content, id, { text }));
}

/** Fills the empty ones of these; what a person chose stays. */
export async function suggestAll(of: readonly PackedSticker[]): Promise<void> {
  const id = packs.open?.id;
  const empty = of.filter((each) => each.emoji.length === 0);
  const found = await attempt(async () => {
    const all = new Map<StickerId, string>();
    for (const { sticker } of empty) {
      const [best] = await backend.suggestEmoji(sticker.prompt);
      if (best !== undefined) all.set(sticker.id, best);
    }
    return all;
  });
  if (!found || !packs.open || packs.open.id !== id) return;
  const { content } = packs.open;
  const stickers = content.stickers.map((each) => {
    const best = found.get(each.sticker.id);
    return each.emoji.length === 0 && best !== undefined ? { ...each, emoji: [best] } : each;
  });
  const rest = empty.length - found.size;
  if (found.size > 0) packs.change({ ...content, stickers }, t('packs.did.suggest', { count: found.size }), true);
  if (rest > 0) toast(t('packs.noSuggestion', { count: rest }));
}

export function stickerMenu(ids: readonly StickerId[]): MenuItem[] {
  const [id] = ids;
  const { open } = packs;
  if (id === undefined || !open) return [];
  const { stickers, cover } = open.content;
  const empty = stickers.filter((each) => ids.includes(each.sticker.id) && each.emoji.length === 0);
  const one: MenuItem[] = [
    { id: 'emoji', icon: 'smile', label: t('packs.action.emoji'), keys: 'e', onselect: () => (view.editing = id) },
    { id: 'cover', icon: 'image', label: t('packs.action.cover'), keys: 'c', disabled: cover === id, onselect: () => useAsCover(id) },
  ];
  const many: MenuItem[] = [{ id: 'suggest', icon: 'smile', label: t('packs.action.suggest'), disabled: empty.length === 0, onselect: () => void suggestAll(empty) }];
  return [
    ...(ids.length === 1 ? one : many),
    { id: 'first', icon: 'arrowUp', label: t('packs.action.first'), separated: true, onselect: () => move(ids, 0) },
    { id: 'last', icon: 'arrowDown', label: t('packs.action.last'), onselect: () => move(ids, stickers.length) },
    { id: 'remove', icon: 'minus', label: t('packs.action.remove'), keys: 'delete', separated: true, onselect: () => remove(ids) },
  ];
}
