import { beforeEach, expect, it, vi } from 'vitest';
import type { EmojiGroup } from '../bindings';
import { EMOJI } from '../backend/fake/emoji';
import { find, groupKey } from './emoji';

const texts = (text: string) => find(EMOJI, text).map((each) => each.text);

it('finds by name and by the beginnings of keywords', () => {
  expect(texts('fox')[0]).toBe('🦊');
  expect(texts('burg')).toContain('🍔');
  expect(texts('red heart')).toEqual(['❤️']);
  expect(texts('🦊')).toEqual(['🦊']);
  expect(texts('  ')).toEqual([]);
  expect(texts('qqq')).toEqual([]);
  expect(find(EMOJI, 'a', 5)).toHaveLength(5);
});

it.each([['Smileys & Emotion', 'smileysEmotion'], ['PeopleAndBody', 'peopleBody'], ['Food and Drink', 'foodDrink'], ['flags', 'flags'], ['Travel & Places', 'travelPlaces'], ['New things', null]])(
  'has a name for the group %s', (name, key) => {
    expect(groupKey(name)).toBe(key);
  },
);

it('knows every group of the fake studio', () => {
  expect(EMOJI.map((group: EmojiGroup) => groupKey(group.name))).not.toContain(null);
});

it('remembers the last emoji, without doubles', async () => {
  localStorage.clear();
  vi.resetModules();
  const { recent } = await import('./recent.svelte');
  for (const each of ['1', '2', '3', '2']) recent.add(each);
  expect(recent.list).toEqual(['2', '3', '1']);
  for (let i = 10; i < 40; i++) recent.add(String(i));
  expect(recent.list).toHaveLength(14);
  vi.resetModules();
  expect((await import('./recent.svelte')).recent.list[0]).toBe('39');
});

beforeEach(() => vi.restoreAllMocks());
