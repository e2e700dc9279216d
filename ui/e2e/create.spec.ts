import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { FakeHooks } from '../src/backend/fake';

async function open(page: Page, query = '?jobs=none&speed=fast') {
  await page.goto(`/mock.html${query}`);
  await expect(page.locator('html[data-ready]')).toBeAttached();
}

/** The arguments of every call of this command so far. */
function calls(page: Page, name: string): Promise<unknown[][]> {
  return page.evaluate((wanted) => {
    const { called } = (globalThis as unknown as { __fake: FakeHooks }).__fake;
    return called.filter((each) => each.name === wanted).map((each) => JSON.parse(JSON.stringify(each.args)) as unknown[]);
  }, name);
}

const prompt = (page: Page) => page.getByTestId('prompt');
const job = (page: Page) => page.locator('article').first();
const made = (page: Page) => job(page).locator('[data-made=true]');

async function make(page: Page, text: string) {
  await prompt(page).fill(text);
  await page.getByTestId('make').click();
}

test('from a prompt by previews to four stickers', async ({ page }) => {
  await open(page, '?jobs=none');
  await expect(prompt(page)).toBeFocused();
  await prompt(page).fill('a cat in a teacup');
  await expect(page.getByTestId('make')).toHaveText('Make 4 stickers');
  await page.keyboard.press('Control+Enter');
  await expect(job(page).getByRole('heading')).toHaveText('a cat in a teacup');
  await expect(page.locator('canvas[data-drawn]').first()).toBeVisible();
  await expect(page.getByTestId('job-state')).toContainText(/Step \d+ of 25/);
  await expect(job(page).getByRole('progressbar')).toBeVisible();
  await expect(made(page)).toHaveCount(4);
  await expect(page.getByTestId('announcer')).toHaveText('4 stickers are ready');
});

test('says what is wrong with a prompt, beside it, and sends nothing', async ({ page }) => {
  await open(page);
  await prompt(page).fill('');
  await page.getByTestId('make').click();
  await expect(page.getByRole('alert')).toContainText('Write what the sticker should show');
  await expect(prompt(page)).toHaveAttribute('aria-invalid', 'true');
  await prompt(page).fill('{red|blue cat');
  await expect(page.getByRole('alert')).toContainText('wildcard');
  await page.getByTestId('make').click();
  expect(await calls(page, 'submitDraft')).toHaveLength(0);
});

test('ideas fill the prompt, or several become jobs', async ({ page }) => {
  await open(page);
  const first = page.getByTestId('idea-0');
  const text = await first.textContent();
  await first.click();
  await expect(prompt(page)).toHaveValue(text?.trim() ?? '');
  await page.getByTestId('idea-1').click({ modifiers: ['Shift'] });
  await page.getByTestId('idea-2').click({ modifiers: ['Shift'] });
  await expect(page.getByTestId('make-ideas')).toHaveText('Make these 2');
  await page.getByTestId('make-ideas').click();
  await expect(page.locator('article')).toHaveCount(2);
  const drafts = (await calls(page, 'submitDraft')).map(([draft]) => (draft as { bucket: string }).bucket);
  expect(drafts).toEqual(['action', 'scene']);
});

test('a double click on the ideas makes each of them once', async ({ page }) => {
  await open(page);
  await expect(page.getByText('Shift-click collects several')).toBeVisible();
  await page.getByTestId('make-ideas').dblclick();
  await expect(page.locator('article')).toHaveCount(6);
  expect(await calls(page, 'submitDraft')).toHaveLength(6);
});

test('the last draft is read before one is kept', async ({ page }) => {
  await open(page, '?jobs=none&latency=600');
  await expect(prompt(page)).toHaveValue('a happy fox');
  await expect.poll(() => calls(page, 'checkDraft')).toHaveLength(1);
  expect(await calls(page, 'checkDraft')).toMatchObject([[{ prompt: 'a happy fox' }]]);
});

