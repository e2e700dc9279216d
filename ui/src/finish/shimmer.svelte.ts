import type { Finish } from '../bindings';

const TURN_MS = 4000;

const state = $state({ pressed: false, hovered: false, phase: 0 });
const still = typeof matchMedia === 'function' ? matchMedia('(prefers-reduced-motion: reduce)') : null;

/** The moving light of a foil: shown only, never part of what is kept. */
export const shimmer = {
  get pressed() {
    return state.pressed;
  },
  set pressed(pressed: boolean) {
    state.pressed = pressed;
  },
  /** The pointer rests on the button; who wants less motion has to press it. */
  hover(hovered: boolean) {
    state.hovered = hovered && !still?.matches;
  },
  get runs() {
    return state.pressed || state.hovered;
  },

  /** For an $effect: moves the light until the answer is called. */
  run(): () => void {
    const from = performance.now();
    let frame = requestAnimationFrame(function next(now) {
      state.phase = Math.round((((now - from) / TURN_MS) % 1) * 100) / 100;
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  },

  /** The finish in the light of this moment. */
  lit(finish: Finish): Finish {
    const { phase } = state;
    const effects = finish.effects.map((effect) => (effect.kind === 'foil' ? { ...effect, phase: (effect.phase + phase) % 1 } : effect));
    return { ...finish, effects };
  },
};

export function hasFoil({ effects }: Finish): boolean {
  return effects.some((effect) => effect.kind === 'foil');
}
