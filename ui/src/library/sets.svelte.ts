import { backend } from '../backend';
import type { StyleSet } from '../bindings';
import { addToSet, deleteSet } from './actions';
import { library } from './library.svelte';
import { goTo } from './query';

type Naming = { set: StyleSet | null; ids: string[] };

const state = $state<{ naming: Naming | null }>({ naming: null });

/** The dialog that names a set, and what follows from it. */
export const sets = {
  get naming(): Naming | null {
    return state.naming;
  },

  /** Asks for the name of a new set, into which `ids` go. */
  create(ids: string[] = []) {
    state.naming = { set: null, ids };
  },

  rename(set: StyleSet) {
    state.naming = { set, ids: [] };
  },

  close() {
    state.naming = null;
  },

  /** Throws what the library says against the name. */
  async name(name: string): Promise<void> {
    const naming = state.naming;
    if (!naming) return;
    if (naming.set) await backend.renameSet(naming.set.id, name);
    else {
      const set = await backend.createSet(name);
      if (naming.ids.length > 0) await addToSet(set, naming.ids);
      else void library.show(goTo({ kind: 'set', id: set.id }, library.query));
    }
    state.naming = null;
    await library.refresh();
  },

  async delete(set: StyleSet): Promise<void> {
    if (!(await deleteSet(set))) return;
    if (library.query.set === set.id) void library.show(goTo({ kind: 'all' }, library.query));
    await library.refresh();
  },
};
