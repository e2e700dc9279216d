import type { Job } from '../bindings';

/** The sticker that is looked at large, among those of its job. */
export const viewer = $state<{ ids: string[]; index: number; open: boolean }>({ ids: [], index: 0, open: false });

export function view(job: Job, id: string) {
  const ids = job.tiles.flatMap((tile) => tile.sticker ?? []);
  Object.assign(viewer, { ids, index: Math.max(0, ids.indexOf(id)), open: true });
}
