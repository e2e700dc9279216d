// What is left of a job when the program ends in the middle of it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodedWidths, jobOf, stickers, submit, windowTest } from './harness.mjs';
import { until } from './studio.mjs';

const PICTURES = 40;

/** Waits until so many tiles of the job have a sticker. */
function made(studio, id, atLeast, ms) {
  return until(async () => {
    const job = await jobOf(studio, id);
    return job.tiles.filter((tile) => tile.sticker).length >= atLeast && job;
  }, `${atLeast} tiles are made`, ms);
}

function reportedDone(studio) {
  return studio.run('return [...document.querySelectorAll("[data-made=true] [data-sticker]")].map((each) => each.dataset.sticker)');
}

windowTest('a job that is killed goes on where it was, with the tiles that were planned', async ({ home, start }) => {
  let studio = await start(home);
  const { id } = await submit(studio, { prompt: '{red|blue|green} dragon', count: PICTURES, steps: 12, size: 64, seed: 1000 });
  const planned = (await made(studio, id, 7)).tiles;
  const shown = await until(async () => {
    const ids = await reportedDone(studio);
    return ids.length >= 7 && ids;
  }, 'the page shows what is made');
  await studio.kill();

  studio = await start(home);
  const interrupted = await jobOf(studio, id);
  assert.equal(interrupted.state, 'interrupted');
  const kept = interrupted.tiles.flatMap(({ sticker }) => sticker ?? []);
  assert.ok(kept.length < PICTURES, 'it was killed in the middle');
  for (const sticker of shown) assert.ok(kept.includes(sticker), `${sticker} was on the screen and is gone`);
  assert.deepEqual((await stickers(studio)).map((sticker) => sticker.id).sort(), [...kept].sort(), 'the library has what the job has');
  assert.deepEqual(await decodedWidths(studio, kept), kept.map(() => 64), 'every picture is whole');
  assert.ok((await decodedWidths(studio, kept, 'thumb')).every((width) => width > 0));
  assert.deepEqual(readdirSync(join(home, 'data/parts')), [], 'nothing half-written is left');

  // The card says so and offers the way on.
  const card = `[data-testid="job-${id}"]`;
  await studio.find(`${card}[data-state=interrupted]`);
  await studio.says(`${card} [data-testid=job-state]`, new RegExp(`${kept.length} of ${PICTURES}`));
  assert.equal(await studio.count(`${card} [data-made=true]`), kept.length);
  await studio.click(`${card} [data-testid=job-resume]`);
  await studio.find(`${card}[data-state=done]`, 60_000);
  const done = await jobOf(studio, id);
  assert.deepEqual(done.tiles.map(({ prompt, seed }) => [prompt, seed]), planned.map(({ prompt, seed }) => [prompt, seed]));
  for (const [index, tile] of interrupted.tiles.entries()) {
    if (tile.sticker) assert.equal(done.tiles[index].sticker, tile.sticker, 'what was made is not made again');
  }
  const all = done.tiles.map(({ sticker }) => sticker);
  assert.equal(new Set(all).size, PICTURES);
  const inLibrary = await stickers(studio);
  assert.deepEqual(inLibrary.map((sticker) => sticker.id).sort(), [...all].sort(), 'no sticker more and none less');
  for (const [index, { prompt, seed }] of planned.entries()) {
    const sticker = inLibrary.find((each) => each.id === all[index]);
    assert.deepEqual([sticker.prompt, sticker.seed], [prompt, seed], `tile ${index}`);
  }
});

windowTest('a window that is closed during a job ends soon, and what waits stays in the queue', async ({ home, start }) => {
  let studio = await start(home);
  const running = await submit(studio, { prompt: 'a slow whale', count: 20, steps: 60 });
  const waiting = await submit(studio, { prompt: 'a patient snail', steps: 2 });
  await studio.find('canvas[data-drawn]');
  const began = performance.now();
  await studio.close();
  assert.ok(performance.now() - began < 5_000, 'the program ends within seconds');

  studio = await start(home);
  assert.deepEqual((await studio.invoke('start')).repairs, [], 'the program itself noted the job as interrupted');
  await studio.find(`[data-testid="job-${running.id}"][data-state=interrupted]`);
  await studio.find(`[data-testid="job-${waiting.id}"][data-state=done]`, 30_000);
  assert.equal((await jobOf(studio, running.id)).state, 'interrupted', 'it waits for the person');
  // Dropped: the job goes, its stickers stay.
  const before = (await stickers(studio)).length;
  await studio.click(`[data-testid="job-${running.id}"] [data-testid=job-remove]`);
  await studio.gone(`[data-testid="job-${running.id}"]`);
  assert.equal((await stickers(studio)).length, before);
});
