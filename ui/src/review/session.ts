import type { Rating, Sticker } from '../bindings';
import { isComplete, withRatings } from './coverage';
import { Entry } from './entry';
import type { Action } from './keys';
import { shuffled } from './shuffle';
import { summarize } from './summary';
import type { Card, ReviewOptions, ReviewPort, ReviewView } from './types';
import { WriteQueue, type WriteOptions } from './writes';

type Verdict = Extract<Action, { kind: 'alignment' | 'quality' }>;
type Step = { entry: Entry; action: Action; takeBack: () => void };

const AHEAD = 8;
const BEHIND = 4;

/**
 * A pass through a queue of stickers. Every key changes the state here and now; what the library must know
 * follows behind in a queue of its own, so a slow or failing library never costs a key.
 * A Svelte store: `subscribe` gives the view after each change.
 */
export class ReviewSession {
  #entries: Map<string, Entry>;
  #visited = new Set<Entry>();
  #original: string[];
  #order: string[];
  #position = 0;
  #finished: boolean;
  #options: ReviewOptions;
  #steps: Step[] = [];
  #last: ReviewView['last'] = null;
  #writes: WriteQueue;
  #listeners = new Set<(view: ReviewView) => void>();
  #startedAt: number;
  #endedAt: number | null = null;

  constructor(
    ids: readonly string[],
    readonly port: ReviewPort,
    options: ReviewOptions,
    writeOptions: WriteOptions = {},
    private readonly now: () => number = Date.now,
  ) {
    this.#original = [...ids];
    this.#order = options.blind ? shuffled(ids, options.seed) : [...ids];
    this.#entries = new Map(ids.map((id) => [id, new Entry(id)]));
    this.#options = options;
    this.#finished = ids.length === 0;
    this.#writes = new WriteQueue({ ...writeOptions, changed: () => this.#changed() });
    this.#startedAt = now();
    this.#visit();
  }

  subscribe(listener: (view: ReviewView) => void): () => void {
    this.#listeners.add(listener);
    listener(this.view());
    return () => this.#listeners.delete(listener);
  }

  act(action: Action): void {
    const entry = this.#current();
    if (action.kind === 'undo') this.#undo();
    else if (action.kind === 'previous') this.#back();
    else if (entry) this.#judge(entry, action);
    this.#changed();
  }

  setAutoAdvance(autoAdvance: boolean): void {
    this.#options = { ...this.#options, autoAdvance };
  }

  chooseSet(set: string | null): void {
    this.#options = { ...this.#options, set };
    this.#changed();
  }

  /** Shuffles what is still to come, or puts it back into its own order; what was seen stays in place. */
  setBlind(blind: boolean): void {
    if (blind === this.#options.blind) return;
    this.#options = { ...this.#options, blind };
    const seen = this.#order.slice(0, this.#position + 1);
    const gone = new Set(seen);
    const rest = this.#original.filter((id) => !gone.has(id));
    this.#order = [...seen, ...(blind ? shuffled(rest, this.#options.seed) : rest)];
    this.#preload();
    this.#changed();
  }

  /** These are gone from the library: out of the queue, and nothing of them can be undone here. */
  drop(ids: readonly string[]): void {
    const gone = new Set(ids);
    const shown = this.#order[this.#position];
    const seen = this.#order.slice(0, this.#position).filter((id) => !gone.has(id)).length;
    this.#original = this.#original.filter((id) => !gone.has(id));
    this.#order = this.#order.filter((id) => !gone.has(id));
    this.#steps = this.#steps.filter(({ entry }) => !gone.has(entry.id));
    this.#visited = new Set([...this.#visited].filter(({ id }) => !gone.has(id)));
    this.#position = Math.min(seen, Math.max(0, this.#order.length - 1));
    if (seen >= this.#order.length && !this.#finished) this.#finish();
    else if (shown !== this.#order[this.#position]) this.#visit();
    this.#changed();
  }

  /** Looked at again: what was not decided here may have changed meanwhile, and is read anew. */
  refresh(): void {
    for (const entry of this.#entries.values()) entry.outdate();
    this.#preload();
  }

  /** These were rated or starred elsewhere. */
  learn(ids: readonly string[], part: Partial<Sticker>): void {
    for (const id of ids) this.#entries.get(id)?.learn(part);
    this.#changed();
  }

  retryWrites(): void {
    this.#writes.retry();
  }

  dismissRefused(): void {
    this.#writes.dismissRefused();
  }

  saved(): Promise<void> {
    return this.#writes.idle();
  }

  view(): ReviewView {
    const at = this.#position;
    const current = this.#current();
    const behindEnd = this.#finished ? this.#order.length : at;
    return {
      total: this.#order.length,
      position: at,
      finished: this.#finished,
      current: current && this.#card(current),
      behind: this.#cards(Math.max(0, behindEnd - BEHIND), behindEnd),
      ahead: this.#finished ? [] : this.#cards(at + 1, at + 1 + AHEAD),
      canUndo: this.#steps.length > 0,
      last: this.#last,
      coverage: withRatings(this.#options.coverage, this.#changes()),
      summary: summarize(this.#visited, (this.#endedAt ?? this.now()) - this.#startedAt),
      writes: this.#writes.state,
    };
  }

  #judge(entry: Entry, action: Exclude<Action, { kind: 'undo' | 'previous' }>): void {
    switch (action.kind) {
      case 'next':
        return this.#skip(entry);
      case 'favourite':
        return this.#toggleFavourite(entry);
      case 'set':
        return this.#toggleSet(entry);
      default:
        return this.#rate(entry, action);
    }
  }

  #rate(entry: Entry, action: Verdict): void {
    const { alignment, quality, given } = entry;
    this.#record(entry, action, () => {
      Object.assign(entry, { alignment, quality, given });
      this.#sendRating(entry);
    });
    if (action.kind === 'alignment') entry.alignment = action.value;
    else entry.quality = action.value;
    entry.given = { ...given, [action.kind]: true };
    this.#sendRating(entry);

    const bothGiven = entry.given.alignment && entry.given.quality;
    const completed = !entry.completeAtVisit && isComplete(entry.rating);
    if (this.#options.autoAdvance && (bothGiven || completed)) this.#advance();
  }

  #toggleFavourite(entry: Entry): void {
    const before = entry.isFavourite;
    const write = (favourite: boolean): void => {
      entry.written = true;
      entry.favourite = favourite;
      this.#writes.add(`favourite ${entry.id}`, () => this.port.setFavourite(entry.id, entry.isFavourite));
    };
    this.#record(entry, { kind: 'favourite' }, () => write(before));
    write(!before);
  }

  #toggleSet(entry: Entry): void {
    const set = this.#options.set;
    if (set === null) return;
    const before = entry.inSet(set);
    const write = (inside: boolean): void => {
      entry.written = true;
      entry.sets.set(set, inside);
      this.#writes.add(`set ${set} ${entry.id}`, () =>
        entry.inSet(set) ? this.port.addToSet(set, entry.id) : this.port.removeFromSet(set, entry.id),
      );
    };
    this.#record(entry, { kind: 'set' }, () => write(before));
    write(!before);
  }

