import { backend } from '../backend';
import type { Effect, Preset } from '../bindings';
import { t } from '../i18n/index.svelte';
import { attempt, toast } from '../state/toasts.svelte';
import { undo } from '../state/undo.svelte';
import { effectsOf } from './document';
import { editor } from './editor.svelte';

const BUILT_IN = ['die-cut', 'clean', 'glossy', 'holographic', 'paper', 'comic', 'glow'] as const;

/** Those that come with the program have names in the page's language. */
export function presetName({ name, own }: Pick<Preset, 'name' | 'own'>): string {
  const known = own ? undefined : BUILT_IN.find((each) => each === name);
  return known ? t(`finish.preset.${known}`) : name;
}

async function write(name: string, effects: Effect[]): Promise<void> {
  editor.presetsAre(await backend.savePreset(name, { edits: [], effects }));
}

async function forget(name: string): Promise<void> {
  editor.presetsAre(await backend.deletePreset(name));
}

/** The effects of the stack under a name; what had the name before comes back by undo. Whether it worked. */
export async function savePreset(name: string): Promise<boolean> {
  const before = editor.options?.presets.find((preset) => preset.own && preset.name === name);
  const worked = await attempt(async () => {
    await write(name, effectsOf(editor.doc));
    return true;
  });
  if (!worked) return false;
  if (before) undo.did({ label: t('finish.preset.saved', { name }), back: () => write(name, before.finish.effects), announce: true });
  else toast(t('finish.preset.saved', { name }), { tone: 'success' });
  return true;
}

export async function deletePreset({ name, finish }: Preset): Promise<void> {
  await attempt(async () => {
    await forget(name);
    undo.did({ label: t('finish.preset.deleted', { name }), back: () => write(name, finish.effects), announce: true });
  });
}
