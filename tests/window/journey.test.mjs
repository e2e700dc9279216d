// The way of a person from the first start to the second.
import assert from 'node:assert/strict';
import { decodedWidths, fillForm, make, stickers, windowTest } from './harness.mjs';
import { Key, until } from './studio.mjs';

/** A number that changes with the picture on a tile's canvas, and how many colours it has. */
const canvasOf = (tile) => `
  const canvas = document.querySelector('[data-testid=${tile}] canvas[data-drawn]');
  if (!canvas) return null;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint32Array(data.buffer);
  return { hash: pixels.reduce((sum, pixel) => (Math.imul(sum, 31) + pixel) | 0, 7), colours: new Set(pixels).size };`;

windowTest('from the first start to stickers that are still there at the second', async ({ home, start }) => {
  let studio = await start(home);
  await studio.find('[data-testid=first-run-hint]');
  assert.equal(await studio.run('return document.activeElement.dataset.testid'), 'prompt', 'the prompt box has the focus');

  // A prompt, typed; previews that change; four stickers.
  await studio.press(...'cat with sunglasses');
  await studio.says('[data-testid=make]', /^\s*Make 4 stickers/);
  await studio.click('[data-testid=make]');
  const first = await until(() => studio.run(canvasOf('tile-0')), 'a preview is drawn on the first tile');
  assert.ok(first.colours > 50, `the preview shows something: ${first.colours} colours`);
  await until(async () => {
    const now = await studio.run(canvasOf('tile-0'));
    return now && now.hash !== first.hash;
  }, 'the preview changes while it forms');
  await studio.says('[data-testid=job-state]', /Step \d+ of 25/);
  await until(async () => (await studio.count('[data-made=true]')) === 4, 'four stickers are made', 40_000);
  await studio.find('article[data-state=done]');
  await studio.says('[data-testid=announcer]', /4 stickers are ready/);
  assert.equal(await studio.has('canvas[data-drawn]'), false, 'stickers take the place of previews');
  await until(
    () => studio.run('const shown = [...document.querySelectorAll("[data-made=true] img")]; return shown.length === 4 && shown.every((image) => image.complete && image.naturalWidth > 0)'),
    'the four pictures are shown',
  );
  const cats = (await stickers(studio)).map(({ id }) => id);
  assert.equal(cats.length, 4);
  const [ghost] = await make(studio, { prompt: 'a happy ghost' });

  // A favourite, by the star on its tile.
  const star = `[data-testid=tile-0]:has([data-sticker="${cats[0]}"]) [data-testid=tile-favourite]`;
  await studio.find(star);
  await studio.hover(`[data-sticker="${cats[0]}"]`);
  await studio.click(star);
  await until(async () => (await studio.attribute(star, 'aria-pressed')) === 'true', 'the star is filled');

  // A review by keys alone; the last one stays without a rating.
  await studio.goTo('review');
  await studio.find('[data-testid=review-card]');
  await studio.says('[data-testid=review-place]', /1\s*of 5/);
  await studio.press('q', '4', 'w', '2', 'e', '1', '5', 'q', Key.space);
  await studio.find('[data-testid=review-summary]');
  await until(async () => {
    const given = (await stickers(studio)).map(({ rating }) => [rating.alignment, rating.quality]);
    assert.deepEqual(given, [['strong', 4], ['weak', 2], ['fail', 1], ['strong', 5], [null, null]]);
    return true;
  }, 'the ratings are in the library');

  // Search.
  await studio.goTo('library');
  const shown = async (count) => until(async () => (await studio.count('[data-testid=grid] [role=option]')) === count, `${count} stickers are shown`);
  await shown(5);
  await studio.fill('[data-testid=search]', 'sunglas');
  await shown(4);
  assert.equal(await studio.has(`[data-testid="sticker-${ghost}"]`), false);
  await studio.fill('[data-testid=search]', 'ghost');
  await shown(1);
  await studio.find(`[data-testid="sticker-${ghost}"]`);
  await studio.fill('[data-testid=search]', 'submarine');
  await shown(0);
  await studio.press([Key.control, 'a'], Key.backspace);
  await shown(5);

  // The trash, taken back by the toast and by the key.
  await studio.click(`[data-testid="sticker-${cats[1]}"]`);
  await studio.says('[data-testid=detail-prompt]', /^cat with sunglasses$/);
  await studio.press(Key.delete);
  await studio.find('[data-testid=undo-toast]');
  await shown(4);
  assert.deepEqual((await stickers(studio, { trash: true })).map(({ id }) => id), [cats[1]]);
  await studio.clickText('Undo', '[data-testid=undo-toast]');
  await shown(5);
  await studio.click(`[data-testid="sticker-${ghost}"]`);
  await studio.press(Key.delete);
  await shown(4);
  await studio.press([Key.control, 'z']);
  await shown(5);
  assert.deepEqual(await stickers(studio, { trash: true }), []);

  // What is typed now, stays typed.
  await studio.goTo('create');
  await fillForm(studio, { prompt: 'a draft that stays', count: 7 });
  const before = await stickers(studio);
  await studio.close();

  studio = await start(home);
  await until(async () => (await studio.run('return document.querySelector("[data-testid=prompt]").value')) === 'a draft that stays', 'the draft is back');
  await studio.says('[data-testid=make]', /^\s*Make 7 stickers/);
  assert.equal(await studio.has('[data-testid=first-run-hint]'), false, 'it is no first start any more');
  assert.deepEqual(await stickers(studio), before, 'stickers, ratings and the favourite are as they were');
  assert.deepEqual(before.map(({ favourite }) => favourite), [true, false, false, false, false]);
  assert.deepEqual((await studio.invoke('start')).repairs, [], 'a window that is closed leaves nothing to repair');
  assert.deepEqual(await decodedWidths(studio, [...cats, ghost]), [128, 128, 128, 128, 128]);
  await until(async () => (await studio.count('article[data-state=done]')) === 2, 'both jobs are listed');
  await studio.goTo('library');
  await until(async () => (await studio.count('[data-testid=grid] [role=option]')) === 5, 'the library shows them');
});
