import { Channel, convertFileSrc } from '@tauri-apps/api/core';
import { commands, type StudioError, type StudioEvent } from '../bindings';
import type { Calls, Studio } from '.';

type Answer = { status: 'ok'; data: unknown } | { status: 'error'; error: StudioError };

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'status' in value;
}

async function data(call: Promise<unknown>): Promise<unknown> {
  const answer = await call;
  if (!isAnswer(answer)) return answer;
  if (answer.status === 'error') throw answer.error;
  return answer.data;
}

const { subscribe, ...others } = commands;

const calls = Object.fromEntries(
  Object.entries(others).map(([name, command]) => [
    name,
    (...args: unknown[]) => data((command as (...args: unknown[]) => Promise<unknown>)(...args)),
  ]),
) as Calls;

let root: string | undefined;

export const tauri: Studio = {
  ...calls,
  async subscribe(onEvent, onPreview) {
    const events = new Channel<StudioEvent>();
    const previews = new Channel<ArrayBuffer>();
    events.onmessage = onEvent;
    previews.onmessage = onPreview;
    await data(subscribe(events, previews));
    return null;
  },
  stickerUrl(id, picture) {
    // convertFileSrc knows each system's form of the scheme, but would escape the slash of a whole path
    root ??= convertFileSrc('', 'sticker');
    return `${root}${picture}/${id}`;
  },
};
