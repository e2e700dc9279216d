import type { Draft, Idea, ImportReport, Settings, Startup, StudioEvent } from '../../bindings';
import { StudioError, type Calls, type OnEvent, type OnPreview, type Studio } from '..';
import type { FakeCalls } from './calls';
import { check, EMPTY_DRAFT, MODEL } from './drafts';
import { draw } from './draw';
import { finishCalls } from './finish';
import { FakeJobs } from './jobs';
import { FakeLibrary } from './library';
import { FakeModels } from './models';
import { failure, failureOf, type FakeOptions } from './options';
import { packCalls } from './packs';
import { Random } from './random';
import { FakeWork } from './work';
import { MOODS, phrase, SUBJECTS } from './words';

export { DEFAULTS, optionsFromUrl, type FakeOptions } from './options';

const REFUSED = 'another Sticker Studio has this data folder open; close it, then start again: /home/mei/.local/share/sticker-studio';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function createFake(options: FakeOptions) {
  const library = new FakeLibrary(options.stickers);
  const models = new FakeModels(options.empty);
  const called: { name: string; args: unknown[] }[] = [];
  let onEvent: OnEvent = () => {};
  let onPreview: OnPreview = () => {};
  const emit = (event: StudioEvent) => onEvent(event);
  const jobs = new FakeJobs(library, options, emit, (frame) => onPreview(frame));
  let settings: Settings = { theme: options.theme, language: options.language, device: 'auto', previews: true, memoryLimitMb: null, ground: options.ground, hintSeen: options.hintSeen };
  let draft: Draft = options.empty ? EMPTY_DRAFT : { ...EMPTY_DRAFT, prompt: 'a happy fox', style: 'flat' };
  let folder = '/home/mei/.local/share/sticker-studio';
  seedJobs(jobs, options);

  const dialog = <T>(answer: () => T): T | null => (options.dialogClosed ? null : answer());
  const importFiles = (): ImportReport => ({
    imported: ['a birthday panda', 'holiday-cat'].map((prompt) => structuredClone(library.add({ prompt, createdAt: Date.now(), bucket: null, origin: 'imported' }).sticker)),
    duplicates: 1,
    refused: [
      { name: 'notes.pdf', reason: 'not a PNG, WebP, JPEG or SVG picture' },
      { name: 'poster.png', reason: '24000 x 18000 pixels are too many; at most 8192 x 8192' },
    ],
  });
  const draftOf = (id: string): Draft => {
    const { sticker, style, steps, guidance, sampler, negativePrompt } = library.entry(id);
    if (sticker.origin === 'imported') throw new StudioError('input', 'this picture has no recipe, so it cannot be made again; it may be used as a start picture');
    return { ...EMPTY_DRAFT, prompt: sticker.prompt, seed: sticker.seed, bucket: sticker.bucket, count: 1, style, steps, guidance, sampler, negativePrompt };
  };

  const work = new FakeWork(options, emit);

  const calls: FakeCalls = {
    start: (): Startup => ({
      version: '0.1.0', settings, dataFolder: folder, draft, firstStart: options.empty,
      repairs: options.repairs ? ['one job was interrupted and can be resumed', '2 pictures without an entry were moved to recovered/'] : [],
      refused: options.refused ? REFUSED : null,
    }),
    previewShown: () => jobs.shown(),
    modelOptions: (model) => (model === 'sd15' ? { ...MODEL, model, styles: [], size: 512, sizeMultiple: 64, maxSize: 1024, nativeAlpha: false, guidance: 7.5 } : MODEL),
    checkDraft: check,
    submitDraft: (made) => ((draft = made), jobs.submit(made)),
    ideas: (seed, count): Idea[] => {
      const random = new Random(seed);
      // All different, as the engine's are.
      const ideas = new Map<string, Idea>();
      for (let draw = 0; ideas.size < count && draw < count * 20; draw += 1) {
        const bucket = (['emotion', 'action', 'scene'] as const)[draw % 3] ?? 'emotion';
        const prompt = phrase(bucket, random.pick(SUBJECTS), (from) => random.pick(from));
        ideas.set(prompt, { bucket, prompt });
      }
      return [...ideas.values()];
    },
    moods: () => [...MOODS],
    promptHistory: (text, limit) =>
      [...new Set([...jobs.prompts(), ...[...library.entries.values()].filter((e) => e.sticker.origin === 'made').map((e) => e.sticker.prompt)])]
        .filter((prompt) => prompt.toLowerCase().includes(text.toLowerCase()))
        .slice(0, limit),
    draftOf,
    variations: (id, count) => jobs.submit({ ...draftOf(id), count, seed: ((library.entry(id).sticker.seed ?? 0) + 1) % 2 ** 32 }),
    recreate: (id) => jobs.submit(draftOf(id)),

    queue: () => jobs.queue(),
    pauseQueue: (paused) => jobs.pauseQueue(paused),
    jobAction: (id, action) => jobs.action(id, action),
    moveJob: (id, before) => jobs.move(id, before),

    stickers: (query, offset, limit) => library.page(query, offset, limit),
    stickerIds: (query) => library.found(query).map((e) => e.sticker.id),
    sticker: (id) => library.detail(id),
    setFavourite: (ids, favourite) => library.change(ids, (e) => (e.sticker.favourite = favourite)),
    rate: (ids, rating) => library.rate(ids, rating),
    changeTags: (ids, add, remove) =>
      library.change(ids, (e) => {
        const gone = new Set([...add, ...remove].map((t) => t.toLowerCase()));
        e.tags = [...e.tags.filter((t) => !gone.has(t.toLowerCase())), ...add.map((t) => t.trim())];
      }),
    trash: (ids) => library.change(ids, (e) => (e.sticker.trashedAt = Date.now())),
    restore: (ids) => library.change(ids, (e) => (e.sticker.trashedAt = null)),
    emptyTrash: () => library.emptyTrash(),
    facets: () => library.facets(),
    createSet: (name) => library.createSet(name),
    renameSet: (id, name) => ((library.set(id).name = library.setName(name, id)), null),
    deleteSet: (id) => {
      library.sets = library.sets.filter((s) => s !== library.set(id));
      library.entries.forEach((e) => e.sets.delete(id));
      return null;
    },
    addToSet: (set, ids) => library.change(ids, (e) => e.sets.add(library.set(set).id)),
    removeFromSet: (set, ids) => library.change(ids, (e) => e.sets.delete(library.set(set).id)),
    coverage: () =>
      (['emotion', 'action', 'scene'] as const).map((bucket) => {
        const all = [...library.entries.values()].filter((e) => e.sticker.bucket === bucket && e.sticker.trashedAt === null).map((e) => e.sticker.rating);
        return { bucket, total: all.length, rated: all.filter((r) => r.alignment ?? r.quality).length, strong: all.filter((r) => r.alignment === 'strong').length };
      }),
    importPictures: () => dialog(importFiles),

    copySticker: (id) => (library.entry(id), null),
    saveStickerAs: (id) => dialog(() => `/home/mei/Pictures/${library.entry(id).sticker.prompt.replaceAll(' ', '-')}.png`),
    exportStickers: (ids) => dialog(() => ({ count: ids.length, folder: '/home/mei/Pictures/stickers' })),
    revealSticker: (id) => (library.entry(id), null),
    dragStickers: (ids) => (ids.forEach((id) => library.entry(id)), null),

    ...finishCalls(library, options, work),
    ...packCalls(library, options, work),

    models: () => models.models,
    addModel: () => dialog(() => models.addModel()),
    removeModel: (id) => models.removeModel(id),
    adapters: () => models.adapters,
    importAdapter: () => dialog(() => models.importAdapter()),
    exportAdapter: (id) => dialog(() => `/home/mei/Documents/${models.adapter(id).name}.safetensors`),
    renameAdapter: (id, name) => ((models.adapter(id).name = name.trim()), null),
    deleteAdapter: (id) => ((models.adapters = models.adapters.filter((a) => a !== models.adapter(id))), null),

    changeSettings: (changed) => {
      settings = changed;
      jobs.previews = changed.previews;
      return settings;
    },
    devices: () => models.devices,
    testDevice: (device) => {
      if (jobs.busy()) throw new StudioError('busy', failure('busy').message);
      return models.test(device);
    },
    chooseDataFolder: () => dialog(() => (folder = '/home/mei/Stickers')),
  };

  const answered = Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        // as over a real wire: neither side keeps the other's objects
        const sent = args.map((arg) => JSON.parse(JSON.stringify(arg ?? null)) as unknown);
        called.push({ name, args: sent });
        await pause(name === 'testDevice' ? 1500 / options.speed : options.latency);
        const wrong = failureOf(options, name);
        if (wrong) throw new StudioError(wrong.code, wrong.message);
        if (options.refused && name !== 'start' && name !== 'changeSettings') throw new StudioError('internal', REFUSED);
        return structuredClone(await (call as (...args: unknown[]) => unknown)(...sent));
      },
    ]),
  ) as Calls;

  const studio: Studio = {
    ...answered,
    async subscribe(event, preview) {
      dragDrop(emit, importFiles);
      onEvent = event;
      onPreview = preview;
      jobs.wake();
      return null;
    },
    stickerUrl: (id) => library.picture(id),
  };
  /** What tests reach for as `__fake`. */
  const hooks = { emit, called, drop: () => emit({ kind: 'imported', report: importFiles() }), options, draw };
  return { studio, hooks };
}

