import type { Ground, Reach } from '../bindings';
import { settings } from '../state/settings.svelte';
import { clamp, type Place, type Zoom } from './geometry';

export const GROUNDS = ['checker', 'light', 'dark', 'color', 'wallpaper-light', 'wallpaper-dark'] as const;
export type StageGround = (typeof GROUNDS)[number];
export const TOOLS = ['none', 'erase', 'restore', 'wand', 'crop'] as const;
export type Tool = (typeof TOOLS)[number];

const REMEMBERED = 'studio.finish';
export const LEAST_BRUSH = 0.5;
export const MOST_BRUSH = 256;

type Kept = { ground: StageGround | null; color: string; radius: number; softness: number; tolerance: number; reach: Reach };
const first: Kept = { ground: null, color: '#3f6fd8', radius: 12, softness: 0.3, tolerance: 0.08, reach: 'connected' };

function remembered(): Kept {
  try {
    return { ...first, ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Partial<Kept>) };
  } catch {
    return first;
  }
}

const asInSettings: Record<Ground, StageGround> = { checker: 'checker', light: 'light', dark: 'dark', wallpaper: 'wallpaper-light' };

const kept = $state(remembered());
const now = $state<{ tool: Tool; zoom: Zoom; pan: Place; before: boolean; compare: boolean; divider: number; open: number[]; of: string | null }>({
  tool: 'none',
  zoom: null,
  pan: { x: 0, y: 0 },
  before: false,
  compare: false,
  divider: 0.5,
  open: [],
  of: null,
});

/** How the stage looks and what the pointer does there; the first part is kept for good. */
export const view = {
  get ground(): StageGround {
    return kept.ground ?? asInSettings[settings.value.ground];
  },
  set ground(ground: StageGround) {
    keep({ ground });
  },
  get color() {
    return kept.color;
  },
  set color(color: string) {
    keep({ color, ground: 'color' });
  },
  /** Of the brush, in pixels of the picture. */
  get radius() {
    return kept.radius;
  },
  set radius(radius: number) {
    keep({ radius: clamp(radius, LEAST_BRUSH, MOST_BRUSH) });
  },
  get softness() {
    return kept.softness;
  },
  set softness(softness: number) {
    keep({ softness });
  },
  get tolerance() {
    return kept.tolerance;
  },
  set tolerance(tolerance: number) {
    keep({ tolerance });
  },
  get reach() {
    return kept.reach;
  },
  set reach(reach: Reach) {
    keep({ reach });
  },

  get tool() {
    return now.tool;
  },
  /** With another tool another picture is shown, which has its own size. */
  set tool(tool: Tool) {
    if ((tool === 'none') !== (now.tool === 'none')) view.fit();
    now.tool = tool;
  },
  get zoom() {
    return now.zoom;
  },
  get pan() {
    return now.pan;
  },
  look(zoom: Zoom, pan: Place) {
    now.zoom = zoom;
    now.pan = pan;
  },
  fit() {
    view.look(null, { x: 0, y: 0 });
  },
  /** Another sticker is looked at as a whole; the same one again as it was left. */
  show(id: string) {
    if (now.of === id) return;
    now.of = id;
    now.tool = 'none';
    view.fit();
  },

  /** All of the picture as it came, while a key is held. */
  get before() {
    return now.before;
  },
  set before(before: boolean) {
    now.before = before;
  },
  get compare() {
    return now.compare;
  },
  set compare(compare: boolean) {
    now.compare = compare;
  },
  get divider() {
    return now.divider;
  },
  set divider(divider: number) {
    now.divider = clamp(divider, 0, 1);
  },

  isOpen: (key: number) => now.open.includes(key),
  toggle(key: number, open = !view.isOpen(key)) {
    now.open = open ? [...now.open.filter((each) => each !== key), key] : now.open.filter((each) => each !== key);
  },
};

function keep(part: Partial<Kept>) {
  Object.assign(kept, part);
  localStorage.setItem(REMEMBERED, JSON.stringify(kept));
}

/** The brush one step larger or smaller: small ones by little. */
export function stepped(radius: number, direction: 1 | -1): number {
  const next = direction > 0 ? radius * 1.2 : radius / 1.2;
  const whole = direction > 0 ? Math.ceil(next) : Math.floor(next);
  return clamp(radius < 5 ? Math.round((radius + direction * 0.5) * 2) / 2 : whole, LEAST_BRUSH, MOST_BRUSH);
}
