import type { Alignment, Rating, StickerDetail } from '../bindings';

/** One sticker of the queue: what the library says, and over it what was decided here. */
export class Entry {
  detail: StickerDetail | null = null;
  /** Why it cannot be shown. */
  problem: string | null = null;
  alignment: Alignment | null | undefined;
  quality: number | null | undefined;
  favourite: boolean | undefined;
  sets = new Map<string, boolean>();
  /** The parts given since it was last put on the table. */
  given = { alignment: false, quality: false };
  completeAtVisit = false;
  #loading: Promise<void> | null = null;

  constructor(readonly id: string) {}

  get rating(): Rating {
    const known = this.detail?.sticker.rating;
    return {
      alignment: this.alignment !== undefined ? this.alignment : (known?.alignment ?? null),
      quality: this.quality !== undefined ? this.quality : (known?.quality ?? null),
    };
  }

  get isFavourite(): boolean {
    return this.favourite ?? this.detail?.sticker.favourite ?? false;
  }

  inSet(set: string): boolean {
    return this.sets.get(set) ?? this.detail?.sets.includes(set) ?? false;
  }

  get isLoading(): boolean {
    return this.#loading !== null && this.detail === null;
  }

  /** Loads once; a failure is forgotten, so that the next call tries again. */
  load(read: (id: string) => Promise<StickerDetail>): Promise<void> {
    if (this.detail) return Promise.resolve();
    this.#loading ??= read(this.id).then(
      (detail) => {
        this.detail = detail;
        this.problem = null;
      },
      (reason: { message?: string }) => {
        this.#loading = null;
        this.problem = reason.message ?? String(reason);
        throw reason;
      },
    );
    return this.#loading;
  }
}
