import type { Alignment } from '../bindings';
import { isRated } from './coverage';
import type { Entry } from './entry';
import type { Summary } from './types';

export function summarize(visited: ReadonlySet<Entry>, milliseconds: number): Summary {
  const all = [...visited];
  const rated = all.filter((entry) => isRated(entry.rating));
  const count = (alignment: Alignment): number => rated.filter((entry) => entry.rating.alignment === alignment).length;
  return {
    rated: rated.length,
    skipped: all.length - rated.length,
    strong: count('strong'),
    weak: count('weak'),
    fail: count('fail'),
    qualities: [1, 2, 3, 4, 5].map((quality) => rated.filter((entry) => entry.rating.quality === quality).length),
    favourites: all.filter((entry) => entry.isFavourite).length,
    addedToSets: all.filter((entry) => [...entry.sets.values()].includes(true)).length,
    milliseconds,
  };
}
