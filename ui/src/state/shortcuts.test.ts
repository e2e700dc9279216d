import { afterEach, describe, expect, it, vi } from 'vitest';
import { bindShortcuts, defineShortcuts, handleKey, keyNames, matches } from './shortcuts.svelte';

const press = (key: string, init: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...init });

describe('matches', () => {
  it.each<[string, KeyboardEvent, boolean]>([
    ['f', press('f'), true],
    ['f', press('F', { shiftKey: true }), false],
    ['shift+f', press('F', { shiftKey: true }), true],
    ['f', press('f', { ctrlKey: true }), false],
    ['mod+enter', press('Enter', { ctrlKey: true }), true],
    ['mod+enter', press('Enter', { metaKey: true }), true],
    ['mod+enter', press('Enter'), false],
    ['?', press('?', { shiftKey: true }), true],
    ['?', press('?'), true],
    ['space', press(' '), true],
    ['5', press('5'), true],
    ['mod+5', press('5', { ctrlKey: true }), true],
    ['f', press('f', { altKey: true }), false],
  ])('%s', (keys, event, expected) => expect(matches(event, keys)).toBe(expected));
});

describe('handleKey', () => {
  const list = defineShortcuts({
    star: { keys: ['f'], label: 'common.favourite' },
    make: { keys: ['mod+enter'], label: 'common.close', inFields: true },
  });
  const offs: (() => void)[] = [];
  const bind = (handlers: Parameters<typeof bindShortcuts<'star' | 'make'>>[1]) => offs.push(bindShortcuts(list, handlers));

  afterEach(() => {
    offs.splice(0).forEach((off) => off());
    document.body.replaceChildren();
  });

  function send(event: KeyboardEvent, target: EventTarget = document.body) {
    target.addEventListener('keydown', (each) => handleKey(each as KeyboardEvent), { once: true });
    target.dispatchEvent(event);
    return event;
  }

  it('leaves typing alone, but not what is meant for fields too', () => {
    const star = vi.fn();
    const make = vi.fn();
    bind({ star, make });
    const field = document.body.appendChild(document.createElement('textarea'));
    send(press('f'), field);
    send(press('Enter', { ctrlKey: true }), field);
    expect(star).not.toHaveBeenCalled();
    expect(make).toHaveBeenCalledOnce();
  });

  it('asks the latest first and goes on when it says no', () => {
    const first = vi.fn();
    const refusing = vi.fn(() => false);
    bind({ star: first });
    bind({ star: refusing });
    expect(send(press('f')).defaultPrevented).toBe(true);
    expect(refusing).toHaveBeenCalledOnce();
    expect(first).toHaveBeenCalledOnce();
  });

  it('rests while a dialog is open, while a key is held and while text is composed', () => {
    const star = vi.fn();
    bind({ star });
    send(press('f', { repeat: true }));
    send(press('f', { isComposing: true }));
    document.body.innerHTML = '<dialog open></dialog>';
    send(press('f'));
    expect(star).not.toHaveBeenCalled();
  });
});

it('names keys', () => {
  expect(keyNames('mod+enter')).toEqual(['Ctrl', 'Enter']);
  expect(keyNames('arrowup')).toEqual(['↑']);
  expect(keyNames('?')).toEqual(['?']);
});
