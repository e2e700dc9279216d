import { beforeEach, describe, expect, it, vi } from 'vitest';
import { dismiss, toasts } from './toasts.svelte';
import { undo } from './undo.svelte';

beforeEach(() => {
  undo.clear();
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('undo', () => {
  it('takes the last change back first', async () => {
    const log: string[] = [];
    undo.did({ label: 'one', back: async () => log.push('one') });
    undo.did({ label: 'two', back: async () => log.push('two') });
    expect(await undo.last()).toBe(true);
    expect(await undo.last()).toBe(true);
    expect(log).toEqual(['two', 'one']);
    expect(await undo.last()).toBe(false);
  });

  it('runs one after the other when the key is held', async () => {
    const log: string[] = [];
    const slow = (name: string, ms: number) => async () => {
      log.push(`${name} starts`);
      await new Promise((resolve) => setTimeout(resolve, ms));
      log.push(`${name} ends`);
    };
    undo.did({ label: 'one', back: slow('one', 1) });
    undo.did({ label: 'two', back: slow('two', 15) });
    await Promise.all([undo.last(), undo.last()]);
    expect(log).toEqual(['two starts', 'two ends', 'one starts', 'one ends']);
  });

  it('says what may be regretted, and its button takes just that back', async () => {
    const back = vi.fn(async () => undefined);
    const other = vi.fn(async () => undefined);
    undo.did({ label: 'moved to the trash', back, announce: true });
    undo.did({ label: 'later', back: other });
    const said = toasts.find((toast) => toast.testid === 'undo-toast');
    expect(said?.text).toBe('moved to the trash');
    said?.actions[0]?.run();
    await vi.waitFor(() => expect(back).toHaveBeenCalledOnce());
    expect(other).not.toHaveBeenCalled();
    expect(toasts.some((toast) => toast.testid === 'undo-toast')).toBe(false);
    expect(await undo.last()).toBe(true);
    expect(other).toHaveBeenCalledOnce();
    expect(await undo.last()).toBe(false);
  });

  it('tells a failure and goes on', async () => {
    const back = vi.fn(async () => undefined);
    undo.did({ label: 'fine', back });
    undo.did({ label: 'broken', back: () => Promise.reject(new Error('the disk is full')) });
    expect(await undo.last()).toBe(false);
    expect(toasts.at(-1)).toMatchObject({ text: 'The disk is full', tone: 'error' });
    expect(await undo.last()).toBe(true);
    expect(back).toHaveBeenCalledOnce();
  });
});
