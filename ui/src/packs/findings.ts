import type { Finding, Problem, Severity, StickerId } from '../bindings';

/** As it was found, with the sticker itself instead of its place, which may change. */
export type Found = Omit<Finding, 'sticker'> & { sticker: StickerId | null };

/** Findings of one kind: said once, with all the stickers they are about. */
export type Group = { problem: Problem; found: Found[]; stickers: StickerId[]; fixes: string[] };

export type Status = 'ready' | 'changes' | 'fixable' | 'blocked';

export const SEVERITIES: readonly Severity[] = ['blocks', 'changes', 'advice'];

/** Places become stickers, by the order that was checked. */
export function named(findings: readonly Finding[], order: readonly StickerId[]): Found[] {
  return findings.map((each) => ({ ...each, sticker: each.sticker === null ? null : (order[each.sticker] ?? null) }));
}

export function blocking(found: readonly Found[]): Found[] {
  return found.filter((each) => each.severity === 'blocks');
}

/** What only the person can mend. */
export function unfixable(found: readonly Found[]): Found[] {
  return blocking(found).filter((each) => each.fix === null);
}

export function statusOf(found: readonly Found[]): Status {
  if (unfixable(found).length > 0) return 'blocked';
  if (blocking(found).length > 0) return 'fixable';
  return found.length > 0 ? 'changes' : 'ready';
}

/** The groups of one severity, in the order in which they were first found. */
export function groups(found: readonly Found[], severity: Severity): Group[] {
  const all = new Map<Problem, Group>();
  for (const each of found) {
    if (each.severity !== severity) continue;
    const group = all.get(each.problem) ?? { problem: each.problem, found: [], stickers: [], fixes: [] };
    group.found.push(each);
    if (each.sticker !== null && !group.stickers.includes(each.sticker)) group.stickers.push(each.sticker);
    if (each.fix !== null && !group.fixes.includes(each.fix)) group.fixes.push(each.fix);
    all.set(each.problem, group);
  }
  return [...all.values()];
}

/** The worst that was found about each sticker. */
export function worst(found: readonly Found[]): Map<StickerId, Severity> {
  const all = new Map<StickerId, Severity>();
  for (const { sticker, severity } of found) {
    if (sticker === null) continue;
    const known = all.get(sticker);
    if (known === undefined || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(known)) all.set(sticker, severity);
  }
  return all;
}
