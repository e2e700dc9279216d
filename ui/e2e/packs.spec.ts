import { expect, test, type Locator, type Page } from '@playwright/test';
import { calls, cutOff, openScreen, setTextSize, settled, violations } from './studio';

const tiles = (page: Page): Locator => page.getByTestId('pack-grid').getByRole('option');
const chosen = (page: Page): Locator => page.getByTestId('pack-grid').getByRole('option', { selected: true });
const pack = (page: Page, title: string): Locator => page.getByRole('navigation', { name: 'Packs' }).getByRole('button', { name: new RegExp(`^${title}`) });

async function open(page: Page, options: Record<string, string> = {}) {
  await openScreen(page, 'packs', { jobs: 'none', speed: 'fast', ...options });
  await expect(tiles(page).first()).toBeVisible();
  await expect(page.getByTestId('platform-status')).toBeVisible();
}

const ids = (page: Page): Promise<string[]> => tiles(page).evaluateAll((all) => all.map((tile) => (tile as HTMLElement).dataset.id ?? ''));

type Change = { title: string; cover: string | null; stickers: { sticker: string; emoji: string[]; text: string }[] };

/** What was stored last. */
async function stored(page: Page): Promise<Change | undefined> {
  return (await calls(page, 'changePack')).at(-1)?.[1] as Change | undefined;
}

async function storedOrder(page: Page): Promise<string[] | undefined> {
  return (await stored(page))?.stickers.map((each) => each.sticker);
}

test.describe('the list', () => {
  test('begins empty with a way on', async ({ page }) => {
    await openScreen(page, 'packs', { empty: '1' });
    await page.getByTestId('first-pack').click();
    await expect(page.getByTestId('pack-title')).toBeFocused();
    await page.keyboard.type('Foxes');
    await expect(pack(page, 'Foxes')).toBeVisible();
    await expect(page.getByText('This pack is empty')).toBeVisible();
    await expect(page.getByTestId('export')).toBeDisabled();
    await expect(page.getByTestId('export-why')).toHaveText('An empty pack cannot be exported.');
    await expect.poll(() => stored(page)).toMatchObject({ title: 'Foxes' });
  });

  test('renames in its place, duplicates, deletes and undoes', async ({ page }) => {
    await open(page);
    await pack(page, 'Good mood').dblclick();
    await page.keyboard.type('Sunny');
    await page.keyboard.press('Enter');
    await expect(pack(page, 'Sunny')).toBeFocused();
    await expect(page.getByTestId('pack-title')).toHaveValue('Sunny');
    await page.keyboard.press('F2');
    await page.keyboard.type('Cloudy');
    await page.keyboard.press('Escape');
    await expect(pack(page, 'Sunny')).toBeFocused();

    await pack(page, 'Sunny').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Duplicate' }).click();
    await expect(page.getByTestId('pack-title')).toHaveValue('Sunny (copy)');
    await pack(page, 'Sunny \\(copy').focus();
    await page.keyboard.press('Delete');
    await expect(pack(page, 'Sunny \\(copy')).toHaveCount(0);
    await expect(pack(page, 'Sunny'), 'the keyboard goes on').toBeFocused();
    await page.getByTestId('undo-toast').filter({ hasText: 'deleted' }).getByRole('button', { name: 'Undo' }).click();
    await expect(pack(page, 'Sunny \\(copy')).toContainText('18 stickers');
  });
});

