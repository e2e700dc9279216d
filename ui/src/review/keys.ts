import type { Alignment } from '../bindings';
import { isField } from '../state/shortcuts.svelte';

export type Action =
  | { kind: 'alignment'; value: Alignment }
  | { kind: 'quality'; value: number }
  | { kind: 'favourite' }
  | { kind: 'set' }
  | { kind: 'next' }
  | { kind: 'previous' }
  | { kind: 'undo' };

const LETTERS: Record<string, Action> = {
  q: { kind: 'alignment', value: 'strong' },
  w: { kind: 'alignment', value: 'weak' },
  e: { kind: 'alignment', value: 'fail' },
  f: { kind: 'favourite' },
  s: { kind: 'set' },
  z: { kind: 'undo' },
};

const NAMED: Record<string, Action> = {
  ' ': { kind: 'next' },
  ArrowRight: { kind: 'next' },
  ArrowLeft: { kind: 'previous' },
  Backspace: { kind: 'undo' },
};

export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'repeat' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'
>;

/** What a key asks for, or null when it is none of ours. */
export function actionOf(press: KeyPress): Action | null {
  if (press.altKey) return null;
  if (press.ctrlKey || press.metaKey) {
    return press.key.toLowerCase() === 'z' ? { kind: 'undo' } : null;
  }
  const action = NAMED[press.key] ?? quality(press) ?? LETTERS[letter(press)] ?? null;
  // A key held down must not rate the stickers that follow.
  if (press.repeat && action?.kind !== 'next' && action?.kind !== 'previous') return null;
  return press.repeat && press.key === ' ' ? null : action;
}

/** By the character where the layout has Latin letters, else (an input method is on, Cyrillic) by the place. */
function letter(press: KeyPress): string {
  if (/^[a-z]$/i.test(press.key)) return press.key.toLowerCase();
  return /^Key[A-Z]$/.test(press.code) ? press.code.slice(3).toLowerCase() : '';
}

function quality(press: KeyPress): Action | null {
  // By the place too: French keyboards have digits on Shift.
  const digit = /^[1-5]$/.exec(press.key)?.[0] ?? /^(?:Digit|Numpad)([1-5])$/.exec(press.code)?.[1];
  return digit ? { kind: 'quality', value: Number(digit) } : null;
}

const PRESSES = [' ', 'Enter', 'ArrowLeft', 'ArrowRight'];

/** Whether a key belongs to what has the focus (a text box, a menu, a button reached by Tab), not to the review. */
export function belongsElsewhere({ key, target }: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open], [role="menu"]') || isField(target)) return true;
  if (!PRESSES.includes(key) || !(target instanceof HTMLElement)) return false;
  // What was only clicked keeps the focus without the ring; the keys are the review's again.
  return target.matches(':focus-visible') && target.closest('a, button, input, summary, [role="button"]') !== null;
}
