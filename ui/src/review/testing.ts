import type { BucketCoverage, Rating, StickerDetail, StudioError } from '../bindings';
import type { ReviewOptions, ReviewPort } from './types';

export const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `s${index}`);

export const unrated: Rating = { alignment: null, quality: null };

export const studioError = (code: StudioError['code'], message: string): StudioError => ({ code, message });

export const coverage = (): BucketCoverage[] => [
  { bucket: 'emotion', total: 20, rated: 4, strong: 2 },
  { bucket: 'action', total: 20, rated: 0, strong: 0 },
];

export const options = (change: Partial<ReviewOptions> = {}): ReviewOptions => ({
  autoAdvance: true,
  blind: false,
  seed: 7,
  set: null,
  coverage: coverage(),
  ...change,
});

export function detailOf(id: string, rating: Rating = unrated): StickerDetail {
  return {
    sticker: {
      id,
      prompt: `prompt of ${id}`,
      width: 256,
      height: 256,
      createdAt: 0,
      favourite: false,
      rating,
      origin: 'made',
      seed: 1,
      bucket: 'emotion',
      trashedAt: null,
    },
    tags: [],
    sets: [],
    bytes: 1,
    sha256: '',
    recipe: null,
    parameters: null,
  };
}

/** A library that answers late and, when told, not at all. */
export class TestLibrary implements ReviewPort {
  ratings = new Map<string, Rating>();
  favourites = new Map<string, boolean>();
  sets = new Map<string, Set<string>>();
  writes = 0;
  atOnce = 0;
  mostAtOnce = 0;

  constructor(
    private readonly wait: () => Promise<void> = () => Promise.resolve(),
    private readonly failure: () => StudioError | null = () => null,
  ) {}

  async sticker(id: string): Promise<StickerDetail> {
    await this.wait();
    return detailOf(id, this.ratings.get(id));
  }

  rate(id: string, rating: Rating): Promise<void> {
    return this.#write(() => this.ratings.set(id, rating));
  }

  setFavourite(id: string, favourite: boolean): Promise<void> {
    return this.#write(() => this.favourites.set(id, favourite));
  }

  addToSet(set: string, id: string): Promise<void> {
    return this.#write(() => this.sets.set(set, (this.sets.get(set) ?? new Set()).add(id)));
  }

  removeFromSet(set: string, id: string): Promise<void> {
    return this.#write(() => this.sets.get(set)?.delete(id));
  }

  async #write(apply: () => void): Promise<void> {
    this.atOnce++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await this.wait();
      const failure = this.failure();
      if (failure) throw failure;
      this.writes++;
      apply();
    } finally {
      this.atOnce--;
    }
  }
}
