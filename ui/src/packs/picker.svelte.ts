import { SvelteMap } from 'svelte/reactivity';
import { backend } from '../backend';
import type { Query, Sticker, StickerId, StyleSet } from '../bindings';
import { EVERYTHING } from '../library/query';
import { messageOf } from '../state/toasts.svelte';

const PAGE = 100;

/** The library, page by page, for choosing from it. A new one for each time the dialog opens. */
export class Picker {
  ids = $state.raw<readonly StickerId[]>([]);
  chosen = $state.raw<ReadonlySet<StickerId>>(new Set());
  sets = $state.raw<readonly StyleSet[]>([]);
  loaded = $state(false);
  problem = $state<string | null>(null);
  readonly stickers = new SvelteMap<StickerId, Sticker>();
  #query: Query = EVERYTHING;
  #turn = 0;
  readonly #asked = new Set<number>();

  async begin(): Promise<void> {
    await this.find('', 'all');
    this.sets = (await backend.facets().catch(() => null))?.sets ?? [];
  }

  /** `place`: "all", "favourites", or the id of a set. */
  async find(text: string, place: string): Promise<void> {
    const mine = ++this.#turn;
    const query: Query = { ...EVERYTHING, text, favourite: place === 'favourites' ? true : null, set: ['all', 'favourites'].includes(place) ? null : place };
    try {
      const [page, ids] = await Promise.all([backend.stickers(query, 0, PAGE), backend.stickerIds(query)]);
      if (mine !== this.#turn) return;
      this.#query = query;
      this.#asked.clear();
      this.#asked.add(0);
      page.stickers.forEach((each) => this.stickers.set(each.id, each));
      this.ids = ids;
      this.problem = null;
    } catch (thrown) {
      if (mine !== this.#turn) return;
      this.problem = messageOf(thrown);
    }
    this.loaded = true;
  }

  /** The tiles in view: what is not known of them is fetched. */
  want(first: number, last: number): void {
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page++) {
      if (this.#asked.has(page)) continue;
      this.#asked.add(page);
      void this.#fetch(page, this.#turn);
    }
  }

  async #fetch(page: number, turn: number): Promise<void> {
    const answer = await backend.stickers(this.#query, page * PAGE, PAGE).catch(() => null);
    if (!answer && turn === this.#turn) this.#asked.delete(page);
    answer?.stickers.forEach((each) => this.stickers.set(each.id, each));
  }

  toggle(id: StickerId): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  /** All between two places; `skip` are in the pack already. */
  range(from: number, to: number, skip: ReadonlySet<StickerId>): void {
    const between = this.ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.chosen = new Set([...this.chosen, ...between.filter((id) => !skip.has(id))]);
  }
}