test.describe('the stickers', () => {
  test.beforeEach(({ page }) => open(page));

  test('are put in order by keys, which is said, stored and undone', async ({ page }) => {
    const before = await ids(page);
    await page.getByTestId('pack-grid').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await expect(chosen(page)).toHaveCount(2);
    await page.keyboard.press('Alt+ArrowRight');
    const after = [before[0], before[3], before[1], before[2], ...before.slice(4)];
    expect(await ids(page)).toEqual(after);
    await expect(page.getByText('2 stickers moved, the first to place 3 of 18')).toBeAttached();
    await expect.poll(() => storedOrder(page)).toEqual(after);
    await page.keyboard.press('Control+z');
    await expect.poll(() => ids(page)).toEqual(before);
    await page.keyboard.press('Alt+End');
    expect((await ids(page)).slice(-2)).toEqual(before.slice(1, 3));
  });

  test('are dragged to order; Escape puts them back', async ({ page }) => {
    const before = await ids(page);
    const drag = async (from: number, to: number) => {
      const [a, b] = [await tiles(page).nth(from).boundingBox(), await tiles(page).nth(to).boundingBox()];
      if (!a || !b) throw new Error('no tiles');
      await page.mouse.move(a.x + 50, a.y + 50);
      await page.mouse.down();
      await page.mouse.move(a.x + 70, a.y + 60);
      await page.mouse.move(b.x + 15, b.y + 60, { steps: 3 });
    };
    await drag(0, 6);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await ids(page)).toEqual(before);
    await drag(0, 6);
    await page.mouse.up();
    const after = [...before.slice(1, 6), before[0], ...before.slice(6)];
    expect(await ids(page)).toEqual(after);
    await expect.poll(() => storedOrder(page)).toEqual(after);
    await expect(chosen(page), 'the release is no click').toHaveCount(0);
  });

  test('are removed and come back', async ({ page }) => {
    const before = await ids(page);
    await tiles(page).nth(1).click();
    await tiles(page).nth(3).click({ modifiers: ['Control'] });
    await expect(page.getByTestId('pack-selection')).toContainText('2 selected');
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('pack-remove').click();
    await expect(tiles(page)).toHaveCount(16);
    await page.getByTestId('undo-toast').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => ids(page)).toEqual(before);
  });

  test('get another cover from their menu and from the head', async ({ page }) => {
    await tiles(page).nth(2).click();
    await page.keyboard.press('c');
    await expect(tiles(page).nth(2)).toHaveAccessibleName(/, Cover$/);
    await expect.poll(async () => (await stored(page))?.cover).toBe((await ids(page))[2]);
    await page.getByTestId('pack-cover').click();
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('cover-picker').getByRole('button').nth(4).click();
    await expect(tiles(page).nth(4)).toHaveAccessibleName(/, Cover/);
  });

  test('get emoji and a text, all by keys', async ({ page }) => {
    await page.getByTestId('pack-grid').focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const popover = page.getByTestId('emoji-popover');
    await expect(popover).toContainText('Choose 1 to 3 emoji');
    await expect(page.getByTestId('emoji-search')).toBeFocused();
    await expect(popover.getByRole('heading', { name: 'Suggested by the prompt' })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type('rocket');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('emoji-chosen')).toContainText('🚀');
    await page.keyboard.press('Escape');
    await expect(popover, 'the first Escape clears the search').toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await popover.getByTestId('sticker-text').fill('A fox flies');
    await page.keyboard.press('Enter');
    await expect(popover).toBeHidden();
    await expect(page.getByTestId('pack-grid')).toBeFocused();
    await expect(tiles(page).nth(4)).toHaveAccessibleName(/🚀/);
    await expect.poll(async () => (await stored(page))?.stickers[4]).toMatchObject({ emoji: ['🚀', expect.any(String)], text: 'A fox flies' });
  });

  test('get every missing emoji at once', async ({ page }) => {
    await page.getByTestId('suggest-all').click();
    await expect(page.getByTestId('suggest-all')).toBeHidden();
    await expect(tiles(page).filter({ has: page.locator('.none') })).toHaveCount(0);
    await expect(page.getByTestId('platform-status')).toContainText('Ready for Telegram');
  });
});

