import { expect, test } from '@playwright/test';
import { calls, openScreen } from './studio';

const html = 'html';

test('theme and language change at once and are stored', async ({ page }) => {
  await openScreen(page, 'settings');
  await page.getByText('Dark', { exact: true }).first().click();
  await expect(page.locator(html)).toHaveAttribute('data-theme', 'dark');
  await page.getByTestId('language').selectOption('zh');
  await expect(page.getByRole('heading', { level: 1, name: '设置' })).toBeVisible();
  await expect(page.locator(html)).toHaveAttribute('lang', 'zh-Hans');
  const stored = (await calls(page, 'changeSettings')).at(-1);
  expect(stored).toMatchObject([{ theme: 'dark', language: 'zh' }]);
});

test('"system" follows the desktop', async ({ page }) => {
  await openScreen(page, 'settings', { theme: 'system' });
  await expect(page.locator(html)).toHaveAttribute('data-theme', 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator(html)).toHaveAttribute('data-theme', 'dark');
});

test('the ground is chosen by what it looks like', async ({ page }) => {
  await openScreen(page, 'settings');
  await page.getByTestId('ground-wallpaper').click();
  expect((await calls(page, 'changeSettings')).at(-1)).toMatchObject([{ ground: 'wallpaper' }]);
});

test('a device is chosen, and tested with measured figures', async ({ page }) => {
  await openScreen(page, 'settings', { speed: 'fast', jobs: 'none' });
  await expect(page.getByTestId('device-auto')).toContainText('Now: NVIDIA GeForce RTX 4070');
  await page.getByTestId('device-cpu').getByRole('radio').check();
  expect((await calls(page, 'changeSettings')).at(-1)).toMatchObject([{ device: 'cpu' }]);
  await page.getByTestId('test-cpu').click();
  await expect(page.getByTestId('result-cpu')).toContainText('212 ms');
  await expect(page.getByTestId('result-cpu')).toContainText('5.4 s');
});

test('a test that is refused says why, and can be tried again', async ({ page }) => {
  await openScreen(page, 'settings', { fail: 'testDevice:busy', speed: 'fast' });
  await page.getByTestId('test-cpu').click();
  await expect(page.getByTestId('device-cpu')).toContainText(/a job is running/i);
  await expect(page.getByTestId('test-cpu')).toBeEnabled();
});

test('the memory limit is checked before it is stored, and can be taken away', async ({ page }) => {
  await openScreen(page, 'settings');
  const limit = page.getByTestId('memory-limit');
  await limit.fill('64');
  await expect(page.getByText('At least 256 MB')).toBeVisible();
  expect(await calls(page, 'changeSettings')).toEqual([]);
  await limit.fill('2048');
  await expect(page.getByText('At least 256 MB')).toBeHidden();
  await expect.poll(async () => (await calls(page, 'changeSettings')).at(-1)).toMatchObject([{ memoryLimitMb: 2048 }]);
  await limit.fill('3000.5');
  await expect(page.getByText('This is not a whole number')).toBeVisible();
  await page.waitForTimeout(700);
  expect((await calls(page, 'changeSettings')).at(-1)).toMatchObject([{ memoryLimitMb: 2048 }]);
  await limit.fill('');
  await expect.poll(async () => (await calls(page, 'changeSettings')).at(-1)).toMatchObject([{ memoryLimitMb: null }]);
});

test('previews are switched off', async ({ page }) => {
  await openScreen(page, 'settings');
  await page.getByTestId('previews').click();
  await expect.poll(async () => (await calls(page, 'changeSettings')).at(-1)).toMatchObject([{ previews: false }]);
});

test('another data folder is for the next start', async ({ page }) => {
  await openScreen(page, 'settings');
  await expect(page.getByTestId('data-folder')).toHaveText('/home/mei/.local/share/sticker-studio');
  await page.getByTestId('choose-data-folder').click();
  await expect(page.getByTestId('next-data-folder')).toContainText('/home/mei/Stickers');
});

test('a setting that cannot be stored is put back and said', async ({ page }) => {
  await openScreen(page, 'settings', { fail: 'changeSettings:disk_full' });
  await page.getByText('Dark', { exact: true }).first().click();
  await expect(page.getByText(/the disk is full/i)).toBeVisible();
  await expect(page.locator(html)).toHaveAttribute('data-theme', 'light');
  await expect(page.getByRole('radio', { name: 'Light' }).first()).toBeChecked();
});

test('the hint of the first start closes for good', async ({ page }) => {
  await openScreen(page, 'create', { empty: '1' });
  const hint = page.getByTestId('first-run-hint');
  await hint.getByRole('button', { name: 'Got it' }).click();
  await expect(hint).toBeHidden();
  expect((await calls(page, 'changeSettings')).at(-1)).toMatchObject([{ hintSeen: true }]);
});
