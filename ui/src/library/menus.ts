import { ALIGNMENTS, alignmentIcons } from '../design/alignments';
import type { MenuItem } from '../design/menu.svelte';
import { openInFinish } from '../finish/open';
import { t } from '../i18n/index.svelte';
import { copyPicture, reveal, saveAs } from '../state/outside';
import { restore, trash } from '../state/stickers.svelte';
import * as actions from './actions';
import { addToPack } from './addToPack.svelte';
import { library } from './library.svelte';
import { sets } from './sets.svelte';
import { view } from './view.svelte';

export function rateMenu(ids: string[]): MenuItem[] {
  return [
    ...ALIGNMENTS.map((value) => ({
      id: value,
      icon: alignmentIcons[value],
      label: t(`common.alignment.${value}`),
      onselect: () => void actions.rateAll(ids, { alignment: value }),
    })),
    { id: 'noAlignment', label: t('library.rate.alignmentNone'), onselect: () => void actions.rateAll(ids, { alignment: null }) },
    ...[5, 4, 3, 2, 1].map((quality, i) => ({
      id: `q${quality}`,
      label: t('library.rate.quality', { quality }),
      keys: String(quality),
      separated: i === 0,
      onselect: () => void actions.rateAll(ids, { quality }),
    })),
    { id: 'noQuality', label: t('library.rate.qualityNone'), keys: '0', onselect: () => void actions.rateAll(ids, { quality: null }) },
  ];
}

/** The sets to put `ids` into; `but` are left out. */
export function setMenu(ids: string[], but: readonly string[] = []): MenuItem[] {
  const all = (library.facets?.sets ?? []).filter((set) => !but.includes(set.id));
  return [
    ...all.map((set) => ({ id: set.id, icon: 'album' as const, label: set.name, onselect: () => void actions.addToSet(set, ids) })),
    { id: 'new', icon: 'plus', label: t('library.sets.new'), separated: all.length > 0, onselect: () => sets.create(ids) },
  ];
}

export function exportMenu(ids: string[]): MenuItem[] {
  return [
    { id: 'with', icon: 'save', label: t('library.action.exportWith'), onselect: () => void actions.exportAll(ids, true) },
    { id: 'without', icon: 'save', label: t('library.action.exportWithout'), onselect: () => void actions.exportAll(ids, false) },
  ];
}

export function saveMenu(id: string): MenuItem[] {
  return [
    { id: 'with', icon: 'save', label: t('library.action.saveWith'), onselect: () => void saveAs(id, true) },
    { id: 'without', icon: 'save', label: t('library.action.saveWithout'), onselect: () => void saveAs(id, false) },
  ];
}

/** What can be made from one sticker; an imported one has no recipe to follow. */
export function makeMenu(id: string, made: boolean): MenuItem[] {
  const start: MenuItem = { id: 'start', icon: 'image', label: t('library.action.start'), onselect: () => void actions.useAsStart(id) };
  if (!made) return [start];
  return [
    { id: 'edit', icon: 'edit', label: t('library.action.edit'), keys: 'e', onselect: () => void actions.editAndRedo(id) },
    { id: 'recreate', icon: 'retry', label: t('library.action.recreate'), onselect: () => void actions.recreate(id) },
    { id: 'variations', icon: 'variations', label: t('library.action.variations'), onselect: () => void actions.variations(id) },
    start,
  ];
}

/** A line above the first of them. */
const apart = (items: MenuItem[]): MenuItem[] => items.map((item, i) => ({ ...item, separated: i === 0 }));

const finishItem = (ids: string[]): MenuItem => ({ id: 'finish', icon: 'finish', label: t('finish.open'), onselect: () => openInFinish(ids) });

const packItem = (ids: string[]): MenuItem => ({ id: 'pack', icon: 'packs', label: t('packs.addTo'), onselect: () => addToPack.ask(ids) });

const trashItem = (ids: string[]): MenuItem => ({
  id: 'trash', icon: 'trash', label: t('library.action.trash'), keys: 'delete', danger: true, separated: true, onselect: () => void trash(ids),
});

/** The context menu of the selection. */
export function stickerMenu(ids: string[]): MenuItem[] {
  const [id] = ids;
  if (id === undefined) return [];
  if (library.query.trash) return [{ id: 'restore', icon: 'restore', label: t('library.trash.restore'), onselect: () => void restore(ids) }];
  const favourite: MenuItem = { id: 'favourite', icon: 'star', label: t('library.action.favourite'), keys: 'f', onselect: () => void actions.toggleFavourite(ids) };
  const tag: MenuItem = { id: 'tag', icon: 'tag', label: t('library.action.tag'), keys: 't', onselect: () => (view.tagging = ids) };
  const [left, right] = ids;
  if (left !== undefined && right !== undefined) {
    const compare: MenuItem = {
      id: 'compare', icon: 'compare', label: t('library.action.compare'), keys: 'c', disabled: ids.length > 2, onselect: () => (view.compared = [left, right]),
    };
    return [favourite, tag, compare, finishItem(ids), packItem(ids), ...apart(exportMenu(ids)), trashItem(ids)];
  }
  return [
    favourite,
    tag,
    finishItem(ids),
    packItem(ids),
    ...apart(makeMenu(id, library.sticker(id)?.origin !== 'imported')),
    { id: 'copy', icon: 'copy', label: t('library.action.copy'), keys: 'mod+c', separated: true, onselect: () => void copyPicture(id) },
    ...saveMenu(id),
    { id: 'reveal', icon: 'reveal', label: t('library.action.reveal'), onselect: () => void reveal(id) },
    trashItem(ids),
  ];
}
