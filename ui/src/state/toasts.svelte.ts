import { sentence } from '../i18n/format';
import { t } from '../i18n/index.svelte';

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  tone: 'info' | 'success' | 'error';
  actions: ToastAction[];
  testid: string;
}

interface Options {
  tone?: Toast['tone'];
  action?: ToastAction;
  /** A second one, behind it. */
  also?: ToastAction;
  /** null: until it is closed. */
  seconds?: number | null;
  testid?: string;
}

const MOST = 4;

export const toasts = $state<Toast[]>([]);
const timers = new Map<number, ReturnType<typeof setTimeout>>();
let next = 1;

export function toast(text: string, { tone = 'info', action, also, seconds, testid = 'toast' }: Options = {}): number {
  const same = toasts.find((each) => each.text === text && each.tone === tone);
  if (same) dismiss(same.id);
  const id = next++;
  toasts.push({ id, text, tone, actions: [action, also].filter((each) => each !== undefined), testid });
  while (toasts.length > MOST) dismiss(toasts[0]!.id);
  const wait = seconds === undefined ? (tone === 'error' ? 10 : action ? 8 : 4) : seconds;
  if (wait !== null) timers.set(id, setTimeout(() => dismiss(id), wait * 1000));
  return id;
}

export function dismiss(id: number) {
  clearTimeout(timers.get(id));
  timers.delete(id);
  const index = toasts.findIndex((each) => each.id === id);
  if (index >= 0) toasts.splice(index, 1);
}

/** The sentence of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string') {
    if (thrown.message) return sentence(thrown.message);
  }
  return t('common.problem');
}

export function reportError(thrown: unknown) {
  toast(messageOf(thrown), { tone: 'error' });
}

/** Runs it; a failure becomes a toast and undefined. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    reportError(thrown);
    return undefined;
  }
}

/** The same, but the person did not ask for it, so a failure is only undefined. */
export async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
