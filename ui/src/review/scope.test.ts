import { beforeEach, expect, test } from 'vitest';
import { defaults, readPreferences, writePreferences } from './preferences';
import type { Job, StyleSet } from '../bindings';
import { exists, jobsToChoose, queryOf, scopeName, scopeOf, type Scope } from './scope';

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

const job = (id: string, stickers: (string | null)[]) => ({ id, tiles: stickers.map((sticker) => ({ sticker })) }) as Job;

test('the last jobs that made something can be chosen, the newest first, and always the one under review', () => {
  const jobs = Array.from({ length: 20 }, (_, index) => job(`j${index}`, index === 18 ? [null] : [null, 's']));
  const newest = ['j19', 'j17', 'j16', 'j15', 'j14', 'j13', 'j12', 'j11', 'j10', 'j9', 'j8', 'j7'];
  const idsFor = (scope: Scope) => jobsToChoose(jobs, scope).map(({ id }) => id);
  expect(idsFor({ kind: 'unrated' })).toEqual(newest);
  expect(idsFor({ kind: 'job', id: 'j16' })).toEqual(newest);
  expect(idsFor({ kind: 'job', id: 'j2' })).toEqual([...newest, 'j2']);
  expect(jobs[0]?.id).toBe('j0');
});

test('a scope whose set or job is gone is known as such', () => {
  const sets = [{ id: 'cats' } as StyleSet];
  const jobs = [job('j1', ['s'])];
  expect(exists({ kind: 'set', id: 'cats' }, sets, jobs)).toBe(true);
  expect(exists({ kind: 'set', id: 'dogs' }, sets, jobs)).toBe(false);
  expect(exists({ kind: 'job', id: 'j1' }, sets, jobs)).toBe(true);
  expect(exists({ kind: 'job', id: 'j2' }, sets, jobs)).toBe(false);
  expect(exists({ kind: 'all' }, [], [])).toBe(true);
});
