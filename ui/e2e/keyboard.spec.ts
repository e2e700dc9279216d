import { expect, test, type Page } from '@playwright/test';
import { calls, openScreen, screens } from './studio';

/** Presses Tab until what has the focus matches; fails after `most` steps. */
async function tabTo(page: Page, selector: string, most = 60): Promise<void> {
  for (let step = 0; step < most; step++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${selector}`);
}

test('every screen is reached by its number, and its keys work at once', async ({ page }) => {
  await openScreen(page, 'create');
  for (const [index, screen] of [...screens.entries()].reverse()) {
    await page.keyboard.press(`Control+${index + 1}`);
    await expect(page.locator('main')).toHaveAttribute('data-screen', screen);
    await expect(page.locator('h1').first()).toBeVisible();
  }
});

test('every screen is reached by Tab and Enter', async ({ page }) => {
  await openScreen(page, 'settings');
  for (const screen of screens) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await tabTo(page, `[data-testid="nav-${screen}"]`, 200);
    await page.keyboard.press('Enter');
    await expect(page.locator('main')).toHaveAttribute('data-screen', screen);
  }
});

for (const screen of screens) {
  test(`${screen}: Tab goes through everything, shows where it is, and comes round`, async ({ page }) => {
    await openScreen(page, screen, { stickers: '24' });
    const seen = new Set<string>();
    const hidden: string[] = [];
    for (let step = 0; step < 150; step++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const ring = (one: Element | null) => {
          if (!one) return false;
          return [null, '::after'].some((part) => {
            const { outlineStyle, outlineWidth } = getComputedStyle(one, part);
            return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
          });
        };
        // A radio or a tile may show the ring on the box around it or on the picture beside it.
        const around = element.closest('label');
        const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
        const shown = ring(element) || ring(around) || [around, active].some((box) => [...(box?.querySelectorAll('*') ?? [])].some(ring)) || ring(active);
        const path = [...document.querySelectorAll('*')].indexOf(element);
        return { path: String(path), shown, name: element.outerHTML.slice(0, 160) };
      });
      if (at === null) break;
      if (seen.has(at.path)) break;
      seen.add(at.path);
      if (!at.shown) hidden.push(at.name);
    }
    expect(hidden).toEqual([]);
    expect(seen.size).toBeGreaterThan(5);
    expect(seen.size).toBeLessThan(150);
  });
}

test('Create: a prompt is written and made, and a sticker marked, without the mouse', async ({ page }) => {
  await openScreen(page, 'create', { speed: 'fast', jobs: 'none' });
  await page.keyboard.press('/');
  await page.keyboard.type('a fox with an umbrella');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-made=true]').first()).toBeVisible();
  await expect.poll(async () => (await calls(page, 'submitDraft')).length).toBe(1);
  await expect(page.locator('[data-made=true]')).toHaveCount(4);
  await tabTo(page, '[data-made=true], [data-made=true] *');
  await page.keyboard.press('f');
  await expect.poll(async () => (await calls(page, 'setFavourite')).at(-1)?.[1]).toBe(true);
});

test('Library: searched, walked, chosen, deleted and brought back without the mouse', async ({ page }) => {
  await openScreen(page, 'library', { stickers: '60' });
  await page.keyboard.press('/');
  await expect(page.getByTestId('search')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowRight');
  const chosen = page.getByTestId('grid').getByRole('option', { selected: true });
  await expect(chosen).toHaveCount(2);
  await page.keyboard.press('Delete');
  await expect(page.getByTestId('undo-toast')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await calls(page, 'restore')).length).toBe(1);
});

test('Review: a whole pass without the mouse', async ({ page }) => {
  await openScreen(page, 'review', { stickers: '6', jobs: 'none' });
  for (let index = 0; index < 6; index++) await page.keyboard.type('q5');
  await expect(page.getByTestId('review-summary')).toBeVisible();
  await tabTo(page, 'main button');
});

test('Models: a weight preview and a rename without the mouse', async ({ page }) => {
  await openScreen(page, 'models');
  await tabTo(page, '[data-testid^="adapter-menu"], [data-testid^="adapter-menu"] *, [aria-haspopup="menu"]');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('rename-adapter')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('rename-adapter')).toBeHidden();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('weight-preview')).toBeVisible();
  await page.keyboard.type('a fox');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await calls(page, 'submitDraft')).length).toBe(1);
});

test('Settings: theme, device and memory without the mouse', async ({ page }) => {
  await openScreen(page, 'settings', { theme: 'light' });
  await tabTo(page, 'input[type=radio][value=light]');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await tabTo(page, 'input[type=radio][name=device]');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('input[name=device][value="gpu:0"]')).toBeChecked();
  await tabTo(page, '[data-testid="memory-limit"]');
  await page.keyboard.type('1024');
  await expect.poll(async () => (await calls(page, 'changeSettings')).at(-1)).toMatchObject([
    { theme: 'dark', device: 'gpu:0', memoryLimitMb: 1024 },
  ]);
});

test('? shows every shortcut of every screen, Escape closes it, and focus returns', async ({ page }) => {
  await openScreen(page, 'library');
  await page.keyboard.press('?');
  const sheet = page.getByTestId('shortcut-sheet');
  for (const title of ['Everywhere', 'Create', 'Review', 'Library']) {
    await expect(sheet.getByRole('heading', { name: title, exact: true })).toBeVisible();
  }
  await expect(sheet).toContainText('Strong match');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await page.keyboard.press('/');
  await expect(page.getByTestId('search')).toBeFocused();
});

test('? is a question mark where text is written', async ({ page }) => {
  await openScreen(page, 'create');
  await page.getByTestId('prompt').fill('');
  await page.getByTestId('prompt').press('?');
  await expect(page.getByTestId('prompt')).toHaveValue('?');
  await expect(page.getByTestId('shortcut-sheet')).toBeHidden();
});
