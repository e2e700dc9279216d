import { scopeName, scopeOf, type Scope } from './scope';

/** How this person reviews; kept by the page, since nothing else needs it. */
export type Preferences = { autoAdvance: boolean; blind: boolean; set: string | null; scope: Scope };

const KEY = 'studio.review';

export const defaults: Preferences = { autoAdvance: true, blind: false, set: null, scope: { kind: 'unrated' } };

export function readPreferences(storage: Storage | undefined = globalThis.localStorage): Preferences {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return defaults;
    const { autoAdvance, blind, set, scope } = stored as Record<string, unknown>;
    return {
      autoAdvance: typeof autoAdvance === 'boolean' ? autoAdvance : defaults.autoAdvance,
      blind: typeof blind === 'boolean' ? blind : defaults.blind,
      set: typeof set === 'string' ? set : null,
      // A job of an earlier start says little today.
      scope: typeof scope === 'string' && !scope.startsWith('job:') ? scopeOf(scope) : defaults.scope,
    };
  } catch {
    return defaults;
  }
}

export function writePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences, scope: scopeName(preferences.scope) }));
  } catch {
    // Without storage the choices hold until the window closes.
  }
}
