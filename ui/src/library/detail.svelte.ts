import { backend } from '../backend';
import type { StickerDetail } from '../bindings';
import { messageOf } from '../state/toasts.svelte';

let shown = $state.raw<StickerDetail | null>(null);
let problem = $state<string | null>(null);
let turn = 0;

/** All about one sticker: the last one asked for. */
export const detail = {
  get shown() {
    return shown;
  },
  get problem() {
    return problem;
  },

  async load(id: string): Promise<void> {
    const mine = ++turn;
    try {
      const answer = await backend.sticker(id);
      if (mine !== turn) return;
      shown = answer;
      problem = null;
    } catch (thrown) {
      if (mine !== turn) return;
      problem = messageOf(thrown);
    }
  },
};
