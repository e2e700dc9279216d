import { expect, test, type Locator, type Page } from '@playwright/test';

type Called = { name: string; args: unknown[] }[];

const tiles = (page: Page): Locator => page.getByTestId('grid').getByRole('option');
const chosen = (page: Page): Locator => page.getByTestId('grid').getByRole('option', { selected: true });
const header = (page: Page): Locator => page.locator('main header');

async function open(page: Page, query = '?stickers=300&jobs=none') {
  await page.goto(`/mock.html${query}#library`);
  await expect(tiles(page).first()).toBeVisible();
}

async function idOf(tile: Locator): Promise<string> {
  return (await tile.getAttribute('data-id')) ?? '';
}

async function calls(page: Page, name: string): Promise<unknown[][]> {
  const all = await page.evaluate(() => (globalThis as unknown as { __fake: { called: Called } }).__fake.called);
  return all.filter((call) => call.name === name).map((call) => call.args);
}

test.describe('ten thousand stickers', () => {
  test.beforeEach(({ page }) => open(page, '?stickers=10000&jobs=none'));

  test('scroll with few elements in the page', async ({ page }) => {
    await expect(tiles(page).first()).toHaveAttribute('aria-setsize', /^9\d\d\d$/);
    const grid = page.getByTestId('grid');
    const height = await grid.evaluate((box) => box.scrollHeight);
    let most = 0;
    for (let i = 0; i <= 40; i++) {
      await grid.evaluate((box, top) => void (box.scrollTop = top), (height * i) / 40);
      await page.evaluate(() => new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame))));
      most = Math.max(most, await grid.evaluate((box) => box.querySelectorAll('*').length));
      expect(await tiles(page).count()).toBeGreaterThan(0);
    }
    expect(most).toBeLessThan(900);
    await expect(tiles(page).last()).toHaveAttribute('aria-posinset', (await tiles(page).last().getAttribute('aria-setsize')) ?? '');
    await expect(tiles(page).last().locator('img')).toBeVisible();
    expect((await calls(page, 'stickers')).length).toBeLessThan(60);
  });

  test('go by keys to either end', async ({ page }) => {
    await tiles(page).first().click();
    await page.keyboard.press('End');
    const count = await tiles(page).first().getAttribute('aria-setsize');
    await expect(chosen(page)).toHaveAttribute('aria-posinset', count ?? '');
    await expect(chosen(page)).toBeInViewport({ ratio: 0.9 });
    await page.keyboard.press('Home');
    await expect(chosen(page)).toHaveAttribute('aria-posinset', '1');
    await expect(chosen(page)).toBeInViewport({ ratio: 0.9 });
  });

  test('are searched while typing', async ({ page }) => {
    await page.keyboard.press('/');
    await expect(page.getByTestId('search')).toBeFocused();
    await page.keyboard.type('sleepy ghos');
    await expect.poll(() => tiles(page).evaluateAll((all) => all.every((tile) => tile.getAttribute('aria-label')?.includes('a sleepy ghost')))).toBe(true);
    await expect(header(page)).not.toContainText(/9,\d{3}/);
    await page.keyboard.press('ArrowDown');
    await expect(page.getByTestId('grid')).toBeFocused();
    await page.getByTestId('search').fill('no such sticker');
    await expect(page.getByText('No sticker fits')).toBeVisible();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect(header(page)).toContainText(/9,\d{3} stickers/);
  });

  test('are all chosen and changed at once, and put back by undo', async ({ page }) => {
    await tiles(page).first().click();
    await page.keyboard.press('Control+a');
    await expect(page.getByTestId('batch')).toContainText(/9,\d{3} selected/);
    await page.getByTestId('batch-trash').click();
    await expect(page.getByText('Every sticker you make lands here')).toBeVisible();
    await page.getByTestId('undo-toast').getByRole('button', { name: 'Undo' }).click();
    await expect(tiles(page).first()).toHaveAttribute('aria-setsize', /^9\d\d\d$/);
  });
});

