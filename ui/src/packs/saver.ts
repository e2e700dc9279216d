import { StudioError } from '../backend';
import type { PackChange, PackId } from '../bindings';

export type SaveState = {
  /** Something is not stored yet. */
  pending: boolean;
  /** Why the last attempt failed; it is tried again by itself, or by `retry` when it was refused. */
  problem: string | null;
};

type Options = {
  write: (id: PackId, change: PackChange) => Promise<unknown>;
  /** Stored, and nothing newer waits. */
  stored?: (id: PackId) => void;
  changed?: (state: SaveState) => void;
  /** ms from the last change to its writing. */
  rest?: number;
  /** ms before the next attempts; the last one repeats for ever. */
  waits?: readonly number[];
};

/** Writes packs a moment after their last change, one at a time; of several changes only the newest is written. */
export class Saver {
  readonly #waiting = new Map<PackId, PackChange>();
  readonly #options: Required<Options>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #failures = 0;
  #problem: unknown = null;

  constructor(options: Options) {
    this.#options = { stored: () => undefined, changed: () => undefined, rest: 300, waits: [1000, 3000, 10_000], ...options };
  }

  save(id: PackId, change: PackChange): void {
    this.#waiting.set(id, change);
    this.#later(this.#options.rest);
    this.#tell();
  }

  /** It is gone: nothing of it is written any more. */
  forget(id: PackId): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#problem = null;
    this.#tell();
  }

  retry(): void {
    this.#later(0);
  }

  /** Writes what waits now; throws why it could not. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    do {
      this.#running ??= this.#run().finally(() => (this.#running = null));
      await this.#running;
    } while (this.#waiting.size > 0 && this.#problem === null);
    if (this.#waiting.size > 0) throw StudioError.from(this.#problem);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush().catch(() => undefined), ms);
  }

  async #run(): Promise<void> {
    for (let next = this.#first(); next; next = this.#first()) {
      const [id, change] = next;
      try {
        await this.#options.write(id, change);
      } catch (thrown) {
        this.#failed(thrown);
        return;
      }
      this.#failures = 0;
      this.#problem = null;
      if (this.#waiting.get(id) === change) this.#waiting.delete(id);
      this.#tell();
      if (!this.#waiting.has(id)) this.#options.stored(id);
    }
  }

  #first(): [PackId, PackChange] | undefined {
    const { value } = this.#waiting.entries().next();
    return value;
  }

  #failed(thrown: unknown): void {
    const { waits } = this.#options;
    const error = StudioError.from(thrown);
    this.#problem = error;
    const wait = waits[Math.min(this.#failures++, waits.length - 1)];
    // What cannot be done at all is not tried again and again.
    if (error.code !== 'usage' && wait !== undefined) this.#later(wait);
    this.#tell();
  }

  #tell(): void {
    this.#options.changed({ pending: this.#waiting.size > 0, problem: this.#problem === null ? null : StudioError.from(this.#problem).message });
  }
}
