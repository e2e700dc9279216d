import type { Alignment, Rating, Sticker, StickerDetail } from '../bindings';

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
  /** Something was decided here: what was read before that stays, for undo goes back to it. */
  written = false;
  #loading: Promise<void> | null = null;
  #old = false;

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

  /** Neither known nor asked for. */
  get wanted(): boolean {
    return this.#loading === null && (this.detail === null || this.#old);
  }

  /** The next load asks again; until that has come, what is known is shown. */
  outdate(): void {
    if (this.written) return;
    this.#old = true;
    this.#loading = null;
  }

  /** It was changed elsewhere, which is newer than what was decided here. */
  learn({ rating, favourite }: Partial<Sticker>): void {
    const { detail } = this;
    if (rating && (this.alignment !== undefined || this.quality !== undefined)) {
      this.alignment = rating.alignment;
      this.quality = rating.quality;
    } else if (rating && detail) detail.sticker.rating = rating;
    if (favourite === undefined) return;
    if (this.favourite !== undefined) this.favourite = favourite;
    else if (detail) detail.sticker.favourite = favourite;
  }

  /** Loads once; a failure is forgotten, so that the next call tries again. */
  load(read: (id: string) => Promise<StickerDetail>): Promise<void> {
    if (this.detail && !this.#old) return Promise.resolve();
    if (this.#loading) return this.#loading;
    const loading = read(this.id).then(
      (detail) => {
        if (this.#loading !== loading) return;
        this.detail = detail;
        this.problem = null;
        this.#old = false;
      },
      (reason: { message?: string }) => {
        if (this.#loading !== loading) return;
        this.#loading = null;
        this.problem = reason.message ?? String(reason);
        throw reason;
      },
    );
    this.#loading = loading;
    return loading;
  }
}