test('stickers are added from the library', async ({ page }) => {
  await open(page, { stickers: '600' });
  await page.keyboard.press('a');
  const picker = page.getByTestId('picker');
  const grid = picker.getByTestId('picker-grid');
  await expect(picker.getByTestId('picker-search')).toBeFocused();
  await expect(grid.getByRole('option').first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.type('sleepy');
  const options = grid.getByRole('option', { name: /sleepy/, disabled: false });
  await expect.poll(() => grid.getByRole('option').evaluateAll((all) => all.every((one) => one.ariaLabel?.includes('sleepy')))).toBe(true);
  await options.first().click();
  await grid.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(picker).toContainText('2 selected');
  await page.keyboard.press('Control+Enter');
  await expect(tiles(page)).toHaveCount(20);
  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click();
  await expect(tiles(page)).toHaveCount(18);
});

test.describe('the platforms', () => {
  test('say what they find, and a finding leads to its sticker', async ({ page }) => {
    await open(page);
    await expect(page.getByTestId('tab-telegram')).toHaveAccessibleName('Telegram 3 problems');
    await expect(page.getByTestId('tab-folder')).toHaveAccessibleName(/ready/);
    await page.getByTestId('tab-telegram').focus();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByTestId('tab-whatsapp')).toBeFocused();
    await expect(page.getByTestId('tab-whatsapp')).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByTestId('will-write')).toContainText('one .wastickers file');
    const finding = page.getByTestId('findings-blocks').getByTestId('finding-missingEmoji');
    await finding.getByRole('button', { name: /^Sticker 10:/ }).click();
    await expect(chosen(page)).toHaveAttribute('aria-posinset', '10');
    await expect(chosen(page)).toBeInViewport({ ratio: 0.9 });
    await expect(page.getByTestId('chat').locator('img').first()).toHaveCSS('width', '132px');
    for (const ground of ['Light', 'Dark', 'Chat wallpaper']) {
      await page.getByTestId('chat').getByText(ground, { exact: true }).click();
      expect.soft(await violations(page), ground).toEqual([]);
    }
  });

  test('are mended by one button, and taken back', async ({ page }) => {
    await open(page);
    await page.getByTestId('fix').click();
    await expect(page.getByTestId('fix-report')).toContainText('3 things fixed');
    await expect(page.getByTestId('platform-status')).toContainText('Ready for Telegram');
    await expect(page.getByTestId('fix')).toBeHidden();
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('fix-report').getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByTestId('platform-status')).toContainText('All 3 problems can be fixed for you');
  });

  test('split what is too long', async ({ page }) => {
    await open(page);
    await pack(page, 'Everything').click();
    await expect(page.getByTestId('will-write')).toContainText('2 (62 + 62)');
    await page.getByTestId('fix').click();
    await expect(pack(page, 'Everything for every day 2')).toContainText('62 stickers');
    await page.getByTestId('fix-report').getByRole('button', { name: 'Everything for every day 2' }).click();
    await expect(page.getByTestId('pack-title')).toHaveValue('Everything for every day 2');
  });

  test('refuse what no fix mends, and say why', async ({ page }) => {
    await open(page);
    await page.getByTestId('tab-line').click();
    await expect(page.getByTestId('export')).toBeDisabled();
    await expect(page.getByTestId('export-why')).toContainText('LINE takes 8, 16, 24, 32, 40 stickers');
  });
});

test.describe('the export', () => {
  test('shows what was written, sticker by sticker', async ({ page }) => {
    await open(page);
    await page.getByTestId('tab-whatsapp').click();
    await page.keyboard.press('Control+Enter');
    const result = page.getByTestId('export-result');
    await expect(result).toContainText('/home/mei/Documents/good-mood.wastickers');
    await expect(result).toContainText('3 things were mended in the files');
    expect(await violations(page)).toEqual([]);
    await result.getByRole('button', { name: 'Show in folder' }).click();
    await expect.poll(() => calls(page, 'revealExport')).toHaveLength(1);
    await page.getByTestId('export-details').click();
    const table = page.getByTestId('export-table');
    await expect(table.getByRole('row')).toHaveCount(19);
    await expect(table.getByRole('row').nth(1)).toContainText(/WEBP · 512 × 512.*kB.*None/);
    expect(await violations(page)).toEqual([]);
  });

  test('shows how far it is and can be stopped', async ({ page }) => {
    await open(page, { speed: 'slow' });
    await page.getByTestId('export').click();
    await expect(page.getByTestId('export-part').getByRole('progressbar')).not.toHaveAttribute('aria-valuenow', '0');
    await page.getByTestId('export-stop').click();
    await expect(page.getByText('Stopped; nothing was written')).toBeVisible();
    await expect(page.getByTestId('export')).toBeEnabled();
    expect(await calls(page, 'stopWork')).toHaveLength(1);
  });
});

