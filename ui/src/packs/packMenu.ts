import { tick } from 'svelte';
import type { Pack, PackId } from '../bindings';
import type { MenuItem } from '../design/menu.svelte';
import { t } from '../i18n/index.svelte';
import { packs } from './packs.svelte';

export const TITLE = 'pack-title';

/** An empty pack, with its name ready to be typed. */
export async function newPack(): Promise<void> {
  if ((await packs.create(t('packs.untitled'))) === undefined) return;
  await focusTitle();
}

/** The keyboard goes on with the pack that is open then. */
export async function removePack(id: PackId): Promise<void> {
  await packs.remove(id);
  await tick();
  if (document.activeElement === document.body) document.querySelector<HTMLElement>(`[data-testid="pack-${packs.open?.id}"] button`)?.focus();
}

async function focusTitle(): Promise<void> {
  await tick();
  const box = document.getElementById(TITLE);
  if (box instanceof HTMLInputElement) box.select();
}

export function packMenu(pack: Pack): MenuItem[] {
  return [
    { id: 'rename', icon: 'edit', label: t('common.rename'), onselect: () => (packs.renaming = pack.id) },
    ...packActions(pack),
  ];
}

export function packActions(pack: Pack): MenuItem[] {
  return [
    { id: 'duplicate', icon: 'copy', label: t('packs.duplicate'), onselect: () => void packs.duplicate(pack.id) },
    { id: 'delete', icon: 'trash', label: t('packs.delete'), danger: true, separated: true, onselect: () => void removePack(pack.id) },
  ];
}

/** The list as a menu, where there is no room for it. */
export function packsMenu(): MenuItem[] {
  const open = packs.list.find((each) => each.id === packs.open?.id);
  return [
    ...packs.list.map((pack) => ({
      id: pack.id,
      label: `${pack.title || t('packs.noTitle')} (${t('packs.count', { count: pack.count })})`,
      checked: pack.id === packs.open?.id,
      onselect: () => void packs.show(pack.id),
    })),
    { id: 'new', icon: 'plus', label: t('packs.new'), separated: true, onselect: () => void newPack() },
    ...(open ? packActions(open) : []),
  ];
}
