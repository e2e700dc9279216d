import type { Effect, EffectInfo, Preset, Range, Unit } from '../../bindings';

type Kind = Effect['kind'];
type Row = readonly [field: string, min: number, max: number, step: number, unit: Unit];

const px = (field: string, min: number, max: number, step = 0.5): Row => [field, min, max, step, 'pixels'];
const part = (field: string, min = 0, max = 1): Row => [field, min, max, 0.01, 'part'];

const RANGES: Record<Kind, readonly Row[]> = {
  scale: [px('side', 64, 2048, 1)],
  cleanMatte: [['despeckle', 0, 4096, 1, 'squarePixels'], ['fillHoles', 0, 4096, 1, 'squarePixels'], part('contrast')],
  decontaminate: [px('radius', 0, 32), part('strength')],
  paper: [part('strength'), px('scale', 1, 64)],
  halftone: [px('cell', 3, 64), ['angle', 0, 90, 1, 'degrees'], part('strength')],
  foil: [part('strength'), px('scale', 8, 512, 1), part('phase')],
  gloss: [part('strength'), part('reach', 0.1), part('curve')],
  caption: [px('size', 8, 256, 1), part('x', -0.25, 1.25), part('y', -0.25, 1.25), part('wrap', 0.1, 1.5), px('outline', 0, 48)],
  outline: [px('width', 0, 96), px('bridge', 0, 256, 1)],
  glow: [px('radius', 0, 48), part('strength')],
  shadow: [px('offsetX', -64, 64), px('offsetY', -64, 64), px('blur', 0, 48), part('opacity')],
  fit: [px('width', 16, 2048, 1), px('height', 16, 2048, 1), px('margin', 0, 512, 1)],
};

const USUAL: { [K in Kind]: Extract<Effect, { kind: K }> } = {
  scale: { kind: 'scale', side: 512 },
  cleanMatte: { kind: 'cleanMatte', despeckle: 64, fillHoles: 64, contrast: 0.25 },
  decontaminate: { kind: 'decontaminate', radius: 6, strength: 1 },
  paper: { kind: 'paper', strength: 0.35, scale: 6, seed: 1 },
  halftone: { kind: 'halftone', cell: 8, angle: 45, strength: 0.6, color: '#000000' },
  foil: { kind: 'foil', strength: 0.5, scale: 96, phase: 0, seed: 1 },
  gloss: { kind: 'gloss', strength: 0.35, reach: 0.5, curve: 0.4 },
  caption: {
    kind: 'caption', size: 72, x: 0.5, y: 0.92, wrap: 0.95, outline: 8, text: '', family: '', color: '#202020', outlineColor: '#ffffff', bubble: 'none',
  },
  outline: { kind: 'outline', width: 14, bridge: 48, color: '#ffffff', corners: 'round' },
  glow: { kind: 'glow', radius: 14, strength: 0.8, color: '#ffd666' },
  shadow: { kind: 'shadow', offsetX: 0, offsetY: 6, blur: 6, opacity: 0.3, color: '#000000' },
  fit: { kind: 'fit', width: 512, height: 512, margin: 16 },
};

const kinds = Object.keys(USUAL) as Kind[];

/** As crates/effects declares them. */
export const EFFECTS: EffectInfo[] = kinds.map((kind) => ({ default: USUAL[kind], ranges: ranges(kind) }));

export function ranges(kind: Kind): Range[] {
  return RANGES[kind].map(([field, min, max, step, unit]) => ({ field, min, max, step, unit }));
}

const preset = (name: string, between: Kind[], cut: Kind[]): Preset => ({
  name,
  own: false,
  finish: {
    edits: [],
    effects: (['scale', 'cleanMatte', 'decontaminate', ...between, ...cut, 'fit'] as Kind[]).map((kind) => structuredClone(USUAL[kind])),
  },
});

export const PRESETS: Preset[] = [
  preset('die-cut', [], ['outline', 'shadow']),
  preset('clean', [], []),
  preset('glossy', ['gloss'], ['outline', 'shadow']),
  preset('holographic', ['foil'], ['outline', 'shadow']),
  preset('paper', ['paper'], ['outline', 'shadow']),
  preset('comic', ['halftone'], ['outline', 'shadow']),
  preset('glow', [], ['glow']),
];
