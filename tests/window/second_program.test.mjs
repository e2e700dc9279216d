// Two programs on one library.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { make, stickers, windowTest } from './harness.mjs';
import { png } from './png.mjs';
import { PROGRAM, until } from './studio.mjs';

/** A session bus of its own, by which one program knows of the other. */
async function sessionBus(context) {
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], { stdio: ['ignore', 'pipe', 'ignore'] });
  context.after(() => bus.kill());
  return new Promise((done, failed) => {
    bus.once('error', failed);
    bus.stdout.once('data', (line) => done(String(line).trim()));
  });
}

windowTest('a second program says that the library is open elsewhere, and opens it once it is free', async ({ home, start }) => {
  const first = await start(home);
  const [id] = await make(first, { prompt: 'a lonely cactus' });

  let second = await start(home);
  const sentence = await second.says('main > [role=alert]', /another Sticker Studio has this library open/i);
  assert.ok(sentence.includes(home), 'it names the folder');
  await second.goTo('library');
  assert.equal(await second.has('[data-testid^=sticker-]'), false);
  await assert.rejects(second.invoke('trash', { ids: [id] }), 'nothing can be changed from there');
  await assert.rejects(second.invoke('submit_draft', { draft: (await second.invoke('start')).draft }));
  await second.close();

  assert.deepEqual((await stickers(first)).map((sticker) => sticker.id), [id], 'the first is not disturbed');
  await make(first, { prompt: 'another cactus' });
  await first.close();
  second = await start(home);
  assert.equal(await second.has('main > [role=alert]'), false);
  assert.equal((await stickers(second)).length, 2);
});

windowTest('a second start on a desktop hands its files to the first window and ends', async ({ home, anotherHome, start, context }) => {
  // Its files lie where the system wants them: a studio in a folder of its own minds no other.
  const desktop = {
    DBUS_SESSION_BUS_ADDRESS: await sessionBus(context),
    STICKER_STUDIO_HOME: undefined,
    HOME: home,
    XDG_DATA_HOME: join(home, 'share'),
    XDG_CONFIG_HOME: join(home, 'config'),
  };
  const studio = await start(home, { env: desktop });
  const folder = anotherHome();
  writeFileSync(join(folder, 'a late star.png'), png(40, (x, y) => [250, x * 6, y * 6, 255]));
  // Named as it is typed in that folder.
  const second = spawn(PROGRAM, ['a late star.png'], { cwd: folder, env: { ...process.env, ...desktop }, stdio: 'ignore' });
  const ended = new Promise((done) => second.once('exit', done));
  context.after(() => second.kill('SIGKILL'));
  assert.equal(await Promise.race([ended, until(() => false, 'the second program ends', 10_000)]), 0);
  await studio.says('[data-testid=toast]', /1 sticker imported/);
  assert.deepEqual((await stickers(studio)).map(({ prompt, width }) => [prompt, width]), [['a late star', 40]]);
  assert.match((await studio.invoke('start')).dataFolder, new RegExp(`^${join(home, 'share')}`));
}, { skip: spawnSync('dbus-daemon', ['--version']).error ? 'there is no dbus-daemon' : false });
