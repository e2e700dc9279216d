import { backend } from '../backend';
import type { Adapter } from '../bindings';
import { quietly } from '../state/toasts.svelte';

const state = $state<{ all: Adapter[] }>({ all: [] });

/** The adapters to choose from, as they were when last asked. */
export const adapterList = {
  get all(): Adapter[] {
    return state.all;
  },
  async load(): Promise<void> {
    const all = await quietly(() => backend.adapters());
    if (all) state.all = all;
  },
};
