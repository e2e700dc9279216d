import { beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, install } from '../backend';
import { createFake, DEFAULTS } from '../backend/fake';
import type { Edit } from '../bindings';
import { EVERYTHING } from '../library/query';
import { Batch } from './batch.svelte';
import { Editor } from './editor.svelte';
import { Preview } from './preview.svelte';

let fake: ReturnType<typeof createFake>;
let editor: Editor;
let ids: string[];

beforeEach(async () => {
  localStorage.clear();
  fake = createFake({ ...DEFAULTS, stickers: 40, latency: 0, jobs: 'none' });
  install(fake.studio);
  editor = new Editor();
  ids = await backend.stickerIds(EVERYTHING);
});

const kinds = () => editor.cards.map((card) => card.effect.kind);
const key = (kind: string) => editor.cards.find((card) => card.effect.kind === kind)?.key ?? -1;
const width = () => editor.finish.effects.find((effect) => effect.kind === 'outline')?.width;
const sent = (name: string) => fake.hooks.called.filter((call) => call.name === name).map((call) => call.args);
const dab: Edit = { kind: 'erase', points: [{ x: 1, y: 2 }], radius: 3, softness: 0 };

describe('the editor', () => {
  it('begins with the first preset, and the next sticker goes on with what was set', async () => {
    await editor.open([ids[0]!]);
    expect(editor.preset).toBe('die-cut');
    editor.set(key('outline'), 'width', 30);
    expect(editor.preset).toBeNull();
    await editor.open([ids[1]!]);
    expect([width(), editor.canUndo, editor.source?.id]).toEqual([30, false, ids[1]]);
  });

  it('shows what a person chose, and not the sticker of the last time, when both are opened at once', async () => {
    await editor.open([ids[1]!]);
    const next = new Editor();
    await Promise.all([next.open([ids[0]!]), next.reopen()]);
    expect([next.source?.id, next.ids]).toEqual([ids[0], [ids[0]]]);
    const alone = new Editor();
    await alone.reopen();
    expect(alone.source?.id).toBe(ids[0]);
  });

  it('takes the drag of a slider as one step', async () => {
    await editor.open([ids[0]!]);
    for (const value of [15, 20, 25]) editor.set(key('outline'), 'width', value, true);
    expect(editor.moving).toBe(true);
    editor.settle();
    expect([editor.moving, width()]).toEqual([false, 25]);
    editor.undo();
    expect([width(), editor.canUndo]).toEqual([14, false]);
    editor.redo();
    expect(width()).toBe(25);
  });

  it('undoes edits and effects in one history, and on the sticker where they were made', async () => {
    await editor.open([ids[0]!, ids[1]!]);
    editor.edit(dab);
    await editor.go(ids[1]!);
    expect([editor.edits, editor.canUndo]).toEqual([[], true]);
    editor.remove(key('shadow'));
    expect(kinds()).not.toContain('shadow');
    editor.undo();
    expect(kinds()).toContain('shadow');
    editor.undo();
    expect(editor.finishOf(ids[0]!).edits).toEqual([]);
    expect(editor.canUndo).toBe(false);
  });

  it('keeps the edits when a preset is chosen', async () => {
    await editor.open([ids[0]!]);
    editor.edit(dab);
    editor.choose(editor.options!.presets.find((preset) => preset.name === 'clean')!);
    expect([editor.preset, editor.edits]).toEqual(['clean', [dab]]);
  });

  it('resets an effect, but leaves a caption its words', async () => {
    await editor.open([ids[0]!]);
    const caption = editor.add('caption', { text: 'Hi' })!;
    editor.set(caption, 'size', 200);
    editor.reset(caption);
    expect(editor.cards.find((card) => card.key === caption)?.effect).toMatchObject({ text: 'Hi', size: 72 });
    expect(editor.add('outline')).toBeNull();
  });

  it('opens a finished sticker with its source and its finish', async () => {
    await editor.open([ids[0]!]);
    editor.edit(dab);
    editor.set(key('outline'), 'width', 40);
    const [made] = (await backend.finishStickers([ids[0]!], editor.finish)).stickers;
    const other = new Editor();
    await other.open([made!.id]);
    expect(other.source?.id).toBe(ids[0]);
    expect(other.finish).toEqual(editor.finish);
  });

  it('comes back to the sticker of the last time, if it is still there', async () => {
    await editor.open([ids[3]!]);
    const later = new Editor();
    await later.reopen();
    expect(later.source?.id).toBe(ids[3]);
    localStorage.setItem('studio.finish.last', 'gone');
    const last = new Editor();
    await last.reopen();
    expect([last.source, last.problem]).toEqual([null, null]);
  });

  it('says why it cannot open one', async () => {
    await editor.open(['nope']);
    expect(editor.problem).toMatch(/^There is no such sticker/);
    await editor.open([ids[0]!]);
    expect(editor.problem).toBeNull();
  });
});

