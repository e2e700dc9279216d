// The one door to Rust. Only this folder imports @tauri-apps and bindings' `commands`.
import type { commands, ErrorCode, StudioError as WireError, StudioEvent } from '../bindings';
import { tauri } from './tauri';

type Commands = typeof commands;
type Data<Answer> = Answer extends { status: 'ok'; data: infer D } ? D : Answer extends { status: 'error' } ? never : Answer;

/** The commands of bindings.ts under the same names; each answers with its data or throws a StudioError. */
export type Calls = {
  [Name in Exclude<keyof Commands, 'subscribe'>]: (
    ...args: Parameters<Commands[Name]>
  ) => Promise<Data<Awaited<ReturnType<Commands[Name]>>>>;
};
export type OnEvent = (event: StudioEvent) => void;
export type OnPreview = (frame: ArrayBuffer) => void;
export type Picture = 'thumb' | 'full';

/** What stands behind the door: the real window, or the fake one of tests. */
export type Studio = Calls & {
  subscribe(onEvent: OnEvent, onPreview: OnPreview): Promise<null>;
  stickerUrl(id: string, picture: Picture): string;
};

export class StudioError extends Error {
  override readonly name = 'StudioError';
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }

  /** Whatever a call threw, as a StudioError. */
  static from(thrown: unknown): StudioError {
    if (thrown instanceof StudioError) return thrown;
    if (isWireError(thrown)) return new StudioError(thrown.code, thrown.message);
    return new StudioError('internal', thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function isWireError(thrown: unknown): thrown is WireError {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown;
}

let studio: Studio = tauri;

/** Puts another studio behind the door; before anything calls. */
export function install(other: Studio): void {
  studio = other;
}

export type Backend = Calls & {
  /** Any number of listeners share the one pair of channels; call the answer to stop listening. */
  subscribe(onEvent: OnEvent, onPreview?: OnPreview): Promise<() => void>;
};

const listeners = new Set<{ onEvent: OnEvent; onPreview: OnPreview | undefined }>();
let channels: Promise<unknown> | null = null;

async function subscribe(onEvent: OnEvent, onPreview?: OnPreview): Promise<() => void> {
  const listener = { onEvent, onPreview };
  listeners.add(listener);
  channels ??= studio.subscribe(
    (event) => listeners.forEach((each) => each.onEvent(event)),
    (frame) => listeners.forEach((each) => each.onPreview?.(frame)),
  );
  try {
    await channels;
  } catch (thrown) {
    channels = null;
    listeners.delete(listener);
    throw StudioError.from(thrown);
  }
  return () => listeners.delete(listener);
}

export const backend: Backend = new Proxy({} as Backend, {
  get: (_, name: keyof Backend) => {
    if (name === 'subscribe') return subscribe;
    const call = studio[name] as (...args: unknown[]) => Promise<unknown>;
    return async (...args: unknown[]) => {
      try {
        return await call(...args);
      } catch (thrown) {
        throw StudioError.from(thrown);
      }
    };
  },
});

/** Where the picture of a sticker is: its thumbnail (192 px at most) or all of it. */
export function stickerUrl(id: string, picture: Picture): string {
  return studio.stickerUrl(id, picture);
}
