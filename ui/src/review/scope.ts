import type { Job, Query, StyleSet } from '../bindings';
import { EVERYTHING } from '../library/query';

/** Which stickers a review goes through. */
export type Scope =
  | { kind: 'unrated' }
  | { kind: 'day' }
  | { kind: 'all' }
  | { kind: 'set'; id: string }
  | { kind: 'job'; id: string };

const DAY = 24 * 60 * 60 * 1000;
const MOST_JOBS = 12;

export function queryOf(scope: Scope, now: number): Query {
  const everything: Query = { ...EVERYTHING, order: 'oldest' };
  switch (scope.kind) {
    case 'unrated':
      return { ...everything, unrated: true };
    case 'day':
      return { ...everything, from: now - DAY };
    case 'all':
      return everything;
    case 'set':
      return { ...everything, set: scope.id };
    case 'job':
      return { ...everything, job: scope.id };
  }
}

/** A scope as the value of a select, and back. */
export function scopeName(scope: Scope): string {
  return 'id' in scope ? `${scope.kind}:${scope.id}` : scope.kind;
}

export function scopeOf(name: string): Scope {
  const [, kind, id] = /^(set|job):(.+)$/.exec(name) ?? [];
  if ((kind === 'set' || kind === 'job') && id) return { kind, id };
  return name === 'day' || name === 'all' ? { kind: name } : { kind: 'unrated' };
}

/** The last jobs that made something, the newest first, and always the one that is reviewed. `jobs`: the oldest first. */
export function jobsToChoose(jobs: readonly Job[], scope: Scope): Job[] {
  const made = jobs.filter((job) => job.tiles.some((tile) => tile.sticker !== null)).reverse();
  return made.filter((job, index) => index < MOST_JOBS || (scope.kind === 'job' && scope.id === job.id));
}

/** Whether there is still what the scope names. */
export function exists(scope: Scope, sets: readonly StyleSet[], jobs: readonly Job[]): boolean {
  if (scope.kind === 'set') return sets.some(({ id }) => id === scope.id);
  if (scope.kind === 'job') return jobs.some(({ id }) => id === scope.id);
  return true;
}
