import { expect, it } from 'vitest';
import type { Finding } from '../bindings';
import { groups, named, statusOf, unfixable, worst } from './findings';

const finding = (part: Partial<Finding>): Finding => ({ severity: 'blocks', problem: 'missingEmoji', sticker: null, message: 'm', fix: 'f', ...part });

it('names the stickers of the order that was checked', () => {
  expect(named([finding({ sticker: 1 }), finding({}), finding({ sticker: 9 })], ['a', 'b']).map((each) => each.sticker)).toEqual(['b', null, null]);
});

it('knows what stands in the way', () => {
  expect(statusOf([])).toBe('ready');
  expect(statusOf(named([finding({ severity: 'advice' })], []))).toBe('changes');
  const both = named([finding({}), finding({ problem: 'tooFew', fix: null })], []);
  expect(statusOf(both.slice(0, 1))).toBe('fixable');
  expect(statusOf(both)).toBe('blocked');
  expect(unfixable(both).map((each) => each.problem)).toEqual(['tooFew']);
  expect(statusOf(named([finding({ severity: 'changes', fix: null })], []))).toBe('changes');
});

it('says each problem once with all its stickers', () => {
  const found = named([finding({ sticker: 0 }), finding({ problem: 'tooMany' }), finding({ sticker: 1, fix: 'g' }), finding({ sticker: 0 }), finding({ severity: 'advice', sticker: 1 })], ['a', 'b']);
  expect(groups(found, 'blocks').map(({ problem, stickers, fixes }) => ({ problem, stickers, fixes }))).toEqual([
    { problem: 'missingEmoji', stickers: ['a', 'b'], fixes: ['f', 'g'] },
    { problem: 'tooMany', stickers: [], fixes: ['f'] },
  ]);
  expect(groups(found, 'changes')).toEqual([]);
});

it('keeps the worst of each sticker', () => {
  const found = named([finding({ severity: 'advice', sticker: 0 }), finding({ severity: 'blocks', sticker: 0 }), finding({ severity: 'changes', sticker: 0 }), finding({ severity: 'changes', sticker: 1 })], ['a', 'b']);
  expect([...worst(found)]).toEqual([['a', 'blocks'], ['b', 'changes']]);
});
