import { expect, test, type Page } from '@playwright/test';
import { cutOff, openScreen, screens, setTextSize, settled, violations, type Screen } from './studio';

type Scene = { name: string; screen: Screen; options?: Record<string, string>; open?: (page: Page) => Promise<void> };

const firstSticker = (page: Page) => page.getByTestId('grid').locator('[data-testid^="sticker-"]').first();

async function adapterMenu(page: Page, item: RegExp) {
  await page.getByTestId(/^adapter-menu-/).first().click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Everything a person can have in front of them: screens, states, menus and dialogs. */
const scenes: Scene[] = [
  ...screens.map((screen): Scene => ({ name: screen, screen })),
  { name: 'create, first start', screen: 'create', options: { empty: '1' } },
  { name: 'create, jobs in every state', screen: 'create', options: { jobs: 'all' } },
  {
    name: 'create, advanced open',
    screen: 'create',
    open: async (page) => {
      for (const summary of await page.locator('summary').all()) await summary.click();
    },
  },
  { name: 'library refused', screen: 'create', options: { refused: '1' } },
  { name: 'library, empty', screen: 'library', options: { empty: '1' } },
  { name: 'library, a sticker chosen', screen: 'library', open: (page) => firstSticker(page).click() },
  {
    name: 'library, context menu',
    screen: 'library',
    open: (page) => firstSticker(page).click({ button: 'right' }),
  },
  { name: 'library, import report', screen: 'library', open: (page) => page.evaluate(() => window.__fake.drop()) },
  {
    name: 'library, compare',
    screen: 'library',
    open: async (page) => {
      await firstSticker(page).click();
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('c');
      await expect(page.getByTestId('compare')).toBeVisible();
    },
  },
  { name: 'review, rated', screen: 'review', open: (page) => page.keyboard.type('q4wf') },
  { name: 'review, blind', screen: 'review', open: (page) => page.getByTestId('review-blind').click() },
  { name: 'review, nothing to do', screen: 'review', options: { empty: '1' } },
  { name: 'review, sets', screen: 'review', open: (page) => page.keyboard.press('s') },
  {
    name: 'review, new set',
    screen: 'review',
    open: async (page) => {
      for (const key of ['s', 'End', 'Enter']) await page.keyboard.press(key);
      await expect(page.getByTestId('review-new-set')).toBeVisible();
    },
  },
  {
    name: 'review, unsaved',
    screen: 'review',
    options: { fail: 'rate:disk_full' },
    open: async (page) => {
      await page.keyboard.type('q4');
      await expect(page.getByTestId('review-unsaved')).toBeVisible();
    },
  },
  {
    name: 'review, summary',
    screen: 'review',
    options: { stickers: '8', jobs: 'none' },
    open: async (page) => {
      for (let index = 0; index < 8; index++) await page.keyboard.type('q4');
      await expect(page.getByTestId('review-summary')).toBeVisible();
    },
  },
  { name: 'models, none added', screen: 'models', options: { empty: '1' } },
  {
    name: 'models, weight preview',
    screen: 'models',
    open: (page) => page.getByRole('button', { name: /^Weight preview/ }).first().click(),
  },
  { name: 'models, rename', screen: 'models', open: (page) => adapterMenu(page, /^Rename/) },
  { name: 'models, delete', screen: 'models', open: (page) => adapterMenu(page, /^Delete/) },
  {
    name: 'models, remove',
    screen: 'models',
    open: (page) => page.getByRole('button', { name: /^Remove/ }).first().click(),
  },
  {
    name: 'settings, tested and wrong',
    screen: 'settings',
    options: { speed: 'fast', jobs: 'none' },
    open: async (page) => {
      await page.getByTestId('test-cpu').click();
      await expect(page.getByTestId('result-cpu')).toBeVisible();
      await page.getByTestId('memory-limit').fill('1');
    },
  },
  {
    name: 'shortcut sheet',
    screen: 'models',
    open: async (page) => {
      await page.keyboard.press('?');
      await expect(page.getByTestId('shortcut-sheet')).toBeVisible();
    },
  },
];

async function show(page: Page, { screen, options, open }: Scene, more: Record<string, string>): Promise<void> {
  await openScreen(page, screen, { ...options, ...more });
  await open?.(page);
  await settled(page);
}

for (const scene of scenes) {
  test(`light: ${scene.name}`, async ({ page }) => {
    await show(page, scene, { theme: 'light' });
    expect.soft(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 720, height: 520 });
    await settled(page);
    expect.soft(await cutOff(page), 'in the smallest window').toEqual([]);
    await page.setViewportSize({ width: 1180, height: 780 });
    await setTextSize(page, 200);
    expect.soft(await cutOff(page), 'with text at 200 %').toEqual([]);
  });

  test(`dark: ${scene.name}`, async ({ page }) => {
    await show(page, scene, { theme: 'dark' });
    expect(await violations(page)).toEqual([]);
  });
}

test.describe('Chinese', () => {
  for (const screen of screens) {
    test(screen, async ({ page }) => {
      await openScreen(page, screen, { lang: 'zh' });
      await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
      expect(await violations(page)).toEqual([]);
    });
  }
});

test('motion is off when the person asked for less of it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openScreen(page, 'create');
  const longest = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll('*')].flatMap((element) => {
        const { transitionDuration, animationDuration } = getComputedStyle(element);
        return [transitionDuration, animationDuration].flatMap((list) => list.split(',').map(parseFloat));
      }),
    ),
  );
  expect(longest).toBeLessThan(0.01);
});
