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
/** What is stored, as far as is known. */
let stored = first;
let storing: Promise<void> | null = null;
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
    stored = value;
    state.value = value;
    state.loaded = true;
    show();
  },

  /** At once on screen, then stored; what is stored comes back when storing fails. */
  async change(part: Partial<Settings>): Promise<void> {
    state.value = { ...state.value, ...part };
    show();
    storing ??= store();
    await storing;
  },
};

/** One record at a time, until the newest is stored: an older answer never takes a newer one's place. */
async function store(): Promise<void> {
  try {
    let sent;
    do {
      sent = state.value;
      stored = await backend.changeSettings($state.snapshot(sent));
    } while (state.value !== sent);
  } catch (thrown) {
    reportError(thrown);
  }
  storing = null;
  state.value = stored;
  show();
}

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