test('a number that Rust would not take turns its box red', async ({ page }) => {
  await open(page);
  const red = async (testid: string, text: string) => {
    const box = page.getByTestId(testid);
    await box.fill(text);
    await expect(box).toHaveValue(text);
    await expect(box).toHaveAttribute('aria-invalid', 'true');
  };
  await page.getByTestId('advanced').locator('summary').click();
  for (const text of ['2.5', '-1', '99999999999']) {
    await red('count', text);
    await red('steps', text);
    await red('seed', text);
    await expect(page.getByText('This is not a whole number from 0 to 4,294,967,295')).toHaveCount(3);
  }
  await page.getByRole('button', { name: 'Reset to model defaults' }).click();
  await expect(page.getByTestId('steps')).toHaveValue('');
  await expect(page.getByTestId('steps')).toHaveAttribute('aria-invalid', 'false');
  const seed = page.getByTestId('seed');
  await expect(seed).toHaveValue('');
  await expect(seed).toHaveAttribute('aria-invalid', 'false');
  await page.getByTestId('count').fill('');
  await expect(page.getByTestId('count')).toHaveValue('');
  await expect(page.getByTestId('count')).toHaveAttribute('aria-invalid', 'true');
  await page.getByTestId('count').press('ArrowUp');
  await expect(page.getByTestId('count')).toHaveValue('2');
  for (const [draft] of await calls(page, 'checkDraft')) {
    const { count, seed: sent, steps } = draft as { count: number; seed: number | null; steps: number | null };
    for (const number of [count, sent ?? 0, steps ?? 0]) expect(Number.isInteger(number) && number >= 0 && number < 2 ** 32).toBe(true);
  }
});

test('an edited idea has no bucket', async ({ page }) => {
  await open(page);
  await page.getByTestId('idea-0').click();
  await prompt(page).press('End');
  await prompt(page).pressSequentially(' at night');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('article')).toHaveCount(1);
  expect((await calls(page, 'submitDraft'))[0]?.[0]).toMatchObject({ bucket: null });
});

test('earlier prompts come with the up arrow', async ({ page }) => {
  await open(page);
  await prompt(page).fill('');
  await prompt(page).press('ArrowUp');
  const menu = page.getByRole('menu', { name: 'Earlier prompts' });
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  const text = await menu.getByRole('menuitem').nth(1).textContent();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(prompt(page)).toHaveValue(text?.trim() ?? '');
  await expect(prompt(page)).toBeFocused();
});

test('moods and grids are one job each', async ({ page }) => {
  await open(page);
  await prompt(page).fill('a fox');
  await page.getByText('Moods', { exact: true }).click();
  await page.getByTestId('mood-sad').click();
  await page.getByTestId('mood-happy').click();
  await expect(page.getByTestId('make')).toHaveText('Make 2 stickers');
  await page.getByText('Grid', { exact: true }).click();
  await page.getByLabel('Across').selectOption('steps');
  await page.getByLabel('Values').fill('10-20/5, 40');
  await page.getByLabel('Down').selectOption('guidance');
  await expect(page.getByTestId('make')).toHaveText('Make 12 stickers');
  await page.getByLabel('Values').first().fill('ten');
  await expect(page.getByRole('alert').first()).toContainText('Numbers with commas');
  await page.getByTestId('make').click();
  expect(await calls(page, 'submitDraft')).toHaveLength(0);
  await page.getByLabel('Values').first().fill('10, 20');
  await page.getByTestId('make').click();
  await expect(made(page)).toHaveCount(6);
  expect((await calls(page, 'submitDraft'))[0]?.[0]).toMatchObject({
    count: 1,
    plan: { kind: 'grid', columns: { setting: 'steps', values: [10, 20] }, rows: { setting: 'guidance', values: [2, 4, 6] } },
  });
});

test('advanced settings, a locked seed and adapters reach the draft', async ({ page }) => {
  await open(page);
  await page.getByTestId('seed-lock').click();
  await page.getByTestId('seed').fill('42');
  await page.getByText('Advanced').click();
  await page.getByTestId('negative').fill('text');
  await page.getByTestId('steps').fill('12');
  await page.getByTestId('guidance').press('ArrowUp');
  await page.getByRole('switch').click();
  await page.getByTestId('add-adapter').click();
  await page.getByRole('menuitem').first().click();
  await page.getByRole('slider').press('ArrowRight');
  await make(page, 'a frog');
  await expect(page.locator('article')).toHaveCount(1);
  expect((await calls(page, 'submitDraft'))[0]?.[0]).toMatchObject({
    prompt: 'a frog',
    seed: 42,
    negativePrompt: 'text',
    steps: 12,
    guidance: 4.5,
    transparent: false,
    adapters: [{ weight: 0.85 }],
  });
});

