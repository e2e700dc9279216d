import type { Effect } from '../bindings';
import type { IconName } from '../design/icons';

export type Kind = Effect['kind'];

/** A card of the stack: an effect, and whether it is used. */
export type Card = { key: number; on: boolean; effect: Effect };

/** The others make sense once. */
export const SEVERAL: ReadonlySet<Kind> = new Set(['caption']);

export const effectIcons: Record<Kind, IconName> = {
  scale: 'scale',
  cleanMatte: 'matte',
  decontaminate: 'drop',
  paper: 'paper',
  halftone: 'halftone',
  foil: 'foil',
  gloss: 'gloss',
  caption: 'caption',
  outline: 'outline',
  glow: 'sun',
  shadow: 'shadow',
  fit: 'fit',
};

/** The number that says most about an effect: what its closed card tells. */
export const mainField: Record<Kind, string> = {
  scale: 'side',
  cleanMatte: 'contrast',
  decontaminate: 'radius',
  paper: 'strength',
  halftone: 'cell',
  foil: 'strength',
  gloss: 'strength',
  caption: 'size',
  outline: 'width',
  glow: 'radius',
  shadow: 'blur',
  fit: 'width',
};

const COLORS: Partial<Record<Kind, readonly ('color' | 'outlineColor')[]>> = {
  halftone: ['color'],
  caption: ['color', 'outlineColor'],
  outline: ['color'],
  glow: ['color'],
  shadow: ['color'],
};

export function colorFields(kind: Kind) {
  return COLORS[kind] ?? [];
}

/** A value of an effect by its name, as the ranges name it. */
export function valueOf(effect: Effect, field: string): unknown {
  return (effect as unknown as Record<string, unknown>)[field];
}

export function numberOf(effect: Effect, field: string): number {
  return Number(valueOf(effect, field));
}

export function withValue(effect: Effect, field: string, value: unknown): Effect {
  return { ...effect, [field]: value };
}

export function colorOf(effect: Effect, field: string): string {
  return String(valueOf(effect, field));
}
