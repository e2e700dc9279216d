import type { Order, Query } from '../../bindings';
import type { Entry } from './library';

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** As the library's full text: words without marks or case, each CJK character a word. */
function words(text: string): string[] {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(CJK, ' $& ').split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

const cache = new WeakMap<Entry, { key: string; words: string[] }>();

function wordsOf(entry: Entry): string[] {
  const key = `${entry.sticker.prompt} ${entry.tags.join(' ')}`;
  const known = cache.get(entry);
  if (known?.key === key) return known.words;
  const fresh = words(key);
  cache.set(entry, { key, words: fresh });
  return fresh;
}

export function matcher(query: Query): (entry: Entry) => boolean {
  const wanted = words(query.text);
  const last = wanted.pop();
  const finds = (entry: Entry) => {
    if (last === undefined) return true;
    const all = wordsOf(entry);
    return wanted.every((word) => all.includes(word)) && all.some((word) => word.startsWith(last));
  };
  const tag = query.tag?.toLowerCase();
  return (entry) => {
    const s = entry.sticker;
    const { alignment, quality } = s.rating;
    const unrated = alignment === null && quality === null;
    return (
      (s.trashedAt !== null) === query.trash &&
      (query.favourite === null || s.favourite === query.favourite) &&
      (query.alignment.length === 0 || (alignment !== null && query.alignment.includes(alignment))) &&
      (query.minQuality === null || (quality ?? 0) >= query.minQuality) &&
      (query.unrated === null || unrated === query.unrated) &&
      (query.set === null || entry.sets.has(query.set)) &&
      (query.adapter === null || entry.adapters.some((a) => a.sha256 === query.adapter)) &&
      (tag === undefined || entry.tags.some((t) => t.toLowerCase() === tag)) &&
      (query.device === null || entry.device === query.device) &&
      (query.bucket === null || s.bucket === query.bucket) &&
      (query.origin === null || s.origin === query.origin) &&
      (query.job === null || entry.job === query.job) &&
      (query.from === null || s.createdAt >= query.from) &&
      (query.to === null || s.createdAt < query.to) &&
      finds(entry)
    );
  };
}

export function sorted(entries: Entry[], order: Order): Entry[] {
  const newest = (a: Entry, b: Entry) => (a.sticker.id < b.sticker.id ? 1 : -1);
  const worth = ({ sticker: { rating, favourite } }: Entry) =>
    (rating.quality ?? 2.5) * 4 + { strong: 2, weak: 0, fail: -2, none: 0 }[rating.alignment ?? 'none'] + (favourite ? 1 : 0);
  if (order === 'best') return entries.sort((a, b) => worth(b) - worth(a) || newest(a, b));
  return entries.sort(order === 'newest' ? newest : (a, b) => newest(b, a));
}
