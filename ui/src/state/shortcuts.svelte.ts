import { t, type MessageKey } from '../i18n/index.svelte';

export interface Shortcut {
  /** Any of these: "mod+enter", "?", "delete", "arrowup", "shift+f". "mod" is Ctrl, on a Mac Cmd. */
  keys: readonly string[];
  label: MessageKey;
  /** Also while a text box has the focus. */
  inFields?: boolean;
  /** Also while the key is held. */
  repeats?: boolean;
}

export type Shortcuts<Id extends string = string> = Record<Id, Shortcut>;

/** Types the ids; a screen's shortcuts.ts exports the answer as `shortcuts`. */
export function defineShortcuts<Id extends string>(list: Shortcuts<Id>): Shortcuts<Id> {
  return list;
}

/** What happens; `false` lets the key go on to the browser. */
export type Handlers<Id extends string> = Partial<Record<Id, (event: KeyboardEvent) => void | boolean>>;

interface Binding {
  list: Shortcuts;
  handlers: Handlers<string>;
}

const bindings: Binding[] = [];

/** For an $effect: `$effect(() => bindShortcuts(shortcuts, { make }))`. The latest bound is asked first. */
export function bindShortcuts<Id extends string>(list: Shortcuts<Id>, handlers: Handlers<Id>): () => void {
  const binding: Binding = { list, handlers: handlers as Handlers<string> };
  bindings.push(binding);
  return () => {
    bindings.splice(bindings.indexOf(binding), 1);
  };
}

/** Called by the app shell for every keydown of the window. */
export function handleKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  if (document.querySelector('dialog[open], [role="menu"]')) return;
  const inField = isField(event.target);
  for (const { list, handlers } of [...bindings].reverse()) {
    for (const [id, shortcut] of Object.entries(list)) {
      const run = handlers[id];
      if (!run || (inField && !shortcut.inFields) || (event.repeat && !shortcut.repeats)) continue;
      if (!shortcut.keys.some((keys) => matches(event, keys))) continue;
      if (run(event) === false) continue;
      event.preventDefault();
      return;
    }
  }
}

/** Whether the element takes typed text. */
export function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

export function matches(event: KeyboardEvent, keys: string): boolean {
  const parts = keys === '+' ? ['+'] : keys.split('+');
  const key = parts.at(-1);
  if (event.altKey !== parts.includes('alt')) return false;
  if ((event.ctrlKey || event.metaKey) !== parts.includes('mod')) return false;
  const pressed = event.key === ' ' ? 'space' : event.key.toLowerCase();
  if (pressed !== key) return false;
  // Signs such as "?" need Shift on some keyboards and not on others.
  const sign = key.length === 1 && !/[a-z0-9]/.test(key);
  return sign || event.shiftKey === parts.includes('shift');
}

const isMac = /Mac/.test(navigator.userAgent);

/** The caps to draw for "mod+enter". */
export function keyNames(keys: string): string[] {
  return (keys === '+' ? ['+'] : keys.split('+')).map(keyName);
}

/** The same as one text, for a tooltip. */
export function keyText(keys: string): string {
  return keyNames(keys).join(' ');
}

function keyName(key: string): string {
  const arrows: Record<string, string> = { arrowup: '↑', arrowdown: '↓', arrowleft: '←', arrowright: '→' };
  if (key === 'mod') return isMac ? '⌘' : 'Ctrl';
  if (key === 'shift') return isMac ? '⇧' : 'Shift';
  if (key === 'alt') return isMac ? '⌥' : 'Alt';
  if (key === 'enter' || key === 'space' || key === 'escape' || key === 'delete' || key === 'backspace') {
    return t(`common.key.${key}`);
  }
  return arrows[key] ?? (key.length === 1 ? key.toUpperCase() : key[0]!.toUpperCase() + key.slice(1));
}
