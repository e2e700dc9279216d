import type { Job, Progress } from '../bindings';
import { formatDuration, formatNumber, sentence } from '../i18n/format';
import { t, type MessageKey } from '../i18n/index.svelte';

/** What the engine prints (LoadingStage in crates/engine/src/event.rs); a later one's is shown as it is. */
const stages: Record<string, MessageKey> = {
  'opening the device': 'create.stage.device',
  'hashing the model': 'create.stage.hash',
  'reading the text encoder': 'create.stage.textEncoder',
  'reading the U-Net': 'create.stage.unet',
  'reading the autoencoder': 'create.stage.autoencoder',
  'reading the adapters': 'create.stage.adapters',
  'choosing the fastest kernels for this GPU (only the first run on it takes this long)': 'create.stage.kernels',
};

function stageText(stage: string): string {
  const key = stages[stage];
  return key ? t(key) : sentence(stage);
}

export function madeCount(job: Job): number {
  return job.tiles.filter((tile) => tile.sticker !== null).length;
}

/** How much of the job is done, in tiles, with the steps of those under way. */
export function doneTiles(job: Job, progress: Progress | undefined): number {
  const made = madeCount(job);
  if (!progress || progress.of === 0) return made;
  const [first, end] = progress.tiles;
  const open = job.tiles.slice(first, end).filter((tile) => tile.sticker === null).length;
  return made + open * (progress.step / progress.of);
}

export function progressText(progress: Progress): string {
  if (progress.stage) return stageText(progress.stage);
  const parts = [t('create.job.step', { step: progress.step, of: progress.of })];
  if (progress.secondsPerStep > 0) {
    const digits = progress.secondsPerStep < 1 ? 2 : 1;
    parts.push(t('create.job.rate', { rate: formatNumber(progress.secondsPerStep, digits) }));
  }
  if (progress.secondsLeft > 0) parts.push(t('create.job.left', { time: formatDuration(progress.secondsLeft) }));
  if (progress.device) parts.push(progress.device);
  return parts.join(' · ');
}
