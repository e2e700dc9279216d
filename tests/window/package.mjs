// The installed package on a clean system: starts, finds its model, makes stickers. Run by package.sh inside a fresh Debian.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { newHome, open, removeHome, until } from './studio.mjs';

const home = newHome();
// An empty name stands for none: the program has to find the model of its package.
const studio = await open(home, { env: { STICKER_MODEL_DIR: '' } });
try {
  await studio.find('html[data-ready]');
  await studio.fill('[data-testid=prompt]', 'red heart');
  await studio.click('[data-testid=make]');
  const made = () => {
    try {
      return readdirSync(join(home, 'data/stickers'), { recursive: true }).filter((name) => name.endsWith('.png')).length;
    } catch {
      return 0;
    }
  };
  await until(() => made() === 4, 'four stickers are made', 120_000);
  const models = await studio.runAsync("return await window.__TAURI_INTERNALS__.invoke('models')");
  assert.equal(models[0].folder, '/usr/share/sticker-studio/model');
  assert.equal(models[0].problem, null);
  console.log(`opened in ${Math.round(studio.openedMs)} ms, made 4 stickers with the model in ${models[0].folder}`);
} finally {
  await studio.kill();
  removeHome(home);
}
