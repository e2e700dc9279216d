import type { PackId, StickerId } from '../bindings';
import { t } from '../i18n/index.svelte';
import { packs } from '../packs/packs.svelte';
import { goTo } from '../state/route.svelte';
import { attempt, toast } from '../state/toasts.svelte';

let chosen = $state.raw<readonly StickerId[] | null>(null);

/** The question into which pack stickers go. */
export const addToPack = {
  /** null: nothing is asked. */
  get ids(): readonly StickerId[] | null {
    return chosen;
  },

  ask(ids: readonly StickerId[]): void {
    chosen = ids;
    void packs.load();
  },

  close(): void {
    chosen = null;
  },

  async into(id: PackId): Promise<void> {
    const ids = chosen;
    chosen = null;
    if (!ids) return;
    await attempt(async () => {
      const { count, undo } = await packs.add(id, [...ids]);
      const title = packs.list.find((each) => each.id === id)?.title ?? '';
      const show = { label: t('packs.addTo.show'), run: () => void packs.show(id).then(() => goTo('packs')) };
      toast(count > 0 ? t('packs.did.add', { count, title }) : t('packs.addTo.nothing', { count: ids.length, title }), count > 0 ? { tone: 'success', action: { label: t('common.undo'), run: undo }, also: show } : { action: show });
    });
  },

  async intoNew(title: string): Promise<void> {
    const id = await packs.create(title.trim());
    if (id !== undefined) await addToPack.into(id);
  },
};
