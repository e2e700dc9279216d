import { describe, expect, it } from 'vitest';
import type { Edit, Effect } from '../bindings';
import { EFFECTS } from '../backend/fake/effects';
import * as document from './document';
import type { Kind } from './effects';

const USUAL = EFFECTS.map((info) => info.default.kind);
const effect = (kind: Kind) => EFFECTS.find((info) => info.default.kind === kind)?.default as Effect;
const kinds = (doc: document.Document) => doc.cards.map((card) => card.effect.kind);
const of = (...list: Kind[]): document.Document => ({ cards: document.cardsOf(list.map(effect)), edits: {} });
const key = (doc: document.Document, kind: Kind) => doc.cards.find((card) => card.effect.kind === kind)?.key ?? -1;
const dab: Edit = { kind: 'erase', points: [{ x: 1, y: 2 }], radius: 3, softness: 0 };
const crop = (width: number): Edit => ({ kind: 'crop', x: 0, y: 0, width, height: 4 });

describe('the stack', () => {
  it('leaves out what is off, and keeps it on the page', () => {
    const doc = of('outline', 'shadow');
    const off = document.withCard(doc, key(doc, 'shadow'), (card) => ({ ...card, on: false }));
    expect(document.finishOf(off, 'a').effects).toEqual([effect('outline')]);
    expect(kinds(off)).toEqual(['outline', 'shadow']);
  });

  it('puts an effect where its kind usually stands', () => {
    expect(kinds(document.withEffect(of('scale', 'outline', 'fit'), effect('gloss'), USUAL).doc)).toEqual(['scale', 'gloss', 'outline', 'fit']);
    expect(kinds(document.withEffect(of('scale'), effect('fit'), USUAL).doc)).toEqual(['scale', 'fit']);
  });

  it('has several captions and one of each other', () => {
    expect(document.canAdd(of('outline', 'caption'), 'caption')).toBe(true);
    expect(document.canAdd(of('outline', 'caption'), 'outline')).toBe(false);
  });

  it('moves a card, but not out of the list', () => {
    const doc = of('scale', 'outline', 'fit');
    expect(kinds(document.moved(doc, key(doc, 'fit'), 0))).toEqual(['fit', 'scale', 'outline']);
    expect(kinds(document.moved(doc, key(doc, 'scale'), 1))).toEqual(['outline', 'scale', 'fit']);
    for (const to of [-1, 3, 0]) expect(document.moved(doc, key(doc, 'scale'), to)).toBe(doc);
  });

  it('keeps the key of a kind that stays, so that its card stays open', () => {
    const doc = of('scale', 'outline', 'caption', 'caption');
    const next = document.cardsOf([effect('outline'), effect('caption'), effect('glow')], doc.cards);
    expect(next.map((card) => card.key).slice(0, 2)).toEqual([doc.cards[1]?.key, doc.cards[2]?.key]);
    expect(doc.cards.map((card) => card.key)).not.toContain(next[2]?.key);
  });
});

describe('edits', () => {
  it('belong to one sticker each', () => {
    const doc = document.withEdit(document.EMPTY, 'a', dab);
    expect(document.finishOf(doc, 'a').edits).toEqual([dab]);
    expect(document.finishOf(doc, 'b').edits).toEqual([]);
  });

  it('have one crop: the last', () => {
    let doc = document.withEdit(document.EMPTY, 'a', crop(8));
    doc = document.withEdit(doc, 'a', dab);
    doc = document.withEdit(doc, 'a', crop(6));
    expect(document.editsOf(doc, 'a')).toEqual([dab, crop(6)]);
  });
});
