import { backend } from '../backend';
import type { FinishReport, StickerId, StudioEvent } from '../bindings';
import { remember } from '../state/stickers.svelte';
import { messageOf } from '../state/toasts.svelte';
import type { Editor } from './editor.svelte';

const EMPTY: FinishReport = { stickers: [], refused: [], warnings: [], stopped: false };

/** Finishing of one or many, and how far it is. */
export class Batch {
  running = $state(false);
  done = $state(0);
  of = $state(0);
  stopping = $state(false);
  /** What came of it, until the person has seen it. */
  report = $state.raw<FinishReport | null>(null);
  /** Those of the calls before this one. */
  #before = 0;

  handle = (event: StudioEvent): void => {
    if (this.running && event.kind === 'work') this.done = this.#before + event.done;
  };

  async stop(): Promise<void> {
    if (!this.running || this.stopping) return;
    this.stopping = true;
    await backend.stopWork();
  }

  /** Stickers with edits of their own one by one, all others in one go. Throws nothing: what failed is in the report. */
  async run(editor: Editor, ids: readonly string[]): Promise<FinishReport> {
    Object.assign(this, { running: true, stopping: false, done: 0, of: ids.length });
    this.#before = 0;
    let report = EMPTY;
    await editor.know(ids);
    for (const group of groups(editor, ids)) {
      if (this.stopping) break;
      report = joined(report, await this.#finish(editor, group));
      this.#before += group.length;
      this.done = this.#before;
    }
    report.stickers.forEach(remember);
    this.running = false;
    return { ...report, stopped: report.stopped || (this.stopping && this.done < this.of) };
  }

  async #finish(editor: Editor, group: readonly StickerId[]): Promise<FinishReport> {
    const [first = ''] = group;
    try {
      return await backend.finishStickers([...group], editor.finishOf(first));
    } catch (thrown) {
      const reason = messageOf(thrown);
      return { ...EMPTY, refused: [{ name: '', reason }] };
    }
  }
}

function groups(editor: Editor, ids: readonly string[]): StickerId[][] {
  const sources = ids.map((id) => editor.sourceOf(id));
  const edited = (id: string) => editor.finishOf(id).edits.length > 0;
  const plain = sources.filter((id) => !edited(id));
  return [...sources.filter(edited).map((id) => [id]), ...(plain.length > 0 ? [plain] : [])];
}

function joined(one: FinishReport, other: FinishReport): FinishReport {
  return {
    stickers: [...one.stickers, ...other.stickers],
    refused: [...one.refused, ...other.refused],
    warnings: [...one.warnings, ...other.warnings],
    stopped: one.stopped || other.stopped,
  };
}

export const batch = new Batch();
