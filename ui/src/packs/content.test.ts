import { describe, expect, it } from 'vitest';
import type { PackedSticker, Sticker } from '../bindings';
import { changed, changeOf, coverOf, moveBy, moveTo, split, toggleEmoji, without, type Content } from './content';

const sticker = (id: string): PackedSticker => ({ sticker: { id, prompt: id } as Sticker, emoji: [], text: '' });
const content = (order: string): Content => ({ title: 'T', author: 'A', cover: null, stickers: [...order].map(sticker) });
const order = (of: Content) => of.stickers.map((each) => each.sticker.id).join('');

describe('the order', () => {
  it.each([
    ['a', 3, 'bcade'],
    ['e', 0, 'eabcd'],
    ['bd', 5, 'acebd'],
    ['bd', 0, 'bdace'],
    ['ae', 2, 'baecd'],
    ['abcde', 2, 'abcde'],
  ])('%s goes before place %d', (ids, to, wanted) => {
    expect(order(moveTo(content('abcde'), new Set(ids), to))).toBe(wanted);
  });

  it.each([
    ['c', -1, 'acbde'],
    ['c', 1, 'abdce'],
    ['a', -1, 'abcde'],
    ['e', 3, 'abcde'],
    ['bc', 1, 'adbce'],
    ['c', -4, 'cabde'],
    ['bd', 1, 'acebd'],
  ])('%s moves by %d places and stops at the ends', (ids, by, wanted) => {
    expect(order(moveBy(content('abcde'), new Set(ids), by))).toBe(wanted);
  });

  it('is the same object when nothing moved, so that nothing is stored', () => {
    const before = content('abc');
    expect(moveTo(before, new Set('a'), 1)).toBe(before);
    expect(moveBy(before, new Set('x'), 1)).toBe(before);
  });
});

it('forgets the cover that is taken out', () => {
  const before: Content = { ...content('abc'), cover: 'b' };
  expect(coverOf(before)).toBe('b');
  expect(without(before, new Set('b'))).toMatchObject({ cover: null });
  expect(coverOf(without(before, new Set('b')))).toBe('a');
  expect(without(before, new Set('a')).cover).toBe('b');
  expect(coverOf(content(''))).toBeNull();
});

it('keeps at most three emoji', () => {
  expect(toggleEmoji([], '🦊')).toEqual(['🦊']);
  expect(toggleEmoji(['🦊', '😀'], '🦊')).toEqual(['😀']);
  expect(toggleEmoji(['1', '2', '3'], '4')).toEqual(['1', '2', '4']);
});

it('sends what the library wants', () => {
  const one = changed(content('ab'), 'b', { emoji: ['🦊'], text: 'a fox' });
  expect(changeOf(one)).toEqual({
    title: 'T', author: 'A', cover: null,
    stickers: [{ sticker: 'a', emoji: [], text: '' }, { sticker: 'b', emoji: ['🦊'], text: 'a fox' }],
  });
});

it.each([[121, 120, [61, 60]], [120, 120, [120]], [0, 30, [0]], [31, 30, [16, 15]], [500, null, [500]], [91, 30, [23, 23, 23, 22]]])(
  '%d stickers with at most %s a pack', (count, most, wanted) => {
    expect(split(count, most)).toEqual(wanted);
    expect(split(count, most).reduce((a, b) => a + b)).toBe(count);
  },
);
