import { t } from '../i18n/index.svelte';
import { attempt, dismiss, toast } from './toasts.svelte';

/** Something that was done, and how to take it back. */
export interface Change {
  /** "Sticker moved to the trash" */
  label: string;
  back: () => Promise<unknown>;
  /** Says it in a toast with an Undo button: for what a person may regret at once. */
  announce?: boolean;
}

const DEPTH = 100;

interface Entry extends Change {
  toast: number | null;
}

const stack: Entry[] = [];
let queue: Promise<unknown> = Promise.resolve();

export const undo = {
  /** Call it after the change was made; the answer is for `take`. */
  did(change: Change): Change {
    const entry: Entry = { ...change, toast: null };
    stack.push(entry);
    if (stack.length > DEPTH) stack.shift();
    if (!change.announce) return entry;
    entry.toast = toast(change.label, {
      testid: 'undo-toast',
      action: { label: t('common.undo'), run: () => void undo.take(entry) },
    });
    return entry;
  },

  /** Takes back the last change; one after the other when the key is held. */
  last(): Promise<boolean> {
    const entry = stack.at(-1);
    if (entry) return undo.take(entry);
    toast(t('common.nothingToUndo'), { seconds: 2 });
    return Promise.resolve(false);
  },

  take(entry: Change): Promise<boolean> {
    const index = stack.indexOf(entry as Entry);
    if (index < 0) return Promise.resolve(false);
    const [taken] = stack.splice(index, 1);
    if (taken?.toast) dismiss(taken.toast);
    const done = queue.then(async () => {
      const worked = await attempt(async () => {
        await entry.back();
        return true;
      });
      if (worked) toast(t('common.undone', { what: entry.label }), { seconds: 3 });
      return worked ?? false;
    });
    queue = done;
    return done;
  },

  clear() {
    stack.length = 0;
  },
};
