import type { Edit, Effect, Finish } from '../bindings';
import { SEVERAL, type Card, type Kind } from './effects';

/** What a person works on: one stack for every sticker that is open, and each sticker's own edits. Never changed in place. */
export type Document = {
  readonly cards: readonly Card[];
  readonly edits: Readonly<Record<string, readonly Edit[]>>;
};

export const EMPTY: Document = { cards: [], edits: {} };

let lastKey = 0;

/** Cards of these effects; one of a kind that was there keeps its key, so that it stays open where it was. */
export function cardsOf(effects: readonly Effect[], before: readonly Card[] = []): Card[] {
  const keys = before.map((card) => ({ kind: card.effect.kind, key: card.key }));
  return effects.map((effect) => {
    const at = keys.findIndex((each) => each.kind === effect.kind);
    const key = at < 0 ? ++lastKey : (keys.splice(at, 1)[0]?.key ?? ++lastKey);
    return { key, on: true, effect };
  });
}

export function editsOf(doc: Document, id: string): readonly Edit[] {
  return doc.edits[id] ?? [];
}

/** What is rendered and kept; cards that are off stay on the page. */
export function finishOf(doc: Document, id: string): Finish {
  return { edits: [...editsOf(doc, id)], effects: effectsOf(doc) };
}

export function effectsOf(doc: Document): Effect[] {
  return doc.cards.filter((card) => card.on).map((card) => card.effect);
}

export function withCard(doc: Document, key: number, change: (card: Card) => Card): Document {
  return { ...doc, cards: doc.cards.map((card) => (card.key === key ? change(card) : card)) };
}

export function withoutCard(doc: Document, key: number): Document {
  return { ...doc, cards: doc.cards.filter((card) => card.key !== key) };
}

/** Put where its kind usually stands: before the first that usually comes later. */
export function withEffect(doc: Document, effect: Effect, usual: readonly Kind[]): { doc: Document; key: number } {
  const [card] = cardsOf([effect]) as [Card];
  const place = (kind: Kind) => usual.indexOf(kind);
  const later = doc.cards.findIndex((each) => place(each.effect.kind) > place(effect.kind));
  const at = later < 0 ? doc.cards.length : later;
  return { doc: { ...doc, cards: doc.cards.toSpliced(at, 0, card) }, key: card.key };
}

export function canAdd(doc: Document, kind: Kind): boolean {
  return SEVERAL.has(kind) || !doc.cards.some((card) => card.effect.kind === kind);
}

/** The card to this place, counted without it; the same document when it cannot go there. */
export function moved(doc: Document, key: number, to: number): Document {
  const from = doc.cards.findIndex((card) => card.key === key);
  const card = doc.cards[from];
  if (!card || from === to || to < 0 || to >= doc.cards.length) return doc;
  return { ...doc, cards: doc.cards.toSpliced(from, 1).toSpliced(to, 0, card) };
}

/** A new crop takes the place of the one before. */
export function withEdit(doc: Document, id: string, edit: Edit): Document {
  const before = editsOf(doc, id);
  const kept = edit.kind === 'crop' ? before.filter((each) => each.kind !== 'crop') : before;
  return withEdits(doc, id, [...kept, edit]);
}

export function withEdits(doc: Document, id: string, edits: readonly Edit[]): Document {
  return { ...doc, edits: { ...doc.edits, [id]: edits } };
}
