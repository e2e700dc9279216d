// Everything without a mouse.
import assert from 'node:assert/strict';
import { jobOf, make, stickers, windowTest } from './harness.mjs';
import { Key, until } from './studio.mjs';

const mod = (key) => [Key.control, key];

/** What has the focus, as a screen reader would name it. */
function focused(studio) {
  return studio.run(`
    const element = document.activeElement;
    return element.dataset.testid ?? element.getAttribute('aria-label') ?? element.closest('label')?.textContent.trim() ?? element.textContent.trim().slice(0, 40);`);
}

/** Presses Tab (or Shift+Tab) until this has the focus. */
async function tabTo(studio, wanted, key = Key.tab) {
  const passed = [];
  for (let presses = 0; presses < 60; presses += 1) {
    const now = await focused(studio);
    if (wanted.test(now)) return passed;
    passed.push(now);
    await studio.press(key);
  }
  throw new Error(`Tab never comes to ${wanted}: ${passed.join(' > ')}`);
}

const screen = (studio, name) => studio.find(`main[data-screen=${name}]`);

windowTest('the window is worked without a mouse', async ({ home, start }) => {
  const studio = await start(home);

  // From a prompt to stickers, and what can be done with a tile.
  await studio.press(...'a proud rooster');
  await tabTo(studio, /^count$/);
  await studio.press(Key.up, Key.down, Key.down, Key.down);
  await studio.says('[data-testid=make]', /Make 2 stickers/);
  await studio.press(mod(Key.enter));
  await studio.find('article[data-state=done]', 40_000);
  const ids = (await stickers(studio)).map(({ id }) => id);
  assert.equal(ids.length, 2);
  await tabTo(studio, /^a proud rooster/);
  assert.equal(await studio.run('return document.activeElement.matches(":focus-visible") && getComputedStyle(document.activeElement).outlineStyle !== "none"'), true, 'the focus is to be seen');
  await studio.press('f', '4');
  await until(async () => {
    const [{ favourite, rating }] = await stickers(studio);
    return favourite && rating.quality === 4;
  }, 'the first sticker is a favourite of quality 4');
  await studio.press(Key.right, Key.delete);
  await until(async () => (await stickers(studio)).length === 1, 'the second one is in the trash');
  await studio.press(mod('z'));
  await until(async () => (await stickers(studio)).length === 2, 'and back');
  await studio.run('document.querySelector("[data-testid=tile-0] [data-sticker]").focus()');
  await studio.press(Key.enter);
  await studio.find('[data-testid=viewer][open]');
  await studio.press(Key.escape);
  await studio.gone('[data-testid=viewer][open]');
  await studio.press('v');
  const job = await until(async () => (await studio.invoke('queue')).jobs[1], 'variations are a job');
  await studio.find(`[data-testid="job-${job.id}"][data-state=done]`, 60_000);
  assert.equal((await jobOf(studio, job.id)).tiles.length, 4);

  await make(studio, { prompt: 'a jam jar' });

  // The screens, and the sheet that tells the keys.
  for (const [index, name] of ['create', 'review', 'library', 'finish', 'packs', 'models', 'settings'].entries()) {
    await studio.press(mod(String(index + 1)));
    await screen(studio, name);
  }
  await studio.press('?');
  await studio.find('[data-testid=shortcut-sheet][open]');
  const told = await studio.text('[data-testid=shortcut-sheet]');
  for (const title of ['Create', 'Review', 'Library']) assert.match(told, new RegExp(title));
  await studio.press(mod('1'));
  assert.equal(await studio.has('main[data-screen=settings]'), true, 'keys belong to the sheet while it is open');
  await studio.press(Key.escape);
  await studio.gone('[data-testid=shortcut-sheet][open]');

  // Settings: another theme with the arrows.
  await studio.press(mod('7'));
  await tabTo(studio, /^(System|As the system|Light|Dark)$/i);
  const before = await studio.attribute('html', 'data-theme');
  await studio.press(Key.right, Key.right);
  await until(async () => (await studio.attribute('html', 'data-theme')) === 'dark', `the theme was ${before} and becomes dark`);

  // Library: search, choose, rate, tag, compare.
  await studio.press(mod('3'));
  await screen(studio, 'library');
  const shown = (count) => until(async () => (await studio.count('[data-testid=grid] [role=option]')) === count, `${count} stickers are shown`);
  await shown(7);
  await studio.press('/');
  assert.equal(await focused(studio), 'search');
  await studio.press(...'rooster');
  await shown(6);
  await studio.press(Key.down);
  assert.equal(await focused(studio), 'grid');
  await studio.press(Key.home, '5');
  await until(async () => (await stickers(studio, { order: 'newest', text: 'rooster' }))[0].rating.quality === 5, 'the first one has quality 5');
  await studio.press([Key.shift, Key.right], [Key.shift, Key.right]);
  await studio.says('[data-testid=batch] [role=status]', /3/);
  await studio.press('t');
  await studio.find('[data-testid=tag-dialog][open]');
  await studio.press(...'farm', Key.enter);
  await studio.gone('[data-testid=tag-dialog][open]');
  await until(async () => (await stickers(studio, { tag: 'farm' })).length === 3, 'three have the tag');
  await studio.press(Key.home, [Key.shift, Key.right], 'c');
  await studio.find('[data-testid=compare][open]');
  await studio.press(Key.escape);
  await studio.gone('[data-testid=compare][open]');
  await studio.press(mod('a'), Key.delete);
  await until(async () => (await stickers(studio)).length === 1, 'all that were found are in the trash');
  await studio.press(mod('z'));
  await until(async () => (await stickers(studio)).length === 7, 'all are back');

  // Review: every key, and undo.
  await studio.press(mod('2'));
  await screen(studio, 'review');
  await studio.find('[data-testid=review-card]');
  const [unrated] = await stickers(studio, { unrated: true });
  await studio.press('w', '3');
  await until(async () => (await stickers(studio)).find(({ id }) => id === unrated.id).rating.alignment === 'weak', 'the first one is weak');
  await studio.press('z', 'z');
  await until(async () => {
    const { rating } = (await stickers(studio)).find(({ id }) => id === unrated.id);
    return rating.alignment === null && rating.quality === null;
  }, 'both keys are taken back');

  // Models: by Tab to the button.
  await studio.press(mod('6'));
  await screen(studio, 'models');
  await studio.find('[data-testid^=model-]');
  await tabTo(studio, /^add-model$/);
  await studio.press(Key.enter);
  await until(() => studio.dialogs.asked.length === 1, 'Enter opens the dialog');

  // And the rail itself.
  await tabTo(studio, /^nav-create$/, [Key.shift, Key.tab]);
  await studio.press(Key.enter);
  await screen(studio, 'create');
});

windowTest('keys are not lost to text boxes, and text boxes keep theirs', async ({ home, start }) => {
  const studio = await start(home);
  const [id] = await make(studio, { prompt: 'a quiet mouse' });
  await studio.press(...'f? 1/5 z');
  assert.equal(await studio.run('return document.querySelector("[data-testid=prompt]").value'), 'f? 1/5 z');
  assert.equal(await studio.has('[data-testid=shortcut-sheet][open]'), false);
  const [sticker] = await stickers(studio);
  assert.deepEqual([sticker.id, sticker.favourite, sticker.rating.quality], [id, false, null]);
  // The history of prompts, from an empty box.
  await studio.press(mod('a'), Key.delete, Key.up);
  await studio.says('[role=menu]', /a quiet mouse/);
  await studio.press(Key.enter);
  await until(async () => (await studio.run('return document.querySelector("[data-testid=prompt]").value')) === 'a quiet mouse', 'the old prompt is back');
  assert.equal(await focused(studio), 'prompt');
});
