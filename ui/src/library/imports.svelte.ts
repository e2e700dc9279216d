import { backend } from '../backend';
import type { ImportReport, StudioEvent } from '../bindings';
import { t } from '../i18n/index.svelte';
import { goTo as goToScreen } from '../state/route.svelte';
import { attempt, toast } from '../state/toasts.svelte';
import { library } from './library.svelte';
import { EVERYTHING } from './query';
import { only } from './selection';

const state = $state<{ report: ImportReport | null; busy: boolean; over: boolean }>({ report: null, busy: false, over: false });

async function showImported(report: ImportReport): Promise<void> {
  goToScreen('library');
  await library.show(EVERYTHING);
  const [first] = report.imported;
  if (first && library.ids.includes(first.id)) library.select(only(first.id));
}

/** What came of an import: a toast when all went well, else a dialog that names what was refused. */
export const imports = {
  get report(): ImportReport | null {
    return state.report;
  },
  get busy(): boolean {
    return state.busy;
  },

  /** Files are held over the window. */
  get over(): boolean {
    return state.over;
  },

  tell(report: ImportReport) {
    library.refreshSoon();
    if (report.refused.length > 0 || report.duplicates > 0) state.report = report;
    else if (report.imported.length > 0)
      toast(t('library.imported', { count: report.imported.length }), {
        tone: 'success',
        action: { label: t('library.show'), run: () => void showImported(report) },
      });
  },

  show(): Promise<void> {
    const { report } = state;
    state.report = null;
    return report ? showImported(report) : Promise.resolve();
  },

  close() {
    state.report = null;
  },

  handle(event: StudioEvent) {
    if (event.kind === 'filesOver') state.over = event.over;
    if (event.kind === 'imported') imports.tell(event.report);
  },

  async choose(): Promise<void> {
    if (state.busy) return;
    state.busy = true;
    const report = await attempt(() => backend.importPictures());
    state.busy = false;
    if (report) imports.tell(report);
  },
};
