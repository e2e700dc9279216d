// A disk that fills up while stickers are made.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodedWidths, jobOf, stickers, submit, windowTest } from './harness.mjs';

const skip = mountsAreAllowed() ? false : 'only root can mount a small disk';

function mountsAreAllowed() {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return process.getuid() === 0;
  } catch {
    return false;
  }
}

const PICTURES = 16;
/** Room that is left for the job, in bytes: some of its stickers, not all. */
const ROOM = 150_000;

windowTest('a full disk fails the job with a sentence, and retry works once there is room', async ({ home, start }) => {
  const data = join(home, 'data');
  mkdirSync(data);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'none', data]);
  try {
    const studio = await start(home);
    await submit(studio, { prompt: 'a warm-up', steps: 1 });
    await studio.find('article[data-state=done]');
    const [warmUp] = await stickers(studio);
    const { bavail, bsize } = statfsSync(data);
    const ballast = join(data, 'ballast');
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - ROOM));

    const { id } = await submit(studio, { prompt: 'a heavy elephant', count: PICTURES, steps: 2, seed: 5 });
    const card = `[data-testid="job-${id}"]`;
    await studio.find(`${card}[data-state=failed]`, 40_000);
    const sentence = await studio.says(`${card} [role=alert]`, /disk|space|room/i);
    assert.match(sentence, /make room on the disk/, `it says what to do: ${sentence}`);
    const failed = await jobOf(studio, id);
    const made = failed.tiles.flatMap(({ sticker }) => sticker ?? []);
    assert.ok(made.length < PICTURES, 'not everything fitted');
    assert.deepEqual((await stickers(studio)).map((sticker) => sticker.id), [warmUp.id, ...made], 'what is listed was made');
    assert.deepEqual(await decodedWidths(studio, made), made.map(() => 128), 'and is whole');
    assert.deepEqual(readdirSync(join(data, 'parts')), [], 'nothing half-written is left');

    // The window still works: there is no room for a rating, but for a look.
    await studio.goTo('library');
    await studio.find(`[data-testid="sticker-${warmUp.id}"]`);
    await studio.goTo('create');

    rmSync(ballast);
    await studio.click(`${card} [data-testid=job-retry]`);
    await studio.find(`${card}[data-state=done]`, 40_000);
    const done = await jobOf(studio, id);
    assert.deepEqual(done.tiles.slice(0, made.length).map(({ sticker }) => sticker), made, 'what was made is kept');
    assert.deepEqual(done.tiles.map(({ seed }) => seed), Array.from({ length: PICTURES }, (_, index) => 5 + index));
    assert.equal(done.error, null, 'the old trouble is not told any more');
    assert.equal((await stickers(studio)).length, PICTURES + 1);
    await studio.close();
  } finally {
    execFileSync('umount', ['--lazy', data]);
  }
}, { skip });
