import type { Query } from '../bindings';

/** Which stickers a review goes through. */
export type Scope =
  | { kind: 'unrated' }
  | { kind: 'day' }
  | { kind: 'all' }
  | { kind: 'set'; id: string }
  | { kind: 'job'; id: string };

const DAY = 24 * 60 * 60 * 1000;

const everything: Query = {
  text: '',
  favourite: null,
  alignment: [],
  minQuality: null,
  unrated: null,
  set: null,
  adapter: null,
  tag: null,
  device: null,
  bucket: null,
  origin: null,
  job: null,
  from: null,
  to: null,
  trash: false,
  order: 'oldest',
};

export function queryOf(scope: Scope, now: number): Query {
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
