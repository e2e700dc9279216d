import { backend } from '../backend';
import type { Pack, PackId, Platform, PlatformInfo, StickerId } from '../bindings';
import { t } from '../i18n/index.svelte';
import { attempt, messageOf } from '../state/toasts.svelte';
import { undo } from '../state/undo.svelte';
import { keep, NOTHING, only, type Selection } from '../library/selection';
import { changeOf, contentOf, coverOf, type Content } from './content';
import { named, type Found } from './findings';
import { Saver, type SaveState } from './saver';

type Open = { readonly id: PackId; readonly content: Content };
/** What every platform says; `null`: not asked yet. */
type Checks = ReadonlyMap<Platform, Found[]> | null;

let list = $state.raw<readonly Pack[]>([]);
let open = $state.raw<Open | null>(null);
let covers = $state.raw<ReadonlyMap<PackId, StickerId | null>>(new Map());
let platforms = $state.raw<readonly PlatformInfo[]>([]);
let checks = $state.raw<Checks>(null);
let selection = $state.raw<Selection>(NOTHING);
const state = $state<{ loaded: boolean; problem: string | null; checkProblem: string | null; saving: SaveState; renaming: PackId | null }>({
  loaded: false,
  problem: null,
  checkProblem: null,
  saving: { pending: false, problem: null },
  renaming: null,
});

const REMEMBERED = 'studio.pack';
let turn = 0;
let checkTurn = 0;

const saver = new Saver({
  write: (id, change) => backend.changePack(id, change),
  stored: (id) => void check(id),
  changed: (now) => void Object.assign(state.saving, now),
});

/** The packs, and the one that is open. */
export const packs = {
  get list() {
    return list;
  },
  get open() {
    return open;
  },
  get platforms() {
    return platforms;
  },
  get checks() {
    return checks;
  },
  get selection() {
    return selection;
  },
  get loaded() {
    return state.loaded;
  },
  get problem() {
    return state.problem;
  },
  get checkProblem() {
    return state.checkProblem;
  },
  get saving() {
    return state.saving;
  },
  /** The pack whose name is being typed in the list. */
  get renaming() {
    return state.renaming;
  },
  set renaming(id: PackId | null) {
    state.renaming = id;
  },

  coverOf: (id: PackId): StickerId | null => (open?.id === id ? coverOf(open.content) : (covers.get(id) ?? null)),
  retry: () => saver.retry(),
  /** Stores what is not stored yet; throws why it could not. */
  stored: () => saver.flush(),

  /** What is stored, anew: another screen may have changed it. */
  async load(): Promise<void> {
    try {
      await saver.flush().catch(() => undefined);
      const [all, known] = await Promise.all([backend.packs(), platforms.length > 0 ? platforms : backend.platforms()]);
      list = all;
      platforms = known;
      state.problem = null;
      const id = [open?.id, remembered(), all[0]?.id].find((each): each is string => all.some((pack) => pack.id === each));
      if (id === undefined) close();
      else await packs.show(id);
      void loadCovers();
    } catch (thrown) {
      state.problem = messageOf(thrown);
    }
    state.loaded = true;
  },

  async show(id: PackId): Promise<void> {
    const mine = ++turn;
    if (open?.id !== id) {
      selection = NOTHING;
      checks = null;
    }
    await saver.flush().catch(() => undefined);
    const detail = await attempt(() => backend.pack(id));
    if (!detail || mine !== turn) return;
    if (!state.saving.pending || open?.id !== id) opened(id, contentOf(detail));
    localStorage.setItem(REMEMBERED, id);
    void check(id);
  },

  select(next: Selection): void {
    selection = next;
  },
  /** A finding names its sticker. */
  pick(id: StickerId): void {
    selection = only(id);
  },
  selected: (): StickerId[] => (open ? open.content.stickers.map((each) => each.sticker.id).filter((id) => selection.ids.has(id)) : []),

  /** At once on the page, stored a moment later. Without a label it is no step for undo (typing has its own). */
  change(next: Content, label?: string, announce = false): void {
    if (!open || next === open.content) return;
    const { id, content: before } = open;
    put(id, next);
    if (label !== undefined) undo.did({ label, announce, back: () => packs.restore(id, before) });
  },

  /** A pack as it was; it may not be open any more. */
  async restore(id: PackId, content: Content): Promise<void> {
    put(id, content);
    await saver.flush();
  },

  async create(title: string, content?: Content): Promise<PackId | undefined> {
    return attempt(async () => {
      const author = content?.author ?? list[0]?.author ?? '';
      const pack = await backend.createPack(title, author);
      if (content) await backend.changePack(pack.id, changeOf({ ...content, title }));
      list = [{ ...pack, count: content?.stickers.length ?? 0 }, ...list];
      if (content) covers = new Map(covers).set(pack.id, coverOf(content));
      await packs.show(pack.id);
      return pack.id;
    });
  },

  async duplicate(id: PackId): Promise<void> {
    await attempt(async () => {
      await saver.flush();
      const content = contentOf(await backend.pack(id));
      const copy = await packs.create(t('packs.copyOf', { title: content.title }), content);
      if (copy !== undefined) undo.did({ label: t('packs.did.duplicate', { title: content.title }), announce: true, back: () => gone(copy) });
    });
  },

  /** Its stickers stay; undo makes it again. */
  async remove(id: PackId): Promise<void> {
    await attempt(async () => {
      await saver.flush().catch(() => undefined);
      const content = open?.id === id ? open.content : contentOf(await backend.pack(id));
      await gone(id);
      undo.did({ label: t('packs.did.delete', { title: content.title }), announce: true, back: () => packs.create(content.title, content) });
    });
  },

  /** From the list: also a pack that is not open. */
  async rename(id: PackId, title: string): Promise<void> {
    state.renaming = null;
    const before = open?.id === id ? open.content : await attempt(async () => contentOf(await backend.pack(id)));
    if (!before || title.trim() === '' || before.title === title.trim()) return;
    put(id, { ...before, title: title.trim() });
    undo.did({ label: t('packs.did.rename'), back: () => packs.restore(id, before) });
  },

  /** Stickers of the library, at the end. */
  async add(id: PackId, stickers: StickerId[]): Promise<{ count: number; undo: () => void }> {
    await saver.flush();
    const before = contentOf(await backend.pack(id));
    const detail = await backend.addToPack(id, stickers);
    const count = detail.stickers.length - before.stickers.length;
    await taken(id, contentOf(detail));
    const change = { label: t('packs.did.add', { count, title: before.title }), back: () => packs.restore(id, before) };
    const done = count > 0 ? undo.did(change) : null;
    return { count, undo: () => void (done && undo.take(done)) };
  },

  /** What the fix made of it; `others`: the packs that it split off. */
  async fix(platform: Platform): Promise<{ fixes: string[]; others: PackId[]; undo: () => void } | undefined> {
    if (!open) return undefined;
    const { id } = open;
    return attempt(async () => {
      await saver.flush();
      const before = contentOf(await backend.pack(id));
      const fixed = await backend.fixPack(id, platform);
      const others = fixed.packs.filter((each) => each !== id);
      list = await backend.packs();
      void loadCovers();
      await taken(id, contentOf(await backend.pack(id)));
      const change = {
        label: t('packs.did.fix'),
        back: async () => {
          for (const other of others) await gone(other);
          await packs.restore(id, before);
        },
      };
      const done = fixed.fixes.length > 0 ? undo.did(change) : null;
      return { fixes: fixed.fixes, others, undo: () => void (done && undo.take(done)) };
    });
  },

  recheck: () => (open ? check(open.id) : Promise.resolve()),
};

