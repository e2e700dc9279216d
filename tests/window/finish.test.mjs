// A picture becomes a sticker on the Finish screen, with the program's own renderer.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodedWidths, importPictures, sideways, stickers, windowTest } from './harness.mjs';
import { png } from './png.mjs';
import { Key, until } from './studio.mjs';

const RADIUS = 45;
const THICK = 24;
const width = '[data-testid=effect-outline] input[type=range]';

/** A red disc with a soft edge; around it nothing. */
const disc = png(128, (x, y) => {
  const cover = Math.min(1, Math.max(0, RADIUS + 0.5 - Math.hypot(x - 63.5, y - 63.5)));
  return [220, 40, 60, Math.round(255 * cover)];
});

/** What is to be seen on the stage: along the middle row from the left first white, then red; how much there is of shadow. */
function seen(studio) {
  return studio.run(`
    const canvas = document.querySelector('[data-testid=result]');
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const at = (x, y) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
    const row = Array.from({ length: width }, (_, x) => at(x, height / 2));
    const white = ([r, g, b, a]) => r > 250 && g > 250 && b > 250 && a > 250;
    const red = ([r, g, b, a]) => r > 180 && g < 90 && b < 110 && a > 250;
    const first = row.findIndex(red);
    let shadow = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] < 20 && data[i + 1] < 20 && data[i + 3] > 8) shadow += 1;
    const pixels = new Uint32Array(data.buffer);
    return {
      size: [width, height], corner: data[3], middle: at(width / 2, height / 2), outline: row.slice(0, first).filter(white).length, red: row.filter(red).length, shadow,
      hash: pixels.reduce((sum, pixel) => (Math.imul(sum, 31) + pixel) | 0, 7),
    };`);
}

/** What is seen once it looks like this. */
const looks = (studio, right, what) => until(async () => {
  const now = await seen(studio);
  if (right(now)) return now;
  throw new Error(JSON.stringify(now));
}, what);

