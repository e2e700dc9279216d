import { SvelteMap } from 'svelte/reactivity';
import { backend } from '../backend';
import type { Facets, Query, Sticker, StudioEvent } from '../bindings';
import { onStickersChanged, partOf, type StickerChange } from '../state/stickers.svelte';
import { messageOf, reportError } from '../state/toasts.svelte';
import type { Span } from './grid';
import { EVERYTHING } from './query';
import * as select from './selection';

const PAGE = 200;
const MOST_KEPT = 3000;
const SOON = 250;

const state = $state<{ loading: boolean; problem: string | null }>({ loading: true, problem: null });
let query = $state.raw<Query>(EVERYTHING);
let ids = $state.raw<readonly string[]>([]);
let selection = $state.raw<select.Selection>(select.NOTHING);
let facets = $state.raw<Facets | null>(null);
/** Stickers by id, as far as they were looked at. */
const stickers = new SvelteMap<string, Sticker>();

let turn = 0;
let wanted: Span = { first: 0, last: 0 };
const underWay = new Set<number>();
/** These no longer fit the query; as long as one is selected, the list is left alone under the person's hands. */
const held = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

export const library = {
  get query() {
    return query;
  },
  /** Everything that the query finds, in its order. */
  get ids() {
    return ids;
  },
  get facets() {
    return facets;
  },
  get selection() {
    return selection;
  },
  get loading() {
    return state.loading;
  },
  get problem() {
    return state.problem;
  },
  /** Reactive; undefined until its page has come. */
  sticker: (id: string): Sticker | undefined => stickers.get(id),

  /** Another query; a new list begins at its top with nothing selected. */
  async show(next: Query): Promise<void> {
    query = next;
    selection = select.NOTHING;
    await load();
  },

  /** The same query again, quietly. */
  async refresh(): Promise<void> {
    await Promise.all([load(), loadFacets()]);
  },

  /** Several changes at once ask only once. */
  refreshSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (held.size === 0) void library.refresh();
    }, SOON);
  },

  select(next: select.Selection): void {
    selection = next;
    if (held.size === 0 || [...held].some((id) => next.ids.has(id))) return;
    held.clear();
    library.refreshSoon();
  },

  selected: (): string[] => select.inOrder(selection, ids),

  /** The tiles in view: their pages are fetched, those of an older view no more. */
  want(span: Span): void {
    wanted = span;
    fetchPages();
  },

  /** All of them, from the cache or fetched. */
  async stickersOf(of: readonly string[]): Promise<Sticker[]> {
    const missing = new Set(of.filter((id) => !stickers.has(id)));
    const found = new Map<string, Sticker>();
    const pages = new Set(ids.flatMap((id, i) => (missing.has(id) ? [Math.floor(i / PAGE)] : [])));
    for (const page of pages)
      for (const each of (await backend.stickers(query, page * PAGE, PAGE)).stickers) found.set(each.id, each);
    return of.flatMap((id) => stickers.get(id) ?? found.get(id) ?? []);
  },

  /** What this page did, while the list is shown. */
  changed(change: StickerChange): void {
    if (change.kind === 'changed') {
      if (dependsOn(query, change.part)) outdated(change.ids);
      facetsSoon();
    } else if ((change.kind === 'trashed') !== query.trash) {
      const gone = new Set(change.ids);
      replace(ids.filter((id) => !gone.has(id)));
      facetsSoon();
    } else {
      library.refreshSoon();
    }
  },

  /** Tags or sets of these were changed. */
  marked(of: readonly string[]): void {
    if (query.tag !== null || query.set !== null || query.text.trim() !== '') outdated(of);
    facetsSoon();
  },

  handle(event: StudioEvent): void {
    if (event.kind === 'made' || event.kind === 'imported') library.refreshSoon();
  },
};

// For good: the stickers kept here outlive the screen, and others are rated and trashed while another one is shown.
onStickersChanged((change) => {
  const part = partOf(change);
  for (const id of change.ids) {
    const known = stickers.get(id);
    if (known) stickers.set(id, { ...known, ...part });
  }
});

function dependsOn(of: Query, part: Partial<Sticker>): boolean {
  if ('favourite' in part && (of.favourite !== null || of.order === 'best')) return true;
  return 'rating' in part && (of.unrated !== null || of.alignment.length > 0 || of.minQuality !== null || of.order === 'best');
}

function outdated(of: readonly string[]): void {
  for (const id of of) if (selection.ids.has(id)) held.add(id);
  library.refreshSoon();
}

function replace(next: readonly string[]): void {
  selection = select.keep(selection, ids, next);
  ids = next;
  state.loading = false;
  fetchPages();
}

let newest: Promise<void> = Promise.resolve();

/** Ends with the newest list, whoever asked for that: an older one that comes late counts for nothing. */
async function load(): Promise<void> {
  newest = loadList();
  for (let mine; mine !== newest; ) await (mine = newest);
}

async function loadList(): Promise<void> {
  const mine = ++turn;
  held.clear();
  try {
    const [page, all] = await Promise.all([backend.stickers(query, 0, PAGE), backend.stickerIds(query)]);
    if (mine !== turn) return;
    page.stickers.forEach((each) => stickers.set(each.id, each));
    state.problem = null;
    replace(all);
  } catch (thrown) {
    if (mine !== turn) return;
    state.problem = messageOf(thrown);
    state.loading = false;
  }
}

async function loadFacets(): Promise<void> {
  try {
    facets = await backend.facets();
  } catch {
    // The list says what is wrong; old counts are better than none.
  }
}

let facetsTimer: ReturnType<typeof setTimeout> | undefined;
function facetsSoon(): void {
  clearTimeout(facetsTimer);
  facetsTimer = setTimeout(() => void loadFacets(), SOON);
}

function missingPage(): number | undefined {
  const first = Math.floor(wanted.first / PAGE);
  const last = Math.floor((Math.min(wanted.last, ids.length) - 1) / PAGE);
  for (let page = first; page <= last; page++) {
    if (underWay.has(page)) continue;
    const from = Math.max(wanted.first, page * PAGE);
    const to = Math.min(wanted.last, (page + 1) * PAGE);
    if (ids.slice(from, to).some((id) => !stickers.has(id))) return page;
  }
  return undefined;
}

function fetchPages(): void {
  const page = underWay.size < 2 ? missingPage() : undefined;
  if (page === undefined) return;
  underWay.add(page);
  void fetchPage(page).finally(() => {
    underWay.delete(page);
  });
  fetchPages();
}

async function fetchPage(page: number): Promise<void> {
  const mine = turn;
  try {
    const answer = await backend.stickers(query, page * PAGE, PAGE);
    if (mine !== turn) return;
    answer.stickers.forEach((each) => stickers.set(each.id, each));
    forgetOld();
    const asExpected = answer.stickers.every((each, i) => ids[answer.offset + i] === each.id);
    if (asExpected && answer.total === ids.length) queueMicrotask(fetchPages);
    else library.refreshSoon();
  } catch (thrown) {
    if (mine === turn) reportError(thrown);
  }
}

function forgetOld(): void {
  if (stickers.size <= MOST_KEPT) return;
  const near = new Set(ids.slice(Math.max(0, wanted.first - PAGE), wanted.last + PAGE));
  for (const id of [...stickers.keys()]) {
    if (stickers.size <= MOST_KEPT / 2) return;
    if (!near.has(id) && !selection.ids.has(id)) stickers.delete(id);
  }
}
