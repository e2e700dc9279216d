import { backend } from '../backend';
import type { Settings } from '../bindings';
import { setLocale, systemLocale } from '../i18n/index.svelte';
import { reportError } from './toasts.svelte';

const REMEMBERED = 'studio.look';

const first: Settings = {
  theme: 'system',
  language: 'system',
  device: 'auto',
  previews: true,
  memoryLimitMb: null,
  ground: 'checker',
  hintSeen: true,
  ...remembered(),
};

const state = $state<{ value: Settings; loaded: boolean }>({ value: first, loaded: false });
const systemDark = matchMedia('(prefers-color-scheme: dark)');

export const settings = {
  get value(): Settings {
    return state.value;
  },

  /** Whether these are the person's, not yet the guess of the first moment. */
  get loaded(): boolean {
    return state.loaded;
  },

  /** From start(). */
  load(value: Settings) {
    state.value = value;
    state.loaded = true;
    show();
  },

  /** At once on screen, then stored; put back when storing fails. */
  async change(part: Partial<Settings>): Promise<void> {
    const before = state.value;
    state.value = { ...before, ...part };
    show();
    try {
      const stored = await backend.changeSettings(state.value);
      state.value = stored;
    } catch (thrown) {
      state.value = before;
      reportError(thrown);
    }
    show();
  },
};

/** Puts theme and language on the page. */
export function show() {
  const { theme, language, ground } = state.value;
  const dark = theme === 'dark' || (theme === 'system' && systemDark.matches);
  const locale = language === 'system' ? systemLocale() : language;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.lang = locale === 'zh' ? 'zh-Hans' : 'en';
  setLocale(locale);
  localStorage.setItem(REMEMBERED, JSON.stringify({ theme, language, ground }));
}

export function followSystemTheme(): () => void {
  systemDark.addEventListener('change', show);
  return () => systemDark.removeEventListener('change', show);
}

/** The look of the last time, so that the first frame has it before the backend answers. */
function remembered(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Partial<Settings>;
  } catch {
    return {};
  }
}