  #skip(entry: Entry): void {
    this.#record(entry, { kind: 'next' }, () => undefined);
    this.#advance();
  }

  #back(): void {
    if (this.#finished && this.#order.length > 0) {
      this.#finished = false;
      this.#endedAt = null;
    } else if (this.#position > 0) this.#position--;
    this.#visit();
  }

  #advance(): void {
    if (this.#position + 1 < this.#order.length) {
      this.#position++;
      this.#visit();
    } else {
      this.#finish();
    }
  }

  #finish(): void {
    this.#finished = true;
    this.#endedAt = this.now();
  }

  #undo(): void {
    const step = this.#steps.pop();
    if (!step) return;
    step.takeBack();
    this.#position = this.#order.indexOf(step.entry.id);
    this.#finished = false;
    this.#endedAt = null;
    this.#last = { action: step.action, undone: true };
    this.#preload();
  }

  #record(entry: Entry, action: Action, takeBack: () => void): void {
    this.#steps.push({ entry, action, takeBack });
    this.#last = { action, undone: false };
  }

  #sendRating(entry: Entry): void {
    entry.written = true;
    this.#writes.add(`rate ${entry.id}`, async () => {
      // A rating is written whole: the part that was not given here must be known first.
      await entry.load((id) => this.port.sticker(id));
      await this.port.rate(entry.id, entry.rating);
    });
  }

  /** Puts the current sticker on the table. */
  #visit(): void {
    const entry = this.#current();
    if (entry) {
      this.#visited.add(entry);
      entry.given = { alignment: false, quality: false };
      entry.completeAtVisit = isComplete(entry.rating);
    }
    this.#preload();
  }

  #preload(): void {
    const behind = Math.max(0, this.#position - BEHIND);
    const shown = [...this.#order.slice(this.#position, this.#position + 1 + AHEAD), ...this.#order.slice(behind, this.#position)];
    for (const id of shown) {
      const entry = this.#entry(id);
      if (!entry.wanted) continue;
      const loaded = (): void => {
        const untouched = !entry.given.alignment && !entry.given.quality;
        if (entry === this.#current() && untouched) entry.completeAtVisit = isComplete(entry.rating);
        this.#changed();
      };
      entry.load((one) => this.port.sticker(one)).then(loaded, () => this.#changed());
    }
  }

  #current(): Entry | null {
    const id = this.#order[this.#position];
    return this.#finished || id === undefined ? null : this.#entry(id);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`not in this review: ${id}`);
    return entry;
  }

  #cards(from: number, to: number): Card[] {
    return this.#order.slice(from, to).map((id) => this.#card(this.#entry(id)));
  }

  #card(entry: Entry): Card {
    const { id, detail, problem, rating, isFavourite } = entry;
    const set = this.#options.set;
    return { id, detail, problem, rating, favourite: isFavourite, inSet: set !== null && entry.inSet(set) };
  }

  *#changes(): Iterable<{ sticker: Sticker; now: Rating }> {
    for (const entry of this.#visited) {
      if (entry.detail) yield { sticker: entry.detail.sticker, now: entry.rating };
    }
  }

  #changed(): void {
    if (this.#listeners.size === 0) return;
    const view = this.view();
    for (const listener of this.#listeners) listener(view);
  }
}
