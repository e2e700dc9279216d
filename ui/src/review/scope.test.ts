import { beforeEach, expect, test } from 'vitest';
import { defaults, readPreferences, writePreferences } from './preferences';
import { queryOf, scopeName, scopeOf, type Scope } from './scope';

beforeEach(() => localStorage.clear());

test('every scope survives being a select value', () => {
  const scopes: Scope[] = [
    { kind: 'unrated' },
    { kind: 'day' },
    { kind: 'all' },
    { kind: 'set', id: 'a:b' },
    { kind: 'job', id: 'j1' },
  ];
  for (const scope of scopes) expect(scopeOf(scopeName(scope))).toEqual(scope);
  expect(scopeOf('nonsense')).toEqual({ kind: 'unrated' });
});

test('a scope asks the library for what it says, oldest first', () => {
  const day = 24 * 60 * 60 * 1000;
  expect(queryOf({ kind: 'unrated' }, 0)).toMatchObject({ unrated: true, trash: false, order: 'oldest' });
  expect(queryOf({ kind: 'day' }, 5 * day)).toMatchObject({ unrated: null, from: 4 * day, to: null });
  expect(queryOf({ kind: 'set', id: 'cats' }, 0)).toMatchObject({ set: 'cats', unrated: null });
  expect(queryOf({ kind: 'job', id: 'j' }, 0)).toMatchObject({ job: 'j', set: null });
});

test('preferences come back; damaged ones are the defaults', () => {
  const mine = { autoAdvance: false, blind: true, set: 'cats', scope: { kind: 'day' } as const };
  writePreferences(mine);
  expect(readPreferences()).toEqual(mine);
  writePreferences({ ...mine, scope: { kind: 'job', id: 'j' } });
  expect(readPreferences().scope).toEqual({ kind: 'unrated' });
  localStorage.setItem('studio.review', '{"blind":"yes"');
  expect(readPreferences()).toEqual(defaults);
  localStorage.setItem('studio.review', '{"blind":"yes","set":4}');
  expect(readPreferences()).toEqual(defaults);
});