test('the mouse chooses one, some and a range', async ({ page }) => {
  await open(page);
  await tiles(page).nth(1).click();
  await expect(chosen(page)).toHaveCount(1);
  await tiles(page).nth(5).click({ modifiers: ['Shift'] });
  await expect(chosen(page)).toHaveCount(5);
  await tiles(page).nth(3).click({ modifiers: ['Control'] });
  await expect(chosen(page)).toHaveCount(4);
  await tiles(page).nth(0).click();
  await expect(chosen(page)).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(chosen(page)).toHaveCount(0);
});

test('the keyboard does, too', async ({ page }) => {
  await open(page);
  await page.getByTestId('grid').focus();
  await page.keyboard.press('ArrowRight');
  await expect(chosen(page)).toHaveAttribute('aria-posinset', '2');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  const columns = await tiles(page).evaluateAll((all) => all.filter((tile) => tile.getBoundingClientRect().top === all[0]?.getBoundingClientRect().top).length);
  await expect(chosen(page)).toHaveCount(columns + 2);
  await page.keyboard.press('Control+ArrowRight');
  await page.keyboard.press('Control+ArrowRight');
  await page.keyboard.press('Control+Space');
  await expect(chosen(page)).toHaveCount(columns + 3);
  const active = await page.getByTestId('grid').getAttribute('aria-activedescendant');
  expect(active).toBe(await chosen(page).last().getAttribute('id'));
});

test('to the trash, undo, restore and empty', async ({ page }) => {
  await open(page);
  const first = await idOf(tiles(page).first());
  const second = await idOf(tiles(page).nth(1));
  await tiles(page).first().click();
  await page.keyboard.press('Delete');
  await expect(page.getByTestId(`sticker-${first}`)).toHaveCount(0);
  await expect(page.getByTestId('grid')).toHaveAttribute('aria-activedescendant', `sticker-${second}`);
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId(`sticker-${first}`)).toBeVisible();

  await page.getByTestId(`sticker-${second}`).click();
  await page.getByTestId('trash-button').click();
  await expect(page.getByTestId('grid')).toBeFocused();
  await page.getByTestId('place-trash').click();
  await page.getByTestId(`sticker-${second}`).click();
  await page.getByTestId('detail').getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByTestId(`sticker-${second}`)).toHaveCount(0);

  await page.getByTestId('empty-trash').click();
  const ask = page.getByTestId('ask-empty-trash');
  await ask.getByRole('button', { name: 'Cancel' }).click();
  expect(await calls(page, 'emptyTrash')).toHaveLength(0);
  await page.getByTestId('empty-trash').click();
  await ask.getByRole('button', { name: 'Empty trash' }).click();
  await expect(page.getByText('The trash is empty')).toBeVisible();
});

test('batch actions: favourite, rate, tag, set, export', async ({ page }) => {
  await open(page);
  await tiles(page).nth(0).click();
  await tiles(page).nth(3).click({ modifiers: ['Shift'] });
  const ids = await chosen(page).evaluateAll((all) => all.map((tile) => tile.getAttribute('data-id')));

  await page.getByTestId('batch-favourite').click();
  await expect(page.getByTestId('grid').locator('[aria-selected="true"] .star.on')).toHaveCount(4);

  await page.getByTestId('batch-rate').click();
  await page.getByRole('menuitem', { name: 'Strong match' }).click();
  await page.keyboard.press('5');
  await expect(page.getByTestId('grid').getByRole('option', { name: /Strong match, Quality 5 of 5/, selected: true })).toHaveCount(4);

  await page.keyboard.press('t');
  await page.getByTestId('tag-dialog').getByLabel('Tag').fill('for release');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('undo-toast')).toContainText('4 stickers tagged');

  await page.getByTestId('batch-set').click();
  await page.getByRole('menuitem', { name: 'New set' }).click();
  await page.getByTestId('set-dialog').getByLabel('Name of the set').fill('Launch');
  await page.keyboard.press('Enter');
  const launch = page.getByRole('button', { name: /^Launch/ });
  await expect(launch).toContainText('4');

  await page.getByTestId('batch-export').click();
  await page.getByRole('menuitem', { name: 'Export with recipes' }).click();
  await expect(page.getByText('4 stickers exported to')).toBeVisible();
  expect(await calls(page, 'exportStickers')).toEqual([[ids, true]]);

  await launch.click();
  await expect(tiles(page)).toHaveCount(4);
  await page.getByTestId('filters').click();
  await page.getByTestId('filter-tag').selectOption('for release');
  await expect(page.getByTestId('filter-chips')).toContainText('Tag: for release');
  await expect(tiles(page)).toHaveCount(4);
});

