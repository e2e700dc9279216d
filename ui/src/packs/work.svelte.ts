import { backend } from '../backend';
import type { PackExported, PackId, Platform, Printed, SheetRequest, StickerId } from '../bindings';
import { t } from '../i18n/index.svelte';
import { messageOf, reportError, toast } from '../state/toasts.svelte';
import { packs } from './packs.svelte';

export type Work = { kind: 'export' | 'print'; pack: PackId; platform: Platform | null; done: number; of: number; stopping: boolean };
export type Result = { pack: PackId; platform: Platform; exported: PackExported };

let now = $state<Work | null>(null);
/** Of each pack and platform the last one. */
/** What `revealExport` would show. */
let last = $state.raw<PackExported | Printed | null>(null);
let results = $state.raw<readonly Result[]>([]);

/** Exports and prints: one at a time, and they go on while another screen is shown. */
export const work = {
  get now(): Work | null {
    return now;
  },

  resultOf: (pack: PackId, platform: Platform): PackExported | undefined =>
    results.find((each) => each.pack === pack && each.platform === platform)?.exported,

  isLast: (written: PackExported): boolean => last === written,

  forget(pack: PackId, platform: Platform): void {
    results = results.filter((each) => each.pack !== pack || each.platform !== platform);
  },

  async export(pack: PackId, platform: Platform, count: number): Promise<void> {
    const exported = await run({ kind: 'export', pack, platform, done: 0, of: count, stopping: false }, () => backend.exportPack(pack, platform));
    if (!exported) return;
    last = exported;
    work.forget(pack, platform);
    results = [...results, { pack, platform, exported }];
    if (packs.open?.id !== pack) toast(t('packs.exported', { path: exported.paths[0] ?? '' }), { tone: 'success' });
  },

  async print(pack: PackId, ids: StickerId[], request: SheetRequest): Promise<Printed | null> {
    const printed = await run({ kind: 'print', pack, platform: null, done: 0, of: 0, stopping: false }, () => backend.printSheet(ids, request));
    last = printed ?? last;
    return printed;
  },

  async stop(): Promise<void> {
    if (!now) return;
    now.stopping = true;
    await backend.stopWork().catch(reportError);
  },
};

/** null: it failed, was stopped, or the dialog was closed; all but the last is said. */
async function run<T>(work: Work, begin: () => Promise<T | null>): Promise<T | null> {
  if (now) return null;
  now = work;
  let off: (() => void) | undefined;
  try {
    off = await backend.subscribe((event) => {
      if (event.kind === 'work' && now) Object.assign(now, { done: event.done, of: event.of });
    });
    await packs.stored();
    const answer = await begin();
    if (answer === null && now.stopping) toast(t('packs.stopped'));
    return answer;
  } catch (thrown) {
    if (now.stopping) toast(t('packs.stopped'));
    else toast(messageOf(thrown), { tone: 'error' });
    return null;
  } finally {
    off?.();
    now = null;
  }
}

/** What was written last, in the file manager. */
export async function revealLast(): Promise<void> {
  await backend.revealExport().catch(reportError);
}
