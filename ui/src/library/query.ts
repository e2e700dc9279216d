import type { Facets, Query } from '../bindings';

export const EVERYTHING: Query = {
  text: '', favourite: null, alignment: [], minQuality: null, unrated: null, set: null, adapter: null, tag: null,
  device: null, bucket: null, origin: null, job: null, from: null, to: null, trash: false, order: 'newest',
};

/** What the side column chooses; the filters narrow it down. */
export type Place = { kind: 'all' } | { kind: 'favourites' } | { kind: 'unrated' } | { kind: 'set'; id: string } | { kind: 'trash' };

export function placeOf(query: Query): Place {
  if (query.trash) return { kind: 'trash' };
  if (query.set !== null) return { kind: 'set', id: query.set };
  if (query.favourite) return { kind: 'favourites' };
  if (query.unrated) return { kind: 'unrated' };
  return { kind: 'all' };
}

/** Going somewhere else drops the filters and keeps the order. */
export function goTo(place: Place, from: Query): Query {
  const fresh = { ...EVERYTHING, order: from.order };
  switch (place.kind) {
    case 'trash': return { ...fresh, trash: true };
    case 'set': return { ...fresh, set: place.id };
    case 'favourites': return { ...fresh, favourite: true };
    case 'unrated': return { ...fresh, unrated: true };
    case 'all': return fresh;
  }
}

export function samePlace(a: Place, b: Place): boolean {
  return a.kind === b.kind && (a.kind !== 'set' || b.kind !== 'set' || a.id === b.id);
}

export type FilterKey = 'alignment' | 'minQuality' | 'tag' | 'adapter' | 'device' | 'bucket' | 'origin' | 'job' | 'date';
export type Filter = { key: FilterKey; value: string };

/** The filters that narrow the place down, for chips that take them away. Not the search, which has its own box. */
export function filters(query: Query, facets: Facets | null): Filter[] {
  const found: Filter[] = query.alignment.map((value) => ({ key: 'alignment', value }));
  const add = (key: FilterKey, value: string | number | null) => {
    if (value !== null) found.push({ key, value: String(value) });
  };
  add('minQuality', query.minQuality);
  add('tag', query.tag);
  add('adapter', query.adapter && (facets?.adapters.find((a) => a.sha256 === query.adapter)?.name ?? query.adapter.slice(0, 8)));
  add('device', query.device);
  add('bucket', query.bucket);
  add('origin', query.origin);
  add('job', query.job);
  if (query.from !== null || query.to !== null) add('date', periodOf(query) ?? 'range');
  return found;
}

export function without(query: Query, filter: Filter): Query {
  if (filter.key === 'alignment') return { ...query, alignment: query.alignment.filter((each) => each !== filter.value) };
  if (filter.key === 'date') return { ...query, from: null, to: null };
  return { ...query, [filter.key]: null };
}

export function withoutFilters(query: Query): Query {
  return goTo(placeOf(query), query);
}

export function narrowed(query: Query, facets: Facets | null): boolean {
  return query.text.trim() !== '' || filters(query, facets).length > 0;
}

export const PERIODS = ['day', 'week', 'month', 'year'] as const;
export type Period = (typeof PERIODS)[number];
const DAYS: Record<Period, number> = { day: 1, week: 7, month: 30, year: 365 };
const DAY = 86_400_000;

/** The last so many days, from the beginning of the first (local time). */
export function since(period: Period, now: Date): number {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  return start.getTime() - (DAYS[period] - 1) * DAY;
}

/** Which period a query's dates mean; null: some other range. */
export function periodOf(query: Query, now = new Date()): Period | null {
  if (query.from === null || query.to !== null) return null;
  const from = query.from;
  return PERIODS.find((period) => Math.abs(since(period, now) - from) < DAY / 2) ?? null;
}
