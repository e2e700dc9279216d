// Files that come in and go out, with a person's dialogs answered.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodedWidths, make, stickers, windowTest } from './harness.mjs';
import { chunksOf, png, pngOfSide } from './png.mjs';
import { Key, until } from './studio.mjs';

const PARAMETERS = 'a green frog\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1234, Size: 48x48, Model: other';
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80" onload="alert(1)">
  <script>window.svgRan = true</script>
  <image href="file:///etc/hostname" width="10" height="10"/>
  <circle cx="40" cy="40" r="30" fill="teal"/>
</svg>`;

async function saveWith(studio, id, entry, path) {
  const asked = studio.dialogs.asked.length;
  studio.dialogs.choose(path);
  await studio.click(`[data-testid="sticker-${id}"]`);
  await studio.click('[data-testid=detail] button[aria-label^=Save]');
  await studio.clickText(entry, '[role=menu]');
  await until(() => studio.dialogs.asked.length > asked, 'the save dialog is asked');
  await studio.says('[data-testid=toast]:last-child', new RegExp(path.split('/').at(-1).replace('.', '\\.')));
}

windowTest('pictures of every kind come in, and what is none is refused by name', async ({ home, anotherHome, start }) => {
  // A sticker of another studio, saved with its recipe and without.
  const outside = anotherHome();
  const other = await start(anotherHome());
  const [id] = await make(other, { prompt: 'a purple dragon', seed: 77, steps: 3 });
  await other.goTo('library');
  const [withRecipe, without] = [join(outside, 'dragon.png'), join(outside, 'plain.png')];
  await saveWith(other, id, 'Save with its recipe', withRecipe);
  await saveWith(other, id, 'Save without its recipe', without);
  assert.match(other.dialogs.asked[0], /--save/);
  assert.match(other.dialogs.asked[0], /purple-dragon-77\.png/, 'a name is suggested');
  assert.match(chunksOf(readFileSync(withRecipe)).text, /a purple dragon/);
  assert.deepEqual(chunksOf(readFileSync(without)).names.filter((name) => !['IHDR', 'sRGB', 'IDAT', 'IEND'].includes(name)), [], 'nothing but the picture');
  await other.close();

  const files = {
    'frog.png': png(48, (x, y) => [x * 5, 200, y * 5, x > 24 ? 255 : 0], { parameters: PARAMETERS }),
    'drawing.svg': SVG,
    'notes.png': 'this is text with a picture\'s name',
    'empty.png': '',
    'enormous.png': pngOfSide(60_000),
    'page.jpg': '<!doctype html><script>1</script>',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(outside, name), content);
  execFileSync('convert', ['-size', '90x60', 'xc:tomato', join(outside, 'photo.jpg')]);
  execFileSync('convert', ['-size', '60x90', 'xc:gold', join(outside, 'photo.webp')]);

  const studio = await start(home);
  await studio.goTo('library');
  await studio.click('[data-testid=import]');
  await until(() => studio.dialogs.asked.length === 1, 'the dialog is asked');
  assert.equal(await studio.has('[data-testid=import-report][open]'), false, 'a closed dialog imports nothing');
  studio.dialogs.choose(...[withRecipe, 'frog.png', 'photo.jpg', 'photo.webp', 'drawing.svg', 'notes.png', 'empty.png', 'enormous.png', 'page.jpg'].map((name) => join(outside, name.split('/').at(-1))));
  await studio.click('[data-testid=import]');
  const report = '[data-testid=import-report]';
  await studio.find(`${report}[open]`);
  await studio.says(`${report} h2`, /5 stickers/);
  const refused = await studio.run('return [...document.querySelectorAll(arguments[0] + " li")].map((item) => [item.querySelector("strong").textContent, item.querySelector(".muted").textContent])', report);
  assert.deepEqual(refused.map(([name]) => name).sort(), ['empty.png', 'enormous.png', 'notes.png', 'page.jpg']);
  for (const [name, reason] of refused) assert.match(reason, /\w+ .*\w/, `${name} is refused with a reason`);
  assert.match(Object.fromEntries(refused)['enormous.png'], /60000|pixels|large/i);

  const all = await stickers(studio);
  assert.deepEqual(all.map(({ prompt, origin, seed }) => [prompt, origin, seed]), [
    ['a purple dragon', 'imported', 77],
    ['a green frog', 'imported', 1234],
    ['photo', 'imported', null],
    ['photo', 'imported', null],
    ['drawing', 'imported', null],
  ]);
  assert.deepEqual(await decodedWidths(studio, all.map((sticker) => sticker.id)), [128, 48, 90, 60, 512]);
  const kept = readdirSync(join(home, 'data/stickers'), { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  assert.equal(kept.length, 5);
  for (const file of kept) {
    const bytes = readFileSync(join(file.parentPath ?? file.path, file.name));
    chunksOf(bytes);
    assert.equal(bytes.includes('<script'), false, `${file.name} was written anew`);
  }
  assert.equal(await studio.run('return window.svgRan ?? null'), null);

  // What came along is shown.
  await studio.clickText('Show', report);
  await studio.click(`[data-testid="sticker-${all[0].id}"]`);
  await studio.says('[data-testid=recipe]', /77/);
  await studio.click(`[data-testid="sticker-${all[1].id}"]`);
  await studio.says('[data-testid=detail] pre', /Negative prompt: blurry/);

  // The same pixels once more are no new stickers, whatever the file's name is.
  studio.dialogs.choose(without, join(outside, 'frog.png'));
  await studio.click('[data-testid=import]');
  await studio.says(`${report}[open]`, /2/);
  assert.equal((await stickers(studio)).length, 5);
  await studio.press(Key.escape);

  // Several at once go into a folder; nothing there is replaced.
  const folder = join(outside, 'exported');
  mkdirSync(folder);
  writeFileSync(join(folder, 'frog.png'), 'mine');
  studio.dialogs.choose(folder);
  await studio.run('document.querySelector("[data-testid=grid]").focus()');
  await studio.press([Key.control, 'a']);
  await studio.click('[data-testid=batch-export]');
  await studio.clickText('Export with recipes', '[role=menu]');
  await until(() => readdirSync(folder).length === 6, 'five files are written beside the one that was there');
  assert.equal(readFileSync(join(folder, 'frog.png'), 'utf8'), 'mine');
  const dragon = readdirSync(folder).find((name) => name.includes('dragon'));
  assert.match(chunksOf(readFileSync(join(folder, dragon))).text, /a purple dragon/);
  await studio.says('[data-testid=toast]:last-child', /5 .*exported/);
});

windowTest('files on the command line are imported, and the person is told', async ({ home, anotherHome, start }) => {
  const outside = anotherHome();
  const [good, bad] = [join(outside, 'star & moon.png'), join(outside, 'broken.png')];
  writeFileSync(good, png(32, (x, y) => [255, x * 8, y * 8, 255]));
  writeFileSync(bad, 'x');
  const studio = await start(home, { args: ['--unknown-option', good, bad] });
  await studio.find('[data-testid=import-report][open]');
  await studio.says('[data-testid=import-report]', /broken\.png/);
  assert.deepEqual((await stickers(studio)).map(({ prompt }) => prompt), ['star & moon']);
});
