import type { BucketCoverage, Rating, StickerDetail } from '../bindings';
import type { Action } from './keys';
import type { WriteState } from './writes';

/** What the review needs of the library. */
export type ReviewPort = {
  sticker: (id: string) => Promise<StickerDetail>;
  rate: (id: string, rating: Rating) => Promise<void>;
  setFavourite: (id: string, favourite: boolean) => Promise<void>;
  addToSet: (set: string, id: string) => Promise<void>;
  removeFromSet: (set: string, id: string) => Promise<void>;
};

export type ReviewOptions = {
  autoAdvance: boolean;
  blind: boolean;
  /** Orders the blind queue. */
  seed: number;
  /** The style set that S adds to. */
  set: string | null;
  coverage: BucketCoverage[];
};

export type Card = {
  id: string;
  detail: StickerDetail | null;
  problem: string | null;
  rating: Rating;
  favourite: boolean;
  inSet: boolean;
};

export type Summary = {
  rated: number;
  skipped: number;
  strong: number;
  weak: number;
  fail: number;
  /** How many got 1, 2, 3, 4, 5. */
  qualities: number[];
  favourites: number;
  addedToSets: number;
  milliseconds: number;
};

export type ReviewView = {
  total: number;
  position: number;
  finished: boolean;
  current: Card | null;
  behind: Card[];
  ahead: Card[];
  canUndo: boolean;
  /** What happened last, for the announcement; `undone` when it was taken back. */
  last: { action: Action; undone: boolean } | null;
  coverage: BucketCoverage[];
  summary: Summary;
  writes: WriteState;
};