test('sets are made, renamed, deleted and undone', async ({ page }) => {
  await open(page);
  await page.getByTestId('new-set').click();
  const dialog = page.getByTestId('set-dialog');
  await dialog.getByLabel('Name of the set').fill('for mei');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('there is a set of that name already', { exact: false })).toBeVisible();
  await dialog.getByLabel('Name of the set').fill('Cats');
  await page.keyboard.press('Enter');
  await expect(page.getByText('This set is empty')).toBeVisible();

  await page.getByRole('button', { name: 'Actions for the set For Mei' }).click();
  await page.getByRole('menuitem', { name: 'Rename set' }).click();
  await dialog.getByLabel('Name of the set').fill('For Mei and Jo');
  await page.keyboard.press('Enter');
  const set = page.getByRole('button', { name: /^For Mei and Jo/ });
  const before = (await set.textContent()) ?? '';
  await page.getByRole('button', { name: 'Actions for the set For Mei and Jo' }).click();
  await page.getByRole('menuitem', { name: 'Delete set' }).click();
  await expect(set).toHaveCount(0);
  await page.getByTestId('undo-toast').getByRole('button', { name: 'Undo' }).click();
  await expect(set).toHaveText(before);
});

test('in a narrow window a set is renamed and deleted from the menu of places', async ({ page }) => {
  await page.setViewportSize({ width: 800, height: 700 });
  await open(page);
  const places = page.getByTestId('place-menu');
  await places.click();
  await expect(page.getByRole('menuitem', { name: 'Delete set' })).toHaveCount(0);
  await page.getByRole('menuitemcheckbox', { name: 'For Mei' }).click();
  await places.click();
  await page.getByRole('menuitem', { name: 'Rename set' }).click();
  await page.getByTestId('set-dialog').getByLabel('Name of the set').fill('For Mei and Jo');
  await page.keyboard.press('Enter');
  await expect(places).toContainText('For Mei and Jo');
  await places.click();
  await page.getByRole('menuitem', { name: 'Delete set' }).click();
  await expect(places).toContainText('All stickers');
  await expect(page.getByTestId('undo-toast')).toContainText('For Mei and Jo');
});

test('an imported sticker becomes the start picture of the form as it stands', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Control+1');
  await page.getByTestId('prompt').fill('a brave teapot');
  await page.keyboard.press('Control+3');
  await page.getByTestId('filters').click();
  await page.getByLabel('Origin').selectOption('imported');
  await expect(tiles(page).first()).toHaveAttribute('aria-label', /holiday/);
  await tiles(page).first().click();
  await page.getByTestId('detail').getByRole('button', { name: 'Use as start picture' }).click();
  await expect(page.getByTestId('start-picture')).toBeVisible();
  await expect(page.getByTestId('prompt')).toHaveValue('a brave teapot');
  expect(await calls(page, 'draftOf')).toHaveLength(0);
});

test('a start picture chosen before Create was ever shown is kept', async ({ page }) => {
  await open(page);
  await tiles(page).first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Use as start picture' }).click();
  await expect(page.getByTestId('start-picture')).toBeVisible();
  await expect(page.getByTestId('prompt')).toHaveValue('a happy fox');
});

