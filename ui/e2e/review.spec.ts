import { expect, test, type Page } from '@playwright/test';
import { calls, openScreen, ratingSent, settled } from './studio';

const card = (page: Page) => page.getByTestId('review-card');
const cardId = async (page: Page): Promise<string> => (await card(page).getAttribute('data-id')) ?? '';

test('rates with keys, goes on by itself, and the library gets it', async ({ page }) => {
  await openScreen(page, 'review');
  const first = await cardId(page);
  await page.keyboard.press('q');
  await expect(page.getByTestId('verdict-strong')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('4');
  await expect(card(page)).not.toHaveAttribute('data-id', first);
  await expect(page.getByTestId('review-place')).toContainText('2');
  await expect.poll(() => ratingSent(page, first)).toEqual({ alignment: 'strong', quality: 4 });
});

test('undo returns to the sticker and takes the rating back in the library', async ({ page }) => {
  await openScreen(page, 'review');
  const first = await cardId(page);
  await page.keyboard.type('w2f');
  await page.keyboard.press('z');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Control+z');
  await expect(card(page)).toHaveAttribute('data-id', first);
  await expect(page.getByTestId('verdict-weak')).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(() => ratingSent(page, first)).toEqual({ alignment: null, quality: null });
});

test('the mouse does the same, and leaves the space bar to the review', async ({ page }) => {
  await openScreen(page, 'review');
  const first = await cardId(page);
  await page.getByTestId('verdict-fail').click();
  await page.getByTestId('review-favourite').click();
  await page.keyboard.press('Space');
  await expect(card(page)).not.toHaveAttribute('data-id', first);
  await expect.poll(() => ratingSent(page, first)).toEqual({ alignment: 'fail', quality: null });
  await expect.poll(() => calls(page, 'setFavourite')).toEqual([[[first], true]]);
  await page.getByTestId('review-blind').click();
  const second = await cardId(page);
  await page.keyboard.press('Space');
  await expect(card(page)).not.toHaveAttribute('data-id', second);
  await expect(page.getByTestId('review-blind')).toBeChecked();
});

for (const latency of [4, 250]) {
  test(`no key is lost at ten stickers a second, a command taking ${latency} ms`, async ({ page }) => {
    await openScreen(page, 'review', { latency: String(latency) });
    const count = 40;
    const seen: string[] = [];
    for (let index = 0; index < count; index++) {
      seen.push(await cardId(page));
      await page.keyboard.press('qwe'[index % 3] ?? 'q', { delay: 0 });
      await page.keyboard.press(String(1 + (index % 5)), { delay: 0 });
    }
    expect(new Set(seen).size).toBe(count);
    await expect(page.getByTestId('review-place')).toContainText(String(count + 1));
    const alignments = ['strong', 'weak', 'fail'];
    for (const index of [0, 1, 17, 38, 39]) {
      await expect
        .poll(() => ratingSent(page, seen[index] ?? ''), { timeout: 30_000 })
        .toEqual({ alignment: alignments[index % 3], quality: 1 + (index % 5) });
    }
  });
}

test('ten thousand unrated: two keys and the next sticker on the page within a frame', async ({ page }) => {
  await openScreen(page, 'review', { stickers: '10000' });
  const times = await page.evaluate(async () => {
    const shown = () => document.querySelector<HTMLElement>('[data-testid="review-card"]');
    const press = (key: string) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    const out: number[] = [];
    for (let index = 0; index < 60; index++) {
      const id = shown()?.dataset['id'];
      const before = performance.now();
      press('q');
      press('5');
      await Promise.resolve();
      // Laid out, not only changed.
      if (shown()?.offsetHeight === 0 || shown()?.dataset['id'] === id) throw new Error('the next sticker is not shown');
      out.push(performance.now() - before);
      await new Promise((done) => requestAnimationFrame(done));
    }
    return out.sort((a, b) => a - b);
  });
  const median = times[30] ?? Infinity;
  test.info().annotations.push({ type: 'two keys, median ms', description: median.toFixed(1) });
  expect(median).toBeLessThan(50);
});

test('a failing library is said, and no rating is lost once it works again', async ({ page }) => {
  await openScreen(page, 'review', { fail: 'rate:disk_full' });
  const first = await cardId(page);
  await page.keyboard.type('q5w1');
  await expect(page.getByTestId('review-unsaved')).toContainText(/disk is full/i);
  await page.evaluate(() => void (window.__fake.options.fail.length = 0));
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByTestId('review-unsaved')).toBeHidden();
  await expect.poll(() => ratingSent(page, first)).toEqual({ alignment: 'strong', quality: 5 });
});

