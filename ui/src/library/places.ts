import type { Facets } from '../bindings';
import type { IconName } from '../design/icons';
import { t } from '../i18n/index.svelte';
import type { Place } from './query';

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