test('two are compared', async ({ page }) => {
  await open(page);
  await tiles(page).nth(0).click();
  await tiles(page).nth(2).click({ modifiers: ['Control'] });
  await page.keyboard.press('c');
  const compare = page.getByTestId('compare');
  await expect(compare.getByRole('row', { name: /Seed/ })).toHaveClass(/differs/);
  const rows = await compare.getByRole('row').count();
  await compare.getByText('Only what differs').click();
  expect(await compare.getByRole('row').count()).toBeGreaterThan(rows);

  const moved = compare.locator('.moved');
  await compare.locator('.frame').first().hover();
  await page.mouse.wheel(0, -300);
  await expect(moved.first()).toHaveAttribute('style', /scale\([2-9]/);
  expect(await moved.first().getAttribute('style')).toBe(await moved.last().getAttribute('style'));
  await compare.getByRole('group', { name: 'Right: arrow keys move the picture' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(moved.first()).toHaveAttribute('style', /translate\(-[\d.]+%, -[\d.]+%\)/);
  expect(await moved.first().getAttribute('style')).toBe(await moved.last().getAttribute('style'));
  await compare.getByText('Difference', { exact: true }).click();
  await expect(compare.locator('.over')).toHaveCSS('mix-blend-mode', 'difference');
  await page.keyboard.press('Escape');
  await expect(compare).toBeHidden();
});

test('the details: rating, tags, recipe, recreate', async ({ page }) => {
  await open(page);
  await page.getByTestId('filters').click();
  await page.getByLabel('Origin').selectOption('made');
  await tiles(page).nth(0).click();
  const detail = page.getByTestId('detail');
  await expect(detail.getByTestId('detail-prompt')).toHaveText((await tiles(page).nth(0).getAttribute('aria-label'))?.split(',')[0] ?? '');
  await detail.getByTestId('add-tag').fill('mine');
  await page.keyboard.press('Enter');
  await expect(detail.getByTestId('tags')).toContainText('mine');
  await expect(detail.getByTestId('recipe')).toContainText('Sampler');
  await detail.getByTestId('recreate').click();
  await expect(page.getByText('1 sticker is being made')).toBeVisible();
  await detail.getByRole('button', { name: 'Edit and redo' }).click();
  await expect(page.getByTestId('prompt')).toBeFocused();
});

test('an import says what was refused', async ({ page }) => {
  await open(page);
  const before = Number(await tiles(page).first().getAttribute('aria-setsize'));
  await page.getByTestId('import').click();
  const report = page.getByTestId('import-report');
  await expect(report).toContainText('2 stickers imported');
  await expect(report).toContainText('notes.pdf');
  await report.getByRole('button', { name: 'Show' }).click();
  await expect(tiles(page).first()).toHaveAttribute('aria-setsize', String(before + 2));
  await expect(chosen(page)).toHaveCount(1);
});

test('files held over the window and dropped are imported', async ({ page }) => {
  await open(page);
  const drag = (type: string) =>
    page.evaluate((name) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'cat.png'));
      document.body.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
    }, type);
  await drag('dragenter');
  await expect(page.getByTestId('drop')).toBeVisible();
  await drag('drop');
  await expect(page.getByTestId('drop')).toBeHidden();
  await expect(page.getByTestId('import-report')).toBeVisible();
});

test('what cannot be done is said', async ({ page }) => {
  await open(page, '?stickers=50&fail=exportStickers:disk_full,trash:internal');
  await tiles(page).nth(0).click();
  const id = await idOf(tiles(page).nth(0));
  await page.keyboard.press('Delete');
  await expect(page.getByText('studio made a mistake', { exact: false })).toBeVisible();
  await expect(page.getByTestId(`sticker-${id}`)).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.getByTestId('batch-export').click();
  await page.getByRole('menuitem', { name: 'Export without recipes' }).click();
  await expect(page.getByText('disk is full', { exact: false })).toBeVisible();
});
