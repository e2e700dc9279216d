import enCommon from './messages/en/common.json';
import enCreate from './messages/en/create.json';
import enFinish from './messages/en/finish.json';
import enLibrary from './messages/en/library.json';
import enModels from './messages/en/models.json';
import enPacks from './messages/en/packs.json';
import enReview from './messages/en/review.json';
import enSettings from './messages/en/settings.json';
import zhCommon from './messages/zh/common.json';
import zhCreate from './messages/zh/create.json';
import zhFinish from './messages/zh/finish.json';
import zhLibrary from './messages/zh/library.json';
import zhModels from './messages/zh/models.json';
import zhPacks from './messages/zh/packs.json';
import zhReview from './messages/zh/review.json';
import zhSettings from './messages/zh/settings.json';

const en = {
  common: enCommon,
  create: enCreate,
  finish: enFinish,
  library: enLibrary,
  models: enModels,
  packs: enPacks,
  review: enReview,
  settings: enSettings,
};
const zh = {
  common: zhCommon,
  create: zhCreate,
  finish: zhFinish,
  library: zhLibrary,
  models: zhModels,
  packs: zhPacks,
  review: zhReview,
  settings: zhSettings,
};

type Files = typeof en;
type FileName = keyof Files & string;
/** "<file>.<key in it>"; svelte-check refuses a key that English lacks. */
export type MessageKey = { [F in FileName]: `${F}.${keyof Files[F] & string}` }[FileName];
export type Params = Record<string, string | number>;
export type Locale = 'en' | 'zh';

/** A sentence, or one per plural form, chosen by the parameter `count`. */
export type Message = string | { one?: string; other: string };
type Tree = Record<string, Record<string, Message>>;

const messages: Record<Locale, Tree> = { en, zh };

const state = $state<{ locale: Locale }>({ locale: 'en' });

export function locale(): Locale {
  return state.locale;
}

export function setLocale(next: Locale) {
  state.locale = next;
}

/** What "system" means here. */
export function systemLocale(languages: readonly string[] = navigator.languages): Locale {
  return languages[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Numbers in params are written the language's way; give seeds and ids as strings. */
export function t(key: MessageKey, params: Params = {}): string {
  const dot = key.indexOf('.');
  const message = messages[state.locale][key.slice(0, dot)]?.[key.slice(dot + 1)];
  if (message === undefined) return key;
  return fill(form(message, params.count), params);
}

function form(message: Message, count: string | number | undefined): string {
  if (typeof message === 'string') return message;
  const rule = new Intl.PluralRules(state.locale).select(Number(count));
  return rule === 'one' ? (message.one ?? message.other) : message.other;
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = params[name];
    if (value === undefined) return hole;
    return typeof value === 'number' ? new Intl.NumberFormat(state.locale).format(value) : value;
  });
}

/** For tests. */
export const allMessages = messages;
