import { backend } from '../backend';
import type { FinishReport } from '../bindings';
import { t } from '../i18n/index.svelte';
import { library } from '../library/library.svelte';
import { EVERYTHING } from '../library/query';
import { goTo } from '../state/route.svelte';
import { attempt, toast } from '../state/toasts.svelte';
import { batch } from './batch.svelte';
import { editor } from './editor.svelte';

/** The stickers, chosen in the library. */
export async function showInLibrary(ids: readonly string[]): Promise<void> {
  goTo('library');
  await library.show(EVERYTHING);
  const there = ids.filter((id) => library.ids.includes(id));
  const [first] = there;
  if (first !== undefined) library.select({ ids: new Set(there), anchor: first, active: first });
}

/** The one after this: of those that are open, else the next older one of the library. */
async function next(): Promise<void> {
  const { shown, ids } = editor;
  if (shown === null) return;
  const list = ids.length > 1 ? ids : await attempt(() => backend.stickerIds(EVERYTHING));
  const following = list?.[list.indexOf(shown) + 1];
  if (following === undefined) toast(t('finish.saved.noNext'));
  else if (ids.length > 1) await editor.go(following);
  else await editor.open([following]);
}

export async function save(): Promise<void> {
  const { shown } = editor;
  if (shown === null || batch.running) return;
  const report = await batch.run(editor, [shown]);
  if (report.stickers.length === 0 || report.warnings.length > 0) return tell(report);
  const made = report.stickers.map((sticker) => sticker.id);
  toast(t('finish.saved'), {
    tone: 'success',
    action: { label: t('finish.saved.show'), run: () => void showInLibrary(made) },
    also: { label: t('finish.saved.next'), run: () => void next() },
  });
}

export async function applyToAll(): Promise<void> {
  if (batch.running) return;
  tell(await batch.run(editor, editor.ids));
}

/** All well: a toast; else what was refused and warned of. */
function tell(report: FinishReport): void {
  const { stickers, refused, warnings, stopped } = report;
  if (refused.length > 0 || warnings.length > 0 || stopped) {
    batch.report = report;
    return;
  }
  const made = stickers.map((sticker) => sticker.id);
  toast(t('finish.batch.done', { count: made.length }), {
    tone: 'success',
    action: { label: t('finish.saved.show'), run: () => void showInLibrary(made) },
  });
}