/** Draws over the stage, in parts of the picture's sides. */
async function draw(studio, ...places) {
  const box = await studio.run('const { left, top, width, height } = document.querySelector("[data-testid=result]").getBoundingClientRect(); return { left, top, width, height }');
  const moves = places.map(([x, y], index) => ({ type: 'pointerMove', origin: 'viewport', x: Math.round(box.left + x * box.width), y: Math.round(box.top + y * box.height), duration: index === 0 ? 0 : 60 }));
  const [begin, ...way] = moves;
  const actions = [begin, { type: 'pointerDown', button: 0 }, ...way, { type: 'pointerUp', button: 0 }];
  await studio.call('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }] });
}

windowTest('a picture is cut out, retouched, saved as a sticker and as a drawing', async ({ home, start }) => {
  let studio = await start(home);
  const file = join(home, 'disc.png');
  writeFileSync(file, disc);
  const [source] = await importPictures(studio, file);
  await studio.click(`[data-testid="sticker-${source.id}"]`);
  await studio.click('[data-testid=finish]');
  await studio.find('[data-testid=result][data-edits=false]');

  // The default preset: a white outline around the disc, a shadow, nothing in the corners.
  const cut = await looks(studio, ({ outline }) => outline > 0, 'the result is on the stage');
  assert.deepEqual(cut.size, [512, 512]);
  assert.equal(cut.corner, 0, 'the corner is transparent');
  assert.ok(cut.outline > 10 && cut.outline < 30, `a white outline of ${cut.outline} pixels`);
  assert.ok(cut.red > 380, `the disc is ${cut.red} pixels wide`);
  assert.ok(cut.shadow > 200, `${cut.shadow} pixels of shadow`);
  assert.equal(await studio.attribute('[data-testid=preset-die-cut]', 'aria-selected'), 'true');
  const thumbs = '[role=listbox] [data-testid^=preset-] canvas';
  await until(async () => (await studio.count(thumbs)) === (await studio.count('[role=listbox] [data-testid^=preset-]')), 'every preset shows what it does');

  // A wider outline: by the slider's keys and by its box.
  await studio.click('[data-testid=open-outline]');
  await studio.run('document.querySelector(arguments[0]).focus()', width);
  await studio.press(Key.right, Key.right, Key.right, Key.right);
  const wider = await looks(studio, ({ outline, hash }) => outline > cut.outline && hash !== cut.hash, 'arrow keys make the outline wider');
  await studio.run('document.querySelector("[data-testid=effect-outline] input[type=text]").select()');
  await studio.press(...String(THICK), Key.enter);
  const thick = await looks(studio, ({ outline }) => outline > wider.outline + 3, 'a number makes it wider still');
  assert.equal(thick.corner, 0);
  assert.ok(thick.red < cut.red, 'the picture gives way, so that all of it fits the canvas');

  // An effect off and, by Ctrl+Z, on again.
  await studio.click('[data-testid=on-shadow]');
  await looks(studio, ({ shadow }) => shadow === 0, 'the shadow is gone');
  await studio.press([Key.control, 'z']);
  await looks(studio, ({ hash }) => hash === thick.hash, 'undo brings back the same picture');
  assert.equal(await studio.run('return document.querySelector("[data-testid=on-shadow]").checked'), true);

  // The eraser works on the picture as it came.
  await studio.run('document.activeElement.blur()');
  await studio.press('e');
  await studio.find('[data-testid=result][data-edits=true]');
  await looks(studio, ({ size, middle }) => size[0] === 128 && middle[3] === 255, 'the source is on the stage');
  await studio.press(']', ']', ']', ']');
  await draw(studio, [0.45, 0.5], [0.5, 0.5], [0.55, 0.5]);
  await looks(studio, ({ middle }) => middle[3] === 0, 'the brush takes the middle away');
  await studio.says('.status', /1 edit/);
  await studio.press('v');
  await studio.find('[data-testid=result][data-edits=false]');
  const holed = await looks(studio, ({ size, middle, red }) => size[0] === 512 && middle[3] === 0 && red < thick.red - 60, 'the sticker has a hole');
  await studio.press([Key.control, 'z']);
  await looks(studio, ({ hash }) => hash === thick.hash, 'undo fills it');
  await studio.press([Key.control, Key.shift, 'z']);
  await looks(studio, ({ hash }) => hash === holed.hash, 'redo opens it again');

  // In a small window all of it is still to be reached.
  await studio.resize(900, 640);
  assert.deepEqual(await sideways(studio), []);
  assert.ok(await studio.run('const [box, save] = ["[data-testid=stage]", "[data-testid=finish-save]"].map((each) => document.querySelector(each).getBoundingClientRect()); return box.height > 200 && box.bottom <= innerHeight && save.right <= innerWidth'), 'stage and button are in the window');
  await studio.resize(1180, 780);
  assert.deepEqual(await sideways(studio), []);

  // Saved as a new sticker, which knows what it was made of.
  await studio.press([Key.control, 's']);
  await studio.clickText('Show in Library', '[data-testid=toast]');
  const made = await until(async () => (await stickers(studio)).find(({ id }) => id !== source.id), 'there is a new sticker');
  await studio.find(`[data-testid="sticker-${made.id}"][aria-selected=true]`);
  assert.deepEqual(await decodedWidths(studio, [made.id]), [512]);
  const kept = await studio.invoke('finish_of', { id: made.id });
  assert.deepEqual([kept.finished, kept.source.id], [true, source.id]);
  assert.deepEqual(kept.finish.edits.map(({ kind }) => kind), ['erase']);
  assert.equal(kept.finish.effects.find(({ kind }) => kind === 'outline').width, THICK);
  const pixels = await studio.runAsync(`
    const image = new Image();
    image.src = 'sticker://localhost/full/' + args[0];
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];`, made.id);
  assert.deepEqual(pixels, holed.size);
  const untouched = (await stickers(studio)).find(({ id }) => id === source.id);
  assert.deepEqual(untouched, source, 'the picture itself stays as it came');

  // The finished one opens with its finish, not with another outline around it.
  await studio.click('[data-testid=finish]');
  await studio.find('[data-testid=result][data-edits=false]');
  await looks(studio, ({ hash }) => hash === holed.hash, 'it looks as it was saved');

  // A preset of one's own.
  await studio.click('[data-testid=finish-more]');
  await studio.clickText('Save as preset…', '[role=menu]');
  await studio.find('[data-testid=preset-dialog][open]');
  await studio.press(...'Thick', Key.enter);
  await studio.gone('[data-testid=preset-dialog][open]');
  await studio.find('[data-testid=preset-Thick][aria-selected=true]');

  // As a drawing.
  const drawing = join(home, 'disc.svg');
  studio.dialogs.choose(drawing);
  await studio.click('[data-testid=finish-more]');
  await studio.clickText('Save as SVG…', '[role=menu]');
  await studio.click('[data-testid=svg-save]');
  await studio.gone('[data-testid=svg-dialog][open]');
  const svg = readFileSync(drawing, 'utf8');
  assert.match(svg, /<svg[\s\S]*<path/);
  assert.doesNotMatch(svg, /<image/, 'nothing but areas');
  await studio.close();

  // At the next start the screen is as it was left, and the preset is there.
  studio = await start(home);
  await studio.goTo('finish');
  await studio.find('[data-testid=result][data-edits=false]');
  await looks(studio, ({ hash }) => hash === holed.hash, 'the same sticker is open');
  await studio.click('[data-testid=preset-clean]');
  await looks(studio, ({ outline, shadow }) => outline === 0 && shadow === 0, 'another preset takes the outline away');
  await studio.click('[data-testid=preset-Thick]');
  await looks(studio, ({ hash }) => hash === holed.hash, 'the own preset brings it back');
  await studio.close();

  // What was chosen is opened, not what was open the last time.
  studio = await start(home);
  await studio.goTo('library');
  await studio.click(`[data-testid="sticker-${source.id}"]`);
  await studio.click('[data-testid=finish]');
  await looks(studio, ({ hash }) => hash === cut.hash, 'the chosen one is on the stage');
});
