const DEPTH = 200;
/** Steps of the same thing within this time are one. */
const SOON = 700;

type Step<T> = { value: T; tag: string | null; at: number };

/** A value and what it was before; what belongs together, such as the drag of a slider, is one step. */
export class History<T> {
  #now = $state.raw() as T;
  #past = $state.raw<Step<T>[]>([]);
  #future = $state.raw<T[]>([]);

  constructor(
    first: T,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.#now = first;
  }

  get now(): T {
    return this.#now;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** `going`: the same drag goes on, however long it takes. */
  change(value: T, tag: string | null = null, going = false): void {
    const at = this.clock();
    const last = this.#past.at(-1);
    const same = tag !== null && last?.tag === tag && (going || at - last.at < SOON);
    const step = { value: same ? last.value : this.#now, tag, at };
    this.#past = [...(same ? this.#past.slice(0, -1) : this.#past), step].slice(-DEPTH);
    this.#future = [];
    this.#now = value;
  }

  /** The drag is over: the next one is a step of its own. */
  seal(): void {
    const last = this.#past.at(-1);
    if (last) this.#past = [...this.#past.slice(0, -1), { ...last, at: this.clock() }];
  }

  undo(): boolean {
    const last = this.#past.at(-1);
    if (!last) return false;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.#now];
    this.#now = last.value;
    return true;
  }

  redo(): boolean {
    const next = this.#future.at(-1);
    if (next === undefined) return false;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, { value: this.#now, tag: null, at: 0 }];
    this.#now = next;
    return true;
  }

  /** What is no change of a person's: nothing to take back. */
  replace(value: T): void {
    this.#now = value;
  }

  /** Another value to begin with. */
  restart(value: T): void {
    this.#past = [];
    this.#future = [];
    this.#now = value;
  }
}