test('a tile by keys: favourite, quality, delete, undo', async ({ page }) => {
  await open(page);
  await make(page, 'a star');
  await expect(made(page)).toHaveCount(4);
  const tiles = job(page).locator('[data-sticker]');
  await tiles.first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(tiles.nth(1)).toBeFocused();
  await page.keyboard.press('f');
  await expect(job(page).getByTestId('tile-favourite').nth(1)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('4');
  await expect.poll(() => calls(page, 'rate')).toMatchObject([[expect.anything(), { alignment: null, quality: 4 }]]);
  await page.keyboard.press('Delete');
  await expect(page.getByTestId('undo-toast')).toContainText('moved to the trash');
  await expect(tiles).toHaveCount(3);
  await page.keyboard.press('Control+z');
  await expect(tiles).toHaveCount(4);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(job(page).getByTestId('tile-favourite').nth(1)).toHaveAttribute('aria-pressed', 'false');
});

test('a tile’s menu: variations, start, edit and redo', async ({ page }) => {
  await open(page);
  await make(page, 'a ghost');
  await expect(made(page)).toHaveCount(4);
  const tile = job(page).locator('[data-sticker]').first();
  const choose = async (name: string) => {
    await tile.click({ button: 'right' });
    await page.getByRole('menuitem', { name }).click();
  };
  await choose('Use as start picture');
  await expect(page.getByTestId('start-picture')).toBeVisible();
  await choose('Copy picture');
  await expect(page.getByTestId('toast')).toContainText('Copied');
  await choose('Save without the recipe');
  await expect.poll(() => calls(page, 'saveStickerAs')).toMatchObject([[expect.anything(), false]]);
  await prompt(page).fill('something else');
  await choose('Edit and redo');
  await expect(prompt(page)).toHaveValue('a ghost');
  await choose('Variations');
  await expect(page.locator('article')).toHaveCount(2);
});

test('looking large, with arrows and rating', async ({ page }) => {
  await open(page, '?jobs=some');
  await job(page).locator('[data-sticker]').first().focus();
  await page.keyboard.press('Enter');
  const viewer = page.getByTestId('viewer');
  await expect(viewer).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await viewer.getByRole('button', { name: 'Strong match' }).click();
  await expect(viewer.getByRole('button', { name: 'Strong match' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await expect(viewer).toBeHidden();
});

test('dragging a tile hands its file to the system', async ({ page }) => {
  await open(page, '?jobs=some');
  const box = await job(page).locator('[data-sticker]').first().boundingBox();
  if (!box) throw new Error('no tile');
  await page.mouse.move(box.x + 50, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + 53, box.y + 53);
  expect(await calls(page, 'dragStickers')).toHaveLength(0);
  await page.mouse.move(box.x + 90, box.y + 60);
  await expect.poll(() => calls(page, 'dragStickers')).toHaveLength(1);
  await page.mouse.up();
});

test('jobs: pause, reorder, resume, retry, remove', async ({ page }) => {
  await open(page, '?jobs=all&speed=slow');
  const of = (title: string) => page.locator('article').filter({ has: page.getByRole('heading', { name: title }) });
  await expect(of('a cool hamburger').getByRole('alert')).toContainText('The GPU stopped answering');
  await page.getByTestId('pause-queue').click();
  await expect(page.getByText('The queue is paused.')).toBeVisible();
  await of('a surprised star').getByTestId('job-up').click();
  await expect.poll(() => calls(page, 'moveJob')).toHaveLength(1);
  await of('a surprised star').getByTestId('job-cancel').click();
  await expect(of('a surprised star')).toHaveAttribute('data-state', 'cancelled');
  await of('a surprised star').getByTestId('job-remove').click();
  await expect(of('a surprised star')).toHaveCount(0);
  await of('a cool hamburger').getByTestId('job-retry').click();
  await expect(of('a cool hamburger')).toHaveAttribute('data-state', 'queued');
  await of('an octopus in love').getByTestId('job-resume').click();
  await expect(of('an octopus in love')).not.toHaveAttribute('data-state', 'interrupted');
});

test('a failed job says what to do', async ({ page }) => {
  await open(page, '?jobs=none&speed=fast&fail=disk');
  await make(page, 'a cloud');
  await expect(job(page)).toHaveAttribute('data-state', 'failed');
  await expect(job(page).getByRole('alert')).toContainText('The disk is full');
});

test('a refused command is told in a toast', async ({ page }) => {
  await open(page, '?jobs=none&fail=submitDraft');
  await make(page, 'a cloud');
  await expect(page.locator('[data-tone=error]')).toContainText('The studio made a mistake');
});

test('keys go everywhere, and the sheet lists them', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Control+3');
  await expect(page.locator('main')).toHaveAttribute('data-screen', 'library');
  await page.keyboard.press('Control+1');
  await expect(prompt(page)).toBeFocused();
  await page.locator('main').focus();
  await page.keyboard.press('?');
  const sheet = page.getByTestId('shortcut-sheet');
  await expect(sheet.getByRole('heading', { name: 'Create' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});

test('the form outlives a visit elsewhere', async ({ page }) => {
  await open(page);
  await prompt(page).fill('half a thought');
  await page.getByTestId('nav-settings').click();
  await page.getByTestId('nav-create').click();
  await expect(prompt(page)).toHaveValue('half a thought');
});

for (const theme of ['light', 'dark']) {
  for (const lang of ['en', 'zh']) {
    test(`is accessible, ${theme}, ${lang}`, async ({ page }) => {
      await open(page, `?jobs=all&theme=${theme}&lang=${lang}`);
      await page.locator('[data-testid=advanced] summary').click();
      await page.locator('[data-sticker]').first().focus();
      await page.waitForTimeout(400);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${String(node.target)} ${node.failureSummary ?? ''}`).join('; ')}`)).toEqual([]);
    });
  }
}

test('large text and a small window keep everything in reach', async ({ page }) => {
  await page.setViewportSize({ width: 720, height: 520 });
  await open(page, '?jobs=all');
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('main, .create, .fields, .jobs')].filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.className),
  );
  expect(wide).toEqual([]);
  await page.getByTestId('make').scrollIntoViewIfNeeded();
  await expect(page.getByTestId('make')).toBeInViewport();
});

test('menus and toasts can be reached while a dialog is open', async ({ page }) => {
  await open(page, '?jobs=some');
  await job(page).locator('[data-sticker]').first().click();
  const viewer = page.getByTestId('viewer');
  await viewer.getByTestId('ground').click();
  await page.getByRole('menuitemcheckbox', { name: 'Chat wallpaper' }).click();
  await expect(viewer.locator('[data-ground=wallpaper]')).toBeVisible();
  await viewer.getByRole('button', { name: 'Actions for this sticker' }).click();
  await page.getByRole('menuitem', { name: 'Copy picture' }).click();
  await page.keyboard.press('Escape');
  await expect(viewer).toBeHidden();
  const toast = page.getByTestId('toast');
  await expect(toast).toContainText('Copied');
  await toast.getByRole('button', { name: 'Close' }).click();
  await expect(toast).toHaveCount(0);
});

test('deleting by key goes on to the next sticker', async ({ page }) => {
  await open(page, '?jobs=some');
  const tiles = job(page).locator('[data-sticker]');
  await tiles.first().focus();
  const second = await tiles.nth(1).getAttribute('data-sticker');
  await page.keyboard.press('Delete');
  await expect(tiles).toHaveCount(3);
  await expect(page.locator(`[data-sticker="${second}"]`)).toBeFocused();
  await job(page).getByRole('button', { name: 'Restore' }).click();
  await expect(tiles).toHaveCount(4);
  await expect(tiles.first()).toBeFocused();
});