export type FakeHooks = ReturnType<typeof createFake>['hooks'];

/** As the window does: tells of files that are held over it, and imports what is dropped. */
function dragDrop(emit: OnEvent, importFiles: () => ImportReport): void {
  const withFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const over = (is: boolean) => emit({ kind: 'filesOver', over: is });
  addEventListener('dragenter', (event) => withFiles(event) && over(true));
  addEventListener('dragleave', (event) => event.relatedTarget === null && over(false));
  addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    if (withFiles(event)) emit({ kind: 'imported', report: importFiles() });
  });
}

function seedJobs(jobs: FakeJobs, options: FakeOptions): void {
  const minute = 60_000;
  const draft = (prompt: string, count = 4): Draft => ({ ...EMPTY_DRAFT, prompt, count, bucket: 'emotion' });
  if (options.jobs === 'none') return;
  jobs.add(draft('a sleepy ghost'), 'a sleepy ghost', 'done', 3 * minute, 4);
  if (options.jobs === 'some') return;
  jobs.add(draft('an octopus in love', 8), 'an octopus in love', 'interrupted', 40 * minute, 4);
  jobs.add(draft('a cool hamburger'), 'a cool hamburger', 'failed', 30 * minute).job.error = failure('device').message;
  jobs.add(draft('a shy cactus'), 'a shy cactus', 'cancelled', 20 * minute, 1);
  jobs.add(draft('an angry cloud'), 'an angry cloud', 'paused', 10 * minute);
  jobs.add(draft('a happy penguin', 12), 'a happy penguin', 'queued', 2 * minute);
  jobs.add(draft('a surprised star'), 'a surprised star', 'queued', minute);
}
