import { backend, stickerUrl } from '../backend';
import type { Job, StyleSet } from '../bindings';
import { goTo } from '../state/route.svelte';
import { onStickersChanged, writeFavourite, writeRating } from '../state/stickers.svelte';
import type { Action } from './keys';
import { readPreferences, writePreferences, type Preferences } from './preferences';
import { queryOf, type Scope } from './scope';
import { ReviewSession } from './session';
import type { ReviewPort, ReviewView } from './types';

const port: ReviewPort = {
  sticker: (id) => backend.sticker(id),
  rate: (id, rating) => writeRating([id], rating),
  setFavourite: (id, favourite) => writeFavourite([id], favourite),
  addToSet: async (set, id) => void (await backend.addToSet(set, [id])),
  removeFromSet: async (set, id) => void (await backend.removeFromSet(set, [id])),
};

/** The review as the screen shows it. It outlives the screen: the place is kept, and writes go on behind. */
class Review {
  view = $state.raw<ReviewView | null>(null);
  preferences = $state.raw<Preferences>(readPreferences());
  loading = $state(false);
  error = $state<string | null>(null);
  sets = $state.raw<StyleSet[]>([]);
  jobs = $state.raw<Job[]>([]);

  #session: ReviewSession | null = null;
  #stop: () => void = () => undefined;
  #preloaded = new Map<string, HTMLImageElement>();

  /** The screen is shown: go on, or begin when there is nothing to go on with. */
  async open(): Promise<void> {
    await Promise.all([this.#loadChoices(), this.loading || this.#underWay() ? null : this.start(this.preferences.scope)]);
  }

  async start(scope: Scope): Promise<void> {
    this.#prefer({ scope });
    this.loading = true;
    this.error = null;
    try {
      // What is still on its way must be counted by the queue that follows.
      if (this.view && !this.view.writes.stalled) await this.#session?.saved();
      const [ids, coverage] = await Promise.all([
        backend.stickerIds(queryOf(scope, Date.now())),
        backend.coverage(),
      ]);
      const { autoAdvance, blind, set } = this.preferences;
      const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
      this.#use(new ReviewSession(ids, port, { autoAdvance, blind, set, seed, coverage }));
    } catch (reason) {
      this.error = reason instanceof Error ? reason.message : String(reason);
    } finally {
      this.loading = false;
    }
  }

  act(action: Action): void {
    this.#session?.act(action);
  }

  setBlind(blind: boolean): void {
    this.#prefer({ blind });
    this.#session?.setBlind(blind);
  }

  setAutoAdvance(autoAdvance: boolean): void {
    this.#prefer({ autoAdvance });
    this.#session?.setAutoAdvance(autoAdvance);
  }

  chooseSet(set: string): void {
    this.#prefer({ set });
    this.#session?.chooseSet(set);
  }

  async createSet(name: string): Promise<void> {
    const made = await backend.createSet(name);
    this.sets = [...this.sets, made];
    this.chooseSet(made.id);
  }

  /** These went to the trash. */
  drop(ids: string[]): void {
    this.#session?.drop(ids);
  }

  retryWrites(): void {
    this.#session?.retryWrites();
  }

  dismissRefused(): void {
    this.#session?.dismissRefused();
  }

  #underWay(): boolean {
    return this.view !== null && this.view.canUndo && !this.view.finished;
  }

  #use(session: ReviewSession): void {
    this.#stop();
    this.#session = session;
    this.#stop = session.subscribe((view) => {
      this.view = view;
      this.#preload(view);
    });
  }

  /** Keeps the pictures that come next in memory, decoded. */
  #preload(view: ReviewView): void {
    const wanted = view.ahead.map((card) => card.id);
    for (const id of this.#preloaded.keys()) if (!wanted.includes(id)) this.#preloaded.delete(id);
    for (const id of wanted) {
      if (this.#preloaded.has(id)) continue;
      const image = new Image();
      image.src = stickerUrl(id, 'full');
      image.decode().catch(() => undefined);
      this.#preloaded.set(id, image);
    }
  }

  async #loadChoices(): Promise<void> {
    try {
      const [facets, queue] = await Promise.all([backend.facets(), backend.queue()]);
      this.sets = facets.sets;
      this.jobs = queue.jobs.filter((job) => job.tiles.some((tile) => tile.sticker !== null)).slice(0, 12);
      const { set } = this.preferences;
      if (set !== null && !facets.sets.some((one) => one.id === set)) this.#prefer({ set: null });
    } catch {
      // The queue's own error says what is wrong; without these there are only fewer choices.
    }
  }

  #prefer(change: Partial<Preferences>): void {
    this.preferences = { ...this.preferences, ...change };
    writePreferences(this.preferences);
  }
}

export const review = new Review();

onStickersChanged((change) => {
  if (change.kind === 'trashed') review.drop(change.ids);
});

/** Shows the Review screen with these stickers. */
export function openReview(scope: Scope): void {
  void review.start(scope);
  goTo('review');
}
