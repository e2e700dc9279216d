import type { Finish, Preset, StickerId } from '../../bindings';
import type { RenderedHead } from '../../finish/rendered';
import { StudioError } from '..';
import type { FakeCalls } from './calls';
import { EFFECTS, PRESETS, ranges } from './effects';
import type { FakeLibrary } from './library';
import type { FakeOptions } from './options';
import { pixelsOf, render, toUrl, type Picture } from './paint';
import type { FakeWork } from './work';

type Names =
  | 'finishOptions' | 'finishOf' | 'renderFinish' | 'finishStickers' | 'stopWork' | 'savePreset' | 'deletePreset' | 'saveSvg';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function check(finish: Finish): void {
  for (const effect of finish.effects) {
    for (const range of ranges(effect.kind)) {
      const number = (effect as unknown as Record<string, number>)[range.field] ?? NaN;
      if (number >= range.min && number <= range.max) continue;
      throw new StudioError('usage', `${range.field} of the effect ${effect.kind} is ${number}; it can be ${range.min} to ${range.max}`);
    }
  }
}

/** Length, head as JSON, pixels: as the real one answers. */
function packed({ width, height, pixels }: Picture, warnings: string[]): ArrayBuffer {
  const head: RenderedHead = { width, height, warnings };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(4 + json.length + pixels.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  bytes.set(pixels, 4 + json.length);
  return bytes.buffer;
}

export function finishCalls(library: FakeLibrary, options: FakeOptions, work: FakeWork): Pick<FakeCalls, Names> {
  const finished = new Map<StickerId, { source: StickerId; finish: Finish }>();
  let presets: Preset[] = structuredClone(PRESETS);
  const first = PRESETS[0]?.finish ?? { edits: [], effects: [] };

  const source = (id: StickerId) => finished.get(id)?.source ?? id;
  const draw = async (id: StickerId, finish: Finish, side: number | null) => {
    check(finish);
    const { width, height } = library.entry(id).sticker;
    return render(await pixelsOf(library.picture(id), width, height), finish, side);
  };
  const own = (name: string): string => {
    const trimmed = name.trim();
    if (trimmed.length < 1 || trimmed.length > 80) throw new StudioError('usage', 'a name has 1 to 80 characters');
    if (presets.some((each) => !each.own && each.name === trimmed)) throw new StudioError('input', 'a preset that comes with the program has this name; choose another one');
    return trimmed;
  };

  return {
    finishOptions: () => ({
      effects: EFFECTS,
      presets,
      fonts: ['Figtree', 'Liberation Sans', 'Noto Sans CJK SC', 'Noto Serif'],
      device: options.speed < 1 ? 'CPU (8 cores)' : 'NVIDIA GeForce RTX 4070',
      live: options.speed >= 1,
    }),
    finishOf: (id) => {
      const made = finished.get(id);
      const { sticker } = library.entry(source(id));
      return { source: sticker, finish: made?.finish ?? first, finished: made !== undefined };
    },
    renderFinish: async (id, finish, side) => {
      if (options.latency > 0) await pause(8 / options.speed);
      const { picture, warnings } = await draw(id, finish, side);
      return packed(picture, warnings);
    },
    finishStickers: async (ids, finish) => {
      const report: Awaited<ReturnType<FakeCalls['finishStickers']>> = { stickers: [], refused: [], warnings: [], stopped: false };
      report.stopped = await work.each(ids, async (id) => {
        const entry = library.entry(source(id));
        if (entry.sticker.trashedAt !== null) {
          report.refused.push({ name: entry.sticker.prompt, reason: 'it is in the trash; restore it first' });
          return;
        }
        const { picture, warnings } = await draw(entry.sticker.id, finish, null);
        const made = library.add({ prompt: entry.sticker.prompt, createdAt: Date.now(), bucket: entry.sticker.bucket, origin: 'made', seed: entry.sticker.seed ?? 0 });
        Object.assign(made.sticker, { width: picture.width, height: picture.height });
        const url = toUrl(picture);
        if (url) library.drawn.set(made.sticker.id, url);
        finished.set(made.sticker.id, { source: entry.sticker.id, finish });
        report.stickers.push(made.sticker);
        report.warnings.push(...warnings.map((warning) => `${entry.sticker.prompt}: ${warning}`));
      });
      return report;
    },
    stopWork: () => work.stop(),
    savePreset: (name, finish) => {
      const preset = { name: own(name), own: true, finish: { edits: [], effects: finish.effects } };
      presets = [...presets.filter((each) => each.name !== preset.name), preset];
      return presets;
    },
    deletePreset: (name) => (presets = presets.filter((each) => !each.own || each.name !== name)),
    saveSvg: (id) => (options.dialogClosed ? null : `/home/mei/Pictures/${library.entry(id).sticker.prompt.replaceAll(' ', '-')}.svg`),
  };
}
