import { backend } from '../backend';
import type { Edit, Effect, Finish, FinishOf, FinishOptions, Preset, Range, Sticker } from '../bindings';
import { messageOf } from '../state/toasts.svelte';
import * as document from './document';
import type { Document } from './document';
import { withValue, type Card, type Kind } from './effects';
import { History } from './history.svelte';

const LAST = 'studio.finish.last';

/** A document, and the sticker that it was changed on: undo goes back there, too. */
type Moment = { doc: Document; id: string | null };

/** What the Finish screen works on; it stays as it is while another screen is shown. */
export class Editor {
  options = $state.raw<FinishOptions | null>(null);
  /** Why the options could not be had, or the sticker not be opened. */
  problem = $state<string | null>(null);
  /** What was chosen to be finished together; of one only it. */
  ids = $state.raw<readonly string[]>([]);
  /** Opened stickers by the id that they were opened by. */
  #opened = $state.raw<ReadonlyMap<string, FinishOf>>(new Map());
  /** The opened sticker's id. */
  #shown = $state<string | null>(null);
  /** A slider is held: until it is let go, small pictures will do. */
  moving = $state(false);
  #history = new History<Moment>({ doc: document.EMPTY, id: null });
  #turn = 0;

  get doc(): Document {
    return this.#history.now.doc;
  }

  get cards(): readonly Card[] {
    return this.doc.cards;
  }

  get shown(): string | null {
    return this.#shown;
  }

  /** What the effects work on. */
  get source(): Sticker | null {
    return (this.#shown === null ? undefined : this.#opened.get(this.#shown)?.source) ?? null;
  }

  get edits(): readonly Edit[] {
    return this.source ? document.editsOf(this.doc, this.source.id) : [];
  }

  get finish(): Finish {
    return this.source ? document.finishOf(this.doc, this.source.id) : { edits: [], effects: [] };
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  get usual(): Kind[] {
    return (this.options?.effects ?? []).map((info) => info.default.kind);
  }

  ranges(kind: Kind): Range[] {
    return this.options?.effects.find((info) => info.default.kind === kind)?.ranges ?? [];
  }

  defaultOf(kind: Kind): Effect | undefined {
    return this.options?.effects.find((info) => info.default.kind === kind)?.default;
  }

  /** The preset whose effects these are. */
  get preset(): string | null {
    const now = JSON.stringify(document.effectsOf(this.doc));
    return this.options?.presets.find((preset) => JSON.stringify(preset.finish.effects) === now)?.name ?? null;
  }

  /** What a sticker is rendered and kept with: all share the effects, each has its own edits. */
  finishOf(source: string): Finish {
    return document.finishOf(this.doc, source);
  }

  sourceOf(id: string): string {
    return this.#opened.get(id)?.source.id ?? id;
  }

  async load(): Promise<void> {
    if (this.options) return;
    try {
      this.options = await backend.finishOptions();
    } catch (thrown) {
      this.problem = messageOf(thrown);
    }
  }

  /** What is opened anew starts a new history; the effects of the last sticker go on unless this one has its own. */
  async open(ids: readonly string[]): Promise<void> {
    const [first] = ids;
    if (first === undefined) return;
    this.ids = ids;
    await this.load();
    await this.go(first, true);
  }

  /** Another one of those that are open, or one more. */
  async go(id: string, anew = false): Promise<void> {
    const mine = ++this.#turn;
    try {
      const opened = this.#opened.get(id) ?? (await backend.finishOf(id));
      if (mine !== this.#turn) return;
      this.#opened = new Map([...this.#opened, [id, opened]]);
      this.problem = null;
      this.#begin(id, opened, anew);
      localStorage.setItem(LAST, id);
    } catch (thrown) {
      if (mine === this.#turn) this.problem = messageOf(thrown);
    }
  }

  #begin(id: string, { source, finish, finished }: FinishOf, anew: boolean): void {
    let doc = this.doc;
    if (!(source.id in doc.edits)) doc = document.withEdits(doc, source.id, finish.edits);
    // A sticker that begins with nothing was finished before, from a source that is gone: another outline would be one too many.
    const own = finished || finish.effects.length === 0;
    if (doc.cards.length === 0 || (anew && own)) doc = { ...doc, cards: document.cardsOf(finish.effects, doc.cards) };
    this.#shown = id;
    if (anew) this.#history.restart({ doc, id });
    // Looking at another one is no change.
    else this.#history.replace({ doc, id });
  }

  /** The sticker of the last time, for a screen that was opened by itself. */
  async reopen(): Promise<void> {
    const last = localStorage.getItem(LAST);
    if (last === null) return;
    await this.load();
    // What a person has chosen meanwhile, or before, goes first.
    if (this.ids.length > 0) return;
    await this.open([last]);
    // It may be gone by now; that is no news to a person who did not ask for it.
    if (this.#shown === null) {
      localStorage.removeItem(LAST);
      this.problem = null;
      this.ids = [];
    }
  }

  close(): void {
    this.#turn++;
    this.#shown = null;
    this.ids = [];
    localStorage.removeItem(LAST);
  }

  #change(doc: Document, tag: string | null = null, going = this.moving): void {
    if (doc === this.doc) return;
    this.#history.change({ doc, id: this.#shown }, tag, going);
  }

  undo(): boolean {
    return this.#stepped(this.#history.undo());
  }

  redo(): boolean {
    return this.#stepped(this.#history.redo());
  }

  #stepped(worked: boolean): boolean {
    const { id } = this.#history.now;
    if (worked && id !== null && id !== this.#shown) this.#shown = id;
    return worked;
  }

  /** `moving`: more of it comes at once, as while a slider is dragged; `settle` ends it. */
  set(key: number, field: string, value: unknown, moving = false): void {
    if (moving) this.moving = true;
    this.#change(
      document.withCard(this.doc, key, (card) => ({ ...card, effect: withValue(card.effect, field, value) })),
      `${key} ${field}`,
    );
  }

  settle(): void {
    if (!this.moving) return;
    this.moving = false;
    this.#history.seal();
  }

  turn(key: number, on: boolean): void {
    this.#change(document.withCard(this.doc, key, (card) => ({ ...card, on })));
  }

  /** Back to how effects of its kind begin; a caption keeps its words. */
  reset(key: number): void {
    this.#change(
      document.withCard(this.doc, key, (card) => {
        const usual = this.defaultOf(card.effect.kind);
        if (!usual) return card;
        const effect = usual.kind === 'caption' && card.effect.kind === 'caption' ? { ...usual, text: card.effect.text } : usual;
        return { ...card, effect };
      }),
    );
  }

