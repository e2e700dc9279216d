import type { Axis, Draft, DraftCheck, ModelOptions, Tile } from '../../bindings';
import { ADAPTERS } from './library';
import { Random } from './random';
import { SAMPLERS, STYLES } from './words';

export const MODEL: ModelOptions = {
  model: 'built-in', styles: STYLES, samplers: SAMPLERS,
  steps: 25, guidance: 4, sampler: 'dpmpp_2m_karras', size: 128, sizeMultiple: 16,
  maxCount: 64, maxSteps: 200, maxGuidance: 30, maxSize: 256, nativeAlpha: true,
};

export const EMPTY_DRAFT: Draft = {
  prompt: '', negativePrompt: '', style: null, bucket: null, count: 4, seed: null, steps: null, guidance: null,
  sampler: null, size: null, transparent: true, model: null, adapters: [], start: null, plan: { kind: 'single' },
};

function wild(prompt: string, random: Random): string {
  return prompt.replace(/\{([^{}]*)\}/g, (_, choices: string) => random.pick(choices.split('|')).trim());
}

function label(axis: Axis, value: number): string {
  if (axis.setting === 'adapterWeight') return `${ADAPTERS.find((a) => a.id === axis.adapter)?.name ?? 'adapter'} ${value}`;
  return `${axis.setting} ${value}`;
}

/** Every picture that a draft asks for. */
export function tiles(draft: Draft, random: Random): { tiles: Tile[]; columns: number | null } {
  const { plan } = draft;
  const first = draft.seed ?? random.below(2 ** 32);
  const tile = (prompt: string, seed: number, label: string): Tile => ({ prompt: wild(prompt, random), label, seed: seed % 2 ** 32, sticker: null });
  const each = <T>(of: (i: number) => T) => Array.from({ length: draft.count }, (_, i) => of(i));
  if (plan.kind === 'moods') {
    const all = plan.moods.flatMap((mood) => each((i) => tile(`${draft.prompt}, ${mood}`, first + i, mood)));
    return { tiles: all, columns: draft.count > 1 ? draft.count : null };
  }
  if (plan.kind === 'grid') {
    const cell = (column: number, row: number | null) => {
      const labels = [label(plan.columns, column), ...(plan.rows && row !== null ? [label(plan.rows, row)] : [])];
      const seed = plan.columns.setting === 'seed' ? column : plan.rows?.setting === 'seed' && row !== null ? row : first;
      return each((i) => tile(draft.prompt, seed + i, labels.join(', ')));
    };
    const rows: (number | null)[] = plan.rows?.values ?? [null];
    return { tiles: rows.flatMap((row) => plan.columns.values.flatMap((column) => cell(column, row))), columns: plan.columns.values.length * draft.count };
  }
  return { tiles: each((i) => tile(draft.prompt, first + i, draft.count > 1 ? String((first + i) % 2 ** 32) : '')), columns: null };
}

export function problem(draft: Draft): DraftCheck['problem'] {
  const { plan } = draft;
  const say = (field: keyof Draft, message: string) => ({ field, message });
  const outside = (value: number | null, from: number, to: number) => value !== null && !(value >= from && value <= to);
  if (!draft.prompt.trim()) return say('prompt', 'write what the sticker should show');
  if (draft.prompt.length > 1000) return say('prompt', 'a prompt has at most 1000 characters');
  if (/\{[^}]*$|^[^{]*\}/.test(draft.prompt)) return say('prompt', 'a wildcard is not closed: write {red|blue} cat');
  if (outside(draft.count, 1, MODEL.maxCount)) return say('count', `between 1 and ${MODEL.maxCount} pictures at once`);
  if (outside(draft.seed, 0, 2 ** 32 - 1)) return say('seed', 'a seed is a whole number from 0 to 4294967295');
  if (outside(draft.steps, 1, MODEL.maxSteps)) return say('steps', `between 1 and ${MODEL.maxSteps} steps`);
  if (outside(draft.guidance, 0, MODEL.maxGuidance)) return say('guidance', `guidance goes from 0 to ${MODEL.maxGuidance}`);
  if (outside(draft.size, 64, MODEL.maxSize) || (draft.size ?? 0) % MODEL.sizeMultiple) return say('size', `a multiple of ${MODEL.sizeMultiple} between 64 and ${MODEL.maxSize}`);
  if (plan.kind === 'moods' && plan.moods.length === 0) return say('plan', 'choose at least one mood');
  if (plan.kind === 'grid' && (plan.columns.values.length === 0 || plan.rows?.values.length === 0)) return say('plan', 'a grid needs at least one value on each side');
  const made = tiles(draft, new Random(1)).tiles.length;
  return made > 256 ? say('plan', `that makes ${made} pictures; at most 256 fit into one job`) : null;
}

export function check(draft: Draft): DraftCheck {
  const found = problem(draft);
  const all = found ? [] : tiles(draft, new Random(draft.seed ?? 7)).tiles;
  return { pictures: all.length, prompts: all.slice(0, 24).map((tile) => tile.prompt), problem: found };
}