test('blind hides the recipe, and is remembered', async ({ page }) => {
  await openScreen(page, 'review');
  await expect(page.getByTestId('review-recipe')).toBeVisible();
  await page.getByTestId('review-blind').click();
  await expect(page.getByTestId('review-recipe')).toBeHidden();
  await page.reload();
  await settled(page);
  await expect(page.getByTestId('review-blind')).toBeChecked();
  await expect(page.getByTestId('review-recipe')).toBeHidden();
});

test('S asks for a set once, then adds to it; a new one is made by keyboard alone', async ({ page }) => {
  await openScreen(page, 'review');
  const first = await cardId(page);
  await page.keyboard.press('s');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByTestId('review-new-set').getByRole('textbox').fill('Rainy days');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('review-set')).toContainText('In Rainy days');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('review-set')).toContainText('Add to Rainy days');
  const second = await cardId(page);
  await page.keyboard.press('s');
  await expect(page.getByTestId('review-set')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(async () => (await calls(page, 'addToSet')).map(([, ids]) => ids)).toEqual([[first], [second]]);
});

test('the end sums up, undo goes back into it, and another scope begins anew', async ({ page }) => {
  await openScreen(page, 'review', { stickers: '12' });
  const total = Number((await page.getByTestId('review-place').textContent())?.match(/of (\d+)/)?.[1]);
  for (let index = 0; index < total; index++) await page.keyboard.type('q5');
  await expect(page.getByTestId('review-summary')).toContainText(`You rated ${total} stickers.`);
  await page.keyboard.press('z');
  await expect(card(page)).toBeVisible();
  await page.keyboard.press('5');
  await page.getByRole('button', { name: 'Review what is unrated' }).click();
  await expect(page.getByText('Nothing to review')).toBeVisible();
  await page.getByTestId('review-scope').selectOption('all');
  await expect(page.getByTestId('review-place')).toContainText(/of 1\d/);
});

test('the place is kept while another screen is looked at', async ({ page }) => {
  await openScreen(page, 'review');
  await page.keyboard.type('q5w4');
  const third = await cardId(page);
  await page.keyboard.press('Control+7');
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await page.keyboard.press('Control+2');
  await expect(card(page)).toHaveAttribute('data-id', third);
  await page.keyboard.press('Space');
  await expect(card(page)).not.toHaveAttribute('data-id', third);
});

test('what was rated in the library meanwhile is shown, and no part of it is written over', async ({ page }) => {
  await openScreen(page, 'review', { stickers: '60' });
  await page.keyboard.type('q5');
  const here = await cardId(page);
  await page.keyboard.press('Control+3');
  const tile = page.getByTestId(`sticker-${here}`);
  await page.getByTestId('grid').focus();
  await page.keyboard.press('End');
  await expect(page.getByTestId('grid').getByRole('option').last()).toBeVisible();
  await tile.click();
  await page.getByTestId('detail').getByRole('button', { name: 'Weak match' }).click();
  await expect.poll(() => ratingSent(page, here)).toEqual({ alignment: 'weak', quality: null });
  await page.keyboard.press('Control+2');
  await expect(card(page)).toHaveAttribute('data-id', here);
  await expect(page.getByTestId('verdict-weak')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('3');
  await expect.poll(() => ratingSent(page, here)).toEqual({ alignment: 'weak', quality: 3 });
});

test('a scope whose set is gone gives way to what is unrated', async ({ page }) => {
  await openScreen(page, 'review');
  await page.evaluate(() => localStorage.setItem('studio.review', JSON.stringify({ scope: 'set:gone' })));
  await page.reload();
  await settled(page);
  await expect(page.getByTestId('review-scope')).toHaveValue('unrated');
  await expect(card(page)).toBeVisible();
});

test('a library that cannot be read is said, with a way to try again', async ({ page }) => {
  await openScreen(page, 'review', { fail: 'stickerIds' });
  await expect(page.getByText('The stickers could not be listed')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
});