function remembered(): string | null {
  return localStorage.getItem(REMEMBERED);
}

function close(): void {
  turn += 1;
  open = null;
  checks = null;
  selection = NOTHING;
}

function opened(id: PackId, content: Content): void {
  const order = content.stickers.map((each) => each.sticker.id);
  selection = open?.id === id ? keep(selection, open.content.stickers.map((each) => each.sticker.id), order) : NOTHING;
  open = { id, content };
  listed(id, content);
}

function listed(id: PackId, { title, author, stickers, cover }: Content): void {
  list = list.map((each) => (each.id === id ? { ...each, title, author, count: stickers.length } : each));
  covers = new Map(covers).set(id, coverOf({ cover, stickers }));
}

/** As the library has it now. */
async function taken(id: PackId, content: Content): Promise<void> {
  if (open?.id !== id) return listed(id, content);
  opened(id, content);
  await check(id);
}

function put(id: PackId, content: Content): void {
  if (open?.id === id) opened(id, content);
  else listed(id, content);
  saver.save(id, changeOf(content));
}

async function gone(id: PackId): Promise<void> {
  saver.forget(id);
  await backend.deletePack(id);
  const at = list.findIndex((each) => each.id === id);
  list = list.filter((each) => each.id !== id);
  if (open?.id !== id) return;
  const next = list[at] ?? list.at(-1);
  if (next) await packs.show(next.id);
  else close();
}

async function check(id: PackId): Promise<void> {
  if (open?.id !== id) return;
  const mine = ++checkTurn;
  const order = open.content.stickers.map((each) => each.sticker.id);
  try {
    const answer = await backend.checkPack(id);
    if (mine !== checkTurn || open?.id !== id) return;
    checks = new Map(answer.map(({ platform, findings }) => [platform, named(findings, order)]));
    state.checkProblem = null;
  } catch (thrown) {
    if (mine === checkTurn) state.checkProblem = messageOf(thrown);
  }
}

/** One after the other, quietly: only the little pictures of the list. */
async function loadCovers(): Promise<void> {
  for (const { id } of list) {
    if (covers.has(id)) continue;
    const detail = await backend.pack(id).catch(() => null);
    if (detail && !covers.has(id)) covers = new Map(covers).set(id, coverOf(contentOf(detail)));
  }
}
