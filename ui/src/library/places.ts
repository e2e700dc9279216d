import type { Facets, StyleSet } from '../bindings';
import type { IconName } from '../design/icons';
import type { MenuItem } from '../design/menu.svelte';
import { t } from '../i18n/index.svelte';
import type { Place } from './query';
import { sets } from './sets.svelte';

export type PlaceEntry = { place: Place; icon: IconName; label: string; count: number | undefined };

/** Everything but the sets and the trash. */
export function mainPlaces(facets: Facets | null): PlaceEntry[] {
  return [
    { place: { kind: 'all' }, icon: 'library', label: t('library.place.all'), count: facets?.total },
    { place: { kind: 'favourites' }, icon: 'star', label: t('library.place.favourites'), count: facets?.favourites },
    { place: { kind: 'unrated' }, icon: 'review', label: t('library.place.unrated'), count: facets?.unrated },
  ];
}

export function setPlaces(facets: Facets | null): PlaceEntry[] {
  return (facets?.sets ?? []).map((set) => ({ place: { kind: 'set', id: set.id }, icon: 'album', label: set.name, count: set.count }));
}

export function trashPlace(facets: Facets | null): PlaceEntry {
  return { place: { kind: 'trash' }, icon: 'trash', label: t('library.place.trash'), count: facets?.trashed };
}

export function setActions(set: StyleSet): MenuItem[] {
  return [
    { id: 'rename', icon: 'edit', label: t('library.set.rename'), onselect: () => sets.rename(set) },
    { id: 'delete', icon: 'trash', label: t('library.set.delete'), danger: true, onselect: () => void sets.delete(set) },
  ];
}
