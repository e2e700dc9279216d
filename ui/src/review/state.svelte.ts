import { backend, stickerUrl } from '../backend';
import type { Job, Sticker, StyleSet } from '../bindings';
import { goTo } from '../state/route.svelte';
import { onStickersChanged, writeFavourite, writeRating } from '../state/stickers.svelte';
import type { Action } from './keys';
import { defaults, readPreferences, writePreferences, type Preferences } from './preferences';
import { exists, jobsToChoose, queryOf, type Scope } from './scope';
import { ReviewSession } from './session';
import type { ReviewPort, ReviewView } from './types';

/** A session's way to the library. `writing`: what is told of this one is no news to the session. */
type Port = ReviewPort & { writing: string | null };

function portOfSession(): Port {
  const own = async (id: string, write: () => Promise<void>): Promise<void> => {
    port.writing = id;
    try {
      await write();
    } finally {
      port.writing = null;
    }
  };
  const port: Port = {
    writing: null,
    sticker: (id) => backend.sticker(id),
    rate: (id, rating) => own(id, () => writeRating([id], rating)),
    setFavourite: (id, favourite) => own(id, () => writeFavourite([id], favourite)),
    addToSet: async (set, id) => void (await backend.addToSet(set, [id])),
    removeFromSet: async (set, id) => void (await backend.removeFromSet(set, [id])),
  };
  return port;
}

/** The review as the screen shows it. It outlives the screen: the place is kept, and writes go on behind. */
class Review {
  view = $state.raw<ReviewView | null>(null);
  preferences = $state.raw<Preferences>(readPreferences());
  loading = $state(false);
  error = $state<string | null>(null);
  sets = $state.raw<StyleSet[]>([]);
  jobs = $state.raw<Job[]>([]);

  #session: ReviewSession | null = null;
  #port: Port | null = null;
  #stop: () => void = () => undefined;
  #preloaded = new Map<string, HTMLImageElement>();

  /** The screen is shown: go on, or begin when there is nothing to go on with. */
  async open(): Promise<void> {
    const goesOn = this.loading || this.#underWay();
    if (this.#underWay()) this.#session?.refresh();
    const choices = this.#loadChoices();
    // A set or a job may be gone.
    if ('id' in this.preferences.scope) await choices;
    await Promise.all([choices, goesOn ? null : this.start(this.preferences.scope)]);
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
      const port = portOfSession();
      this.#use(new ReviewSession(ids, port, { autoAdvance, blind, set, seed, coverage }), port);
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

  /** These were rated or starred elsewhere. */
  learn(ids: string[], part: Partial<Sticker>): void {
    const elsewhere = ids.filter((id) => id !== this.#port?.writing);
    if (elsewhere.length > 0) this.#session?.learn(elsewhere, part);
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

  #use(session: ReviewSession, port: Port): void {
    this.#stop();
    this.#session = session;
    this.#port = port;
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
      const { set, scope } = this.preferences;
      this.jobs = jobsToChoose(queue.jobs, scope);
      if (set !== null && !facets.sets.some((one) => one.id === set)) this.#prefer({ set: null });
      if (!exists(scope, facets.sets, this.jobs)) this.#prefer({ scope: defaults.scope });
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
  if (change.kind === 'changed') review.learn(change.ids, change.part);
});

/** Shows the Review screen with these stickers. */
export function openReview(scope: Scope): void {
  void review.start(scope);
  goTo('review');
}
