import { expect, test } from '@playwright/test';
import { calls, openScreen } from './studio';

test('lists the built-in model and added folders, and says what is wrong with one', async ({ page }) => {
  await openScreen(page, 'models');
  const builtIn = page.getByTestId('model-built-in');
  await expect(builtIn).toContainText('Built in');
  await expect(builtIn).toContainText('CC BY 4.0');
  await expect(builtIn).toContainText('58 MB');
  await expect(builtIn.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
  await expect(page.getByTestId('model-lcm')).toContainText(/the folder is gone/i);
  await expect(page.getByTestId('model-lcm')).toContainText('Not stated');
});

test('copies the whole hash', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openScreen(page, 'models');
  await page.getByRole('button', { name: 'Copy the SHA-256 of stable-diffusion-v1-5' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^[0-9a-f]{64}$/);
});

test('adds a folder; removing it asks first and says that the files stay', async ({ page }) => {
  await openScreen(page, 'models');
  await page.getByTestId('add-model').click();
  const card = page.getByTestId('model-added-3');
  await expect(card).toContainText('Apache-2.0');
  await card.getByRole('button', { name: /^Remove/ }).click();
  const dialog = page.getByTestId('remove-model');
  await expect(dialog).toContainText('Its files stay on the disk');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: /^Remove/ }).click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(card).toBeHidden();
  expect(await calls(page, 'removeModel')).toEqual([['added-3']]);
});

test('a folder that cannot be used is said, and the button works again', async ({ page }) => {
  await openScreen(page, 'models', { fail: 'addModel:input' });
  await page.getByTestId('add-model').click();
  await expect(page.getByText(/cannot be done/i)).toBeVisible();
  await expect(page.getByTestId('add-model')).toBeEnabled();
});

test('a closed dialog changes nothing', async ({ page }) => {
  await openScreen(page, 'models', { dialog: 'closed' });
  const before = await page.getByTestId(/^model-/).count();
  await page.getByTestId('add-model').click();
  await page.getByTestId('import-adapter').click();
  await expect(page.getByTestId('import-adapter')).toBeEnabled();
  await expect(page.getByTestId(/^model-/)).toHaveCount(before);
  await expect(page.getByTestId('toast')).toHaveCount(0);
});

test('imports, renames, exports and deletes an adapter', async ({ page }) => {
  await openScreen(page, 'models');
  await page.getByTestId('import-adapter').click();
  const row = page.getByTestId('adapter-adapter-2');
  await expect(row).toContainText('Imported style 2');

  await page.getByTestId('adapter-menu-adapter-2').click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  const name = page.getByTestId('rename-adapter').getByRole('textbox');
  await expect(name).toHaveValue('Imported style 2');
  await name.fill('Paper cut');
  await name.press('Enter');
  await expect(row).toContainText('Paper cut');

  await page.getByTestId('adapter-menu-adapter-2').click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  await expect(page.getByText(/^Saved to /)).toBeVisible();

  await page.getByTestId('adapter-menu-adapter-2').click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByTestId('delete-adapter').getByRole('button', { name: 'Delete' }).click();
  await expect(row).toBeHidden();
});

test('a weight preview is a grid over four weights with one seed, and leads to Create', async ({ page }) => {
  await openScreen(page, 'models');
  await page.getByRole('button', { name: /^Weight preview/ }).first().click();
  const dialog = page.getByTestId('weight-preview');
  const make = dialog.getByRole('button', { name: 'Make 4 stickers' });
  await expect(make).toBeDisabled();
  await dialog.getByLabel('Prompt').fill('a fox in the rain');
  await dialog.getByLabel('Seed', { exact: true }).fill('42');
  await make.click();
  await expect(page.locator('main')).toHaveAttribute('data-screen', 'create');
  const [[draft]] = (await calls(page, 'submitDraft')) as [[Record<string, unknown>]];
  expect(draft).toMatchObject({
    prompt: 'a fox in the rain',
    seed: 42,
    count: 1,
    plan: { kind: 'grid', columns: { setting: 'adapterWeight', values: [0, 0.4, 0.8, 1.2] }, rows: null },
  });
  await expect(page.getByTestId(/^job-/).first()).toContainText('a fox in the rain');
});

test('without adapters it says what one is', async ({ page }) => {
  await openScreen(page, 'models', { empty: '1' });
  await expect(page.getByText('No adapters yet')).toBeVisible();
});
