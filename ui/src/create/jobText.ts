import type { Job, Progress } from '../bindings';
import { formatDuration, formatNumber, sentence } from '../i18n/format';
import { t } from '../i18n/index.svelte';

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
  if (progress.stage) return sentence(progress.stage);
  const parts = [t('create.job.step', { step: progress.step, of: progress.of })];
  if (progress.secondsPerStep > 0) {
    const digits = progress.secondsPerStep < 1 ? 2 : 1;
    parts.push(t('create.job.rate', { rate: formatNumber(progress.secondsPerStep, digits) }));
  }
  if (progress.secondsLeft > 0) parts.push(t('create.job.left', { time: formatDuration(progress.secondsLeft) }));
  if (progress.device) parts.push(progress.device);
  return parts.join(' · ');
}