test('what could not be stored is said and stored later', async ({ page }) => {
  await open(page, { fail: 'changePack:disk_full' });
  await page.getByTestId('pack-title').fill('Mine');
  await expect(page.getByTestId('pack-unsaved')).toContainText('The disk is full');
  expect(await violations(page)).toEqual([]);
  await page.evaluate(() => (window.__fake.options.fail = []));
  await expect(page.getByTestId('pack-unsaved')).toBeHidden();
});

test('a sheet is printed', async ({ page }) => {
  await open(page);
  await page.getByTestId('print-open').click();
  const dialog = page.getByTestId('print-dialog');
  await expect(dialog).toContainText('About 2 pages, 12 on each');
  expect(await violations(page)).toEqual([]);
  await dialog.getByTestId('print-stickerMm').fill('400');
  await expect(dialog.getByTestId('print')).toBeDisabled();
  await dialog.getByTestId('print-stickerMm').fill('30');
  await dialog.getByText('Die cut', { exact: true }).click();
  await dialog.getByText('Letter', { exact: true }).click();
  await dialog.getByTestId('print').click();
  await expect(page.getByTestId('print-result')).toContainText('sheet.pdf');
  const [printed] = await calls(page, 'printSheet');
  expect(printed?.[1]).toMatchObject({ paper: 'letter', cut: 'die', stickerMm: 30, marks: 'crop', copies: 1 });
  expect((printed?.[0] as string[]).length).toBe(18);
});

test('the library adds to a pack, from the batch bar and from a menu', async ({ page }) => {
  await openScreen(page, 'library', { jobs: 'none' });
  const stickers = page.getByTestId('grid').getByRole('option');
  await stickers.nth(5).click();
  await stickers.nth(7).click({ modifiers: ['Shift'] });
  await page.getByTestId('batch').getByRole('button', { name: 'Add to pack' }).click();
  const dialog = page.getByTestId('add-to-pack');
  await expect(dialog.getByRole('button', { name: /^Hello!/ })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: /^Hello!/ }).click();
  await expect(page.getByTestId('toast')).toContainText('3 stickers added to “Hello!”');
  await page.getByTestId('toast').getByRole('button', { name: 'Show pack' }).click();
  await expect(page.getByTestId('pack-title')).toHaveValue('Hello!');
  await expect(tiles(page)).toHaveCount(5);

  await page.getByTestId('nav-library').click();
  await stickers.nth(9).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Add to pack…' }).click();
  await dialog.getByTestId('new-pack-title').fill('Brand new');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('toast').last()).toContainText('1 sticker added to “Brand new”');
});

for (const theme of ['light', 'dark'] as const) {
  test(`${theme}: nothing is wrong for screen readers, in small windows or with large text`, async ({ page }) => {
    await open(page, { theme });
    expect.soft(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 900, height: 640 });
    await settled(page);
    expect.soft(await violations(page), 'at 900 x 640').toEqual([]);
    expect.soft(await cutOff(page), 'at 900 x 640').toEqual([]);
    await page.setViewportSize({ width: 720, height: 520 });
    await settled(page);
    expect.soft(await cutOff(page), 'in the smallest window').toEqual([]);
    await page.setViewportSize({ width: 1180, height: 780 });
    await setTextSize(page, 200);
    expect.soft(await cutOff(page), 'with text at 200 %').toEqual([]);
    await tiles(page).first().click();
    await page.keyboard.press('Enter');
    await settled(page);
    expect.soft(await cutOff(page), 'the popover with text at 200 %').toEqual([]);
  });
}

test('in Chinese', async ({ page }) => {
  await open(page, { lang: 'zh' });
  await expect(page.getByTestId('platform-status')).toContainText('3 个问题都可以自动修正');
  expect(await violations(page)).toEqual([]);
});
