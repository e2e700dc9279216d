import { SvelteMap } from 'svelte/reactivity';
import { backend } from '../backend';
import type { DeviceTest } from '../bindings';
import { messageOf } from '../state/toasts.svelte';

export type TestState = { kind: 'running' } | { kind: 'done'; result: DeviceTest } | { kind: 'failed'; message: string };

const states = new SvelteMap<string, TestState>();
const state = $state<{ running: string | null }>({ running: null });

/** Measured results live as long as the window, whichever screen is shown. */
export const tests = {
  of(device: string): TestState | null {
    return states.get(device) ?? null;
  },

  get running(): string | null {
    return state.running;
  },

  async run(device: string): Promise<void> {
    if (state.running !== null) return;
    state.running = device;
    states.set(device, { kind: 'running' });
    try {
      states.set(device, { kind: 'done', result: await backend.testDevice(device) });
    } catch (thrown) {
      states.set(device, { kind: 'failed', message: messageOf(thrown) });
    }
    state.running = null;
  },
};
