import { SvelteMap } from 'svelte/reactivity';
import { backend } from '../backend';
import type { Preset } from '../bindings';
import { decode, type Rendered } from './rendered';

const SIDE = 64;

const made = new SvelteMap<string, Rendered>();
let of = '';
let working = false;
let wanted: { source: string; presets: readonly Preset[] } | null = null;

/** What a preset would make of the sticker; undefined until it is there. */
export function thumbOf({ name, finish }: Preset, source: string): Rendered | undefined {
  const thumb = made.get(keyOf(name, finish));
  return of === source ? thumb : undefined;
}

const keyOf = (name: string, finish: Preset['finish']) => `${name} ${JSON.stringify(finish.effects)}`;

/** Small pictures of every preset, one after the other; another sticker ends it. */
export function wantThumbs(source: string, presets: readonly Preset[]): void {
  if (source !== of) {
    made.clear();
    of = source;
  }
  wanted = { source, presets };
  if (!working) void work();
}

async function work(): Promise<void> {
  working = true;
  for (let next = missing(); next; next = missing()) {
    const { source, preset } = next;
    try {
      const rendered = decode(await backend.renderFinish(source, { edits: [], effects: preset.finish.effects }, SIDE));
      if (of === source) made.set(keyOf(preset.name, preset.finish), rendered);
    } catch {
      // The name alone says which it is.
      wanted = null;
    }
  }
  working = false;
}

function missing(): { source: string; preset: Preset } | null {
  const preset = wanted?.presets.find(({ name, finish }) => !made.has(keyOf(name, finish)));
  return wanted && preset ? { source: wanted.source, preset } : null;
}
