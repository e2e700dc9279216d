import type { ErrorCode, Ground, Language, Theme } from '../../bindings';

export type FakeOptions = {
  /** How many stickers the library has. */
  stickers: number;
  /** A first start: nothing was ever made. */
  empty: boolean;
  language: Language;
  theme: Theme;
  ground: Ground;
  hintSeen: boolean;
  /** The library could not be opened. */
  refused: boolean;
  /** `disk`, `device`: jobs fail so; the name of a command, or `name:failure`: that command is refused. */
  fail: string[];
  /** Native dialogs are closed without a choice. */
  dialogClosed: boolean;
  /** How many times faster than a common GPU it works. */
  speed: number;
  /** ms before a command answers. */
  latency: number;
  /** Jobs in every state. */
  jobs: 'some' | 'all' | 'none';
  /** Sentences about repairs at start-up. */
  repairs: boolean;
};

export const DEFAULTS: FakeOptions = {
  stickers: 240,
  empty: false,
  language: 'en',
  theme: 'light',
  ground: 'checker',
  hintSeen: true,
  refused: false,
  fail: [],
  dialogClosed: false,
  speed: 1,
  latency: 4,
  jobs: 'some',
  repairs: false,
};

const ONE_OF = {
  language: ['system', 'en', 'zh'],
  theme: ['system', 'light', 'dark'],
  ground: ['checker', 'light', 'dark', 'wallpaper'],
  jobs: ['some', 'all', 'none'],
} as const;

function oneOf<T extends string>(value: string | null, from: readonly T[], otherwise: T): T {
  return from.find((each) => each === value) ?? otherwise;
}

export function optionsFromUrl(url: URL): FakeOptions {
  const get = (name: string) => url.searchParams.get(name);
  const flag = (name: string) => url.searchParams.has(name) && get(name) !== '0';
  const number = (name: string, otherwise: number) => (get(name) === null ? otherwise : Number(get(name)));
  const empty = flag('empty');
  return {
    stickers: empty ? 0 : number('stickers', DEFAULTS.stickers),
    empty,
    language: oneOf(get('lang'), ONE_OF.language, DEFAULTS.language),
    theme: oneOf(get('theme'), ONE_OF.theme, DEFAULTS.theme),
    ground: oneOf(get('ground'), ONE_OF.ground, DEFAULTS.ground),
    hintSeen: get('hint') === null ? !empty : !flag('hint'),
    refused: flag('refused'),
    fail: url.searchParams.getAll('fail').flatMap((list) => list.split(',')),
    dialogClosed: get('dialog') === 'closed',
    speed: get('speed') === 'fast' ? 12 : get('speed') === 'slow' ? 0.3 : 1,
    latency: number('latency', DEFAULTS.latency),
    jobs: empty ? 'none' : oneOf(get('jobs'), ONE_OF.jobs, DEFAULTS.jobs),
    repairs: flag('repairs'),
  };
}

type Failure = { code: ErrorCode; message: string };

const FAILURES = {
  disk_full: { code: 'internal', message: 'the disk is full; make space, then try again: /home/mei/.local/share/sticker-studio' },
  device: { code: 'device', message: 'the GPU stopped answering; try again, or choose the CPU in Settings' },
  busy: { code: 'busy', message: 'a job is running; wait for it or pause it first' },
  no_dialog: { code: 'internal', message: 'no file dialog could be opened; install xdg-desktop-portal or zenity' },
  input: { code: 'input', message: 'that cannot be done with this sticker (fake studio, as its URL asked)' },
  internal: { code: 'internal', message: 'the studio made a mistake (fake studio, as its URL asked)' },
} as const satisfies Record<string, Failure>;
type FailureName = keyof typeof FAILURES;

const isFailure = (name: string): name is FailureName => Object.hasOwn(FAILURES, name);

export function failure(name: FailureName): Failure {
  return FAILURES[name];
}

/** The failure that the URL asks of this command. */
export function failureOf(options: FakeOptions, command: string): Failure | null {
  for (const each of options.fail) {
    const [name, kind = 'internal'] = each.split(':');
    if (name === command && isFailure(kind)) return failure(kind);
  }
  return null;
}
