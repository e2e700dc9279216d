import { backend } from '../backend';
import type { Alignment, Job, Sticker } from '../bindings';
import { ALIGNMENTS } from '../design/alignments';
import type { MenuItem } from '../design/menu.svelte';
import { openInFinish } from '../finish/open';
import { t } from '../i18n/index.svelte';
import { jobs } from '../state/jobs.svelte';
import { copyPicture, reveal, saveAs } from '../state/outside';
import { rate, setFavourite, trash } from '../state/stickers.svelte';
import { attempt } from '../state/toasts.svelte';
import { form, openInCreate } from './form.svelte';

const VARIATIONS = 4;
const START_STRENGTH = 0.6;

async function asJob(work: () => Promise<Job>): Promise<void> {
  const job = await attempt(work);
  if (job) jobs.add(job);
}

export const makeVariations = (id: string) => asJob(() => backend.variations(id, VARIATIONS));
export const recreate = (id: string) => asJob(() => backend.recreate(id));

export async function editAndRedo(id: string): Promise<void> {
  const draft = await attempt(() => backend.draftOf(id));
  if (draft) openInCreate(draft);
}

export function useAsStart(id: string) {
  form.draft.start = { sticker: id, strength: form.draft.start?.strength ?? START_STRENGTH };
}

export const toggleFavourite = (sticker: Sticker) => setFavourite([sticker], !sticker.favourite);

/** Giving what it has takes it away. */
export function giveQuality(sticker: Sticker, quality: number) {
  const { rating } = sticker;
  return rate([sticker], { ...rating, quality: rating.quality === quality ? null : quality });
}

function giveAlignment(sticker: Sticker, alignment: Alignment) {
  const { rating } = sticker;
  return rate([sticker], { ...rating, alignment: rating.alignment === alignment ? null : alignment });
}

export function stickerMenu(id: string, sticker: Sticker | undefined, onview: () => void): MenuItem[] {
  const known: MenuItem[] = sticker
    ? [
        {
          id: 'favourite',
          label: t('create.tile.favourite'),
          icon: 'star',
          keys: 'f',
          checked: sticker.favourite,
          onselect: () => void toggleFavourite(sticker),
        },
        ...ALIGNMENTS.map((alignment) => ({
          id: alignment,
          label: t(`common.alignment.${alignment}`),
          checked: sticker.rating.alignment === alignment,
          separated: alignment === 'strong',
          onselect: () => void giveAlignment(sticker, alignment),
        })),
      ]
    : [];
  return [
    { id: 'view', label: t('create.tile.view'), icon: 'zoom', keys: 'enter', onselect: onview },
    ...known,
    { id: 'variations', label: t('create.tile.variations'), icon: 'variations', keys: 'v', separated: true, onselect: () => void makeVariations(id) },
    { id: 'start', label: t('create.tile.start'), icon: 'image', keys: 'u', onselect: () => useAsStart(id) },
    { id: 'redo', label: t('create.tile.redo'), icon: 'edit', keys: 'e', onselect: () => void editAndRedo(id) },
    { id: 'recreate', label: t('create.tile.recreate'), icon: 'retry', keys: 'r', onselect: () => void recreate(id) },
    { id: 'finish', label: t('finish.open'), icon: 'finish', separated: true, onselect: () => openInFinish([id]) },
    { id: 'copy', label: t('create.tile.copy'), icon: 'copy', keys: 'mod+c', onselect: () => void copyPicture(id) },
    { id: 'save', label: t('create.tile.save'), icon: 'save', keys: 'mod+s', onselect: () => void saveAs(id, true) },
    { id: 'saveWithout', label: t('create.tile.saveWithout'), onselect: () => void saveAs(id, false) },
    { id: 'reveal', label: t('create.tile.reveal'), icon: 'reveal', onselect: () => void reveal(id) },
    { id: 'trash', label: t('create.tile.trash'), icon: 'trash', keys: 'delete', danger: true, separated: true, onselect: () => void trash([id]) },
  ];
}