describe('many at once', () => {
  it('share the effects; edits are made only on their own sticker', async () => {
    await editor.open(ids.slice(0, 4));
    await editor.go(ids[2]!);
    editor.edit(dab);
    const batch = new Batch();
    const report = await batch.run(editor, editor.ids);
    expect(report.stickers).toHaveLength(4);
    expect(sent('finishStickers').map(([list, finish]) => [list, (finish as { edits: unknown[] }).edits.length])).toEqual([
      [[ids[2]], 1],
      [[ids[0], ids[1], ids[3]], 0],
    ]);
    expect([batch.running, batch.done, batch.of]).toEqual([false, 4, 4]);
  });

  it('finishes finished ones from their source, with the edits that they were made with', async () => {
    const [made] = (await backend.finishStickers([ids[0]!], { edits: [dab], effects: [] })).stickers;
    fake.hooks.called.length = 0;
    await editor.open([ids[1]!, made!.id]);
    await new Batch().run(editor, editor.ids);
    expect(sent('finishStickers').map(([list, of]) => [list, (of as { edits: unknown[] }).edits.length])).toEqual([[[ids[0]], 1], [[ids[1]], 0]]);
  });

  it('tells how far it is, stops, and keeps what is done', async () => {
    fake = createFake({ ...DEFAULTS, stickers: 40, latency: 1, speed: 12, jobs: 'none' });
    install(fake.studio);
    await editor.open(await backend.stickerIds(EVERYTHING));
    const batch = new Batch();
    const stop = await backend.subscribe(batch.handle);
    const running = batch.run(editor, editor.ids);
    await vi.waitFor(() => expect(batch.done).toBeGreaterThan(1));
    await batch.stop();
    const report = await running;
    stop();
    expect(report.stopped).toBe(true);
    expect(report.stickers.length).toBeLessThan(editor.ids.length);
    expect(report.stickers.length).toBeGreaterThan(1);
  });

  it('says what was refused, and why', async () => {
    await backend.trash([ids[1]!]);
    await editor.open(ids.slice(0, 3));
    const report = await new Batch().run(editor, editor.ids);
    expect([report.stickers.length, report.refused.map((each) => each.reason)]).toEqual([2, ['it is in the trash; restore it first']]);
    fake.hooks.options.fail = ['finishStickers:disk_full'];
    expect((await new Batch().run(editor, editor.ids)).refused[0]?.reason).toMatch(/^The disk is full/);
  });
});

describe('the preview', () => {
  const asked = () => sent('renderFinish').map(([, , side]) => side);

  it('asks once for what is the same, and anew when a tool shows it instead of the result', async () => {
    await editor.open([ids[0]!]);
    const preview = new Preview();
    const wanted = { source: editor.source!, finish: { edits: [], effects: [] }, small: false, edits: false };
    preview.ask(wanted);
    preview.ask({ ...wanted });
    await vi.waitFor(() => expect(preview.shown).toMatchObject({ edits: false, size: { width: 256, height: 256 } }));
    preview.ask({ ...wanted, edits: true });
    await vi.waitFor(() => expect(preview.shown?.edits).toBe(true));
    expect(asked()).toEqual([null, null]);
  });

  it('keeps the picture when the next one fails, says why, and tries again when asked again', async () => {
    await editor.open([ids[0]!]);
    const preview = new Preview();
    const wanted = { source: editor.source!, finish: editor.finish, small: true, edits: false };
    preview.ask(wanted);
    await vi.waitFor(() => expect(preview.shown).not.toBeNull());
    fake.hooks.options.fail = ['renderFinish:device'];
    const other = { ...wanted, finish: { edits: [], effects: [] } };
    preview.ask(other);
    await vi.waitFor(() => expect(preview.problem).toMatch(/^The GPU stopped/));
    expect(preview.shown?.finish).toEqual(wanted.finish);
    fake.hooks.options.fail = [];
    preview.ask(other);
    await vi.waitFor(() => expect(preview.shown?.finish).toEqual(other.finish));
    expect([preview.problem, asked()]).toEqual([null, [256, 256, 256]]);
  });
});