  remove(key: number): void {
    this.#change(document.withoutCard(this.doc, key));
  }

  /** With the same `tag` it is one step, as while a card is dragged. */
  move(key: number, to: number, tag: string | null = null): void {
    this.#change(document.moved(this.doc, key, to), tag, tag !== null);
  }

  /** The key of its card. `values`: where it does not begin as usual. */
  add(kind: Kind, values: Record<string, unknown> = {}): number | null {
    const usual = this.defaultOf(kind);
    if (!usual || !document.canAdd(this.doc, kind)) return null;
    const effect = Object.entries(values).reduce((now, [field, value]) => withValue(now, field, value), usual);
    const { doc, key } = document.withEffect(this.doc, effect, this.usual);
    this.#change(doc);
    return key;
  }

  canAdd(kind: Kind): boolean {
    return document.canAdd(this.doc, kind);
  }

  choose({ finish }: Preset): void {
    this.#change({ ...this.doc, cards: document.cardsOf(finish.effects, this.doc.cards) });
  }

  /** As the backend has them now. */
  presetsAre(presets: Preset[]): void {
    if (this.options) this.options = { ...this.options, presets };
  }

  /** Looks up what was chosen but not yet shown, so that a finished one is finished from its source and with its edits. */
  async know(ids: readonly string[]): Promise<void> {
    const unknown = ids.filter((id) => !this.#opened.has(id));
    const found = await Promise.all(unknown.map(async (id) => [id, await backend.finishOf(id).catch(() => null)] as const));
    let { doc } = this;
    const opened = new Map(this.#opened);
    for (const [id, of] of found) {
      if (!of) continue;
      opened.set(id, of);
      if (!(of.source.id in doc.edits)) doc = document.withEdits(doc, of.source.id, of.finish.edits);
    }
    this.#opened = opened;
    this.#history.replace({ doc, id: this.#shown });
  }

  edit(edit: Edit, tag: string | null = null): void {
    if (this.source) this.#change(document.withEdit(this.doc, this.source.id, edit), tag);
  }

  /** As the picture came. */
  forgetEdits(kind: Edit['kind'] | null = null): void {
    if (!this.source) return;
    const kept = kind === null ? [] : this.edits.filter((edit) => edit.kind !== kind);
    if (kept.length < this.edits.length) this.#change(document.withEdits(this.doc, this.source.id, kept));
  }
}

export const editor = new Editor();
