import { backend } from '../backend';
import type { Startup } from '../bindings';
import { settings } from './settings.svelte';
import { reportError } from './toasts.svelte';

const state = $state<{ startup: Startup | null }>({ startup: null });

let started: Promise<Startup | null> | null = null;

/** What start() said; null until then. */
export const studio = {
  get startup(): Startup | null {
    return state.startup;
  },

  /** Asked once; everybody may wait for it. */
  start(): Promise<Startup | null> {
    started ??= backend.start().then(
      (startup) => {
        settings.load(startup.settings);
        state.startup = startup;
        return startup;
      },
      (thrown: unknown) => {
        reportError(thrown);
        return null;
      },
    );
    return started;
  },
};
