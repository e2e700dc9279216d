import { expect, test, type Page } from '@playwright/test';
import { calls, cutOff, openScreen, setTextSize, settled, violations } from './studio';

type Finish = { edits: ({ kind: string } & Record<string, unknown>)[]; effects: ({ kind: string } & Record<string, unknown>)[] };

const strip = (page: Page) => page.getByTestId('strip').locator('button');
const result = (page: Page) => page.getByTestId('result');
const card = (page: Page, kind: string) => page.getByTestId(`effect-${kind}`);

async function open(page: Page, options: Record<string, string> = {}, nth = 2) {
  await openScreen(page, 'finish', { jobs: 'none', stickers: '40', ...options });
  await strip(page).nth(nth).click();
  await shown(page);
}

/** The whole result of the stack is on the stage. */
async function shown(page: Page, edits = false) {
  await expect(result(page)).toHaveAttribute('data-edits', String(edits));
}

async function tool(page: Page, name: string) {
  await page.getByTestId(`tool-${name}`).click();
  await shown(page, name !== 'none');
}

async function lastFinish(page: Page, whole = true): Promise<Finish> {
  const asked = (await calls(page, 'renderFinish')).filter(([, , side]) => (side === null) === whole);
  return asked.at(-1)?.[1] as Finish;
}

const effect = (finish: Finish, kind: string) => finish.effects.find((each) => each.kind === kind);

/** How opaque the picture on the stage is at a place, in parts of its sides. */
async function alphaAt(page: Page, x: number, y: number): Promise<number> {
  return result(page).evaluate(
    (canvas, at) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext('2d');
      return context?.getImageData(Math.floor(at.x * width), Math.floor(at.y * height), 1, 1).data[3] ?? -1;
    },
    { x, y },
  );
}

async function middle(page: Page): Promise<{ x: number; y: number }> {
  const box = await result(page).boundingBox();
  if (!box) throw new Error('there is no picture on the stage');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test('begins with a choice, and comes back to the sticker of the last time', async ({ page }) => {
  // The fake studio's ids have the time in them.
  await page.clock.setFixedTime(new Date('2026-11-23T10:00:00Z'));
  await openScreen(page, 'finish', { jobs: 'none' });
  await expect(page.getByRole('heading', { name: 'Choose a sticker to finish' })).toBeVisible();
  await strip(page).first().click();
  await expect(card(page, 'outline')).toBeVisible();
  const name = await page.locator('main header .note').textContent();
  await page.reload();
  await expect(page.locator('main header .note')).toHaveText(name ?? '');
  await shown(page);
});

test('opens what the library, a menu and Review offer', async ({ page }) => {
  await openScreen(page, 'library', { jobs: 'none' });
  const options = page.getByTestId('grid').getByRole('option');
  await options.first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Finish…' }).click();
  await shown(page);
  await page.getByTestId('nav-library').click();
  await options.nth(1).click();
  await options.nth(4).click({ modifiers: ['Shift'] });
  await page.getByTestId('batch').getByRole('button', { name: 'Finish…' }).click();
  await expect(strip(page)).toHaveCount(4);
  await expect(page.getByTestId('apply-all')).toHaveText('Apply to all 4');
  await page.getByTestId('nav-review').click();
  await page.getByTestId('review-card').getByRole('button', { name: 'Finish…' }).click();
  await expect(page.getByTestId('apply-all')).toHaveCount(0);
  await expect(page.getByTestId('finish-save')).toBeVisible();
});

test('a slider renders its values, one step of undo takes the drag back', async ({ page }) => {
  await open(page);
  await page.getByTestId('open-outline').click();
  const slider = card(page, 'outline').getByRole('slider', { name: 'Width' });
  const box = await slider.boundingBox();
  if (!box) throw new Error('no slider');
  await page.mouse.move(box.x + box.width * 0.15, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => effect(await lastFinish(page), 'outline')?.['width']).toBe(Number(await slider.inputValue()));
  expect(Number(await slider.inputValue())).toBeGreaterThan(40);
  await page.keyboard.press('Control+z');
  await expect(slider).toHaveValue('14');
  await expect(page.getByTestId('undo')).toBeDisabled();
  await page.keyboard.press('Control+Shift+Z');
  await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(40);
});

test('on a slow machine small pictures are rendered while a slider is held', async ({ page }) => {
  await open(page, { speed: 'slow', stickers: '12' });
  await page.getByTestId('open-shadow').click();
  const slider = card(page, 'shadow').getByRole('slider', { name: 'Blur' });
  const box = await slider.boundingBox();
  if (!box) throw new Error('no slider');
  const whole = (await calls(page, 'renderFinish')).filter(([, , side]) => side === null).length;
  await page.mouse.move(box.x + 20, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 10 });
  await expect.poll(async () => (await calls(page, 'renderFinish')).some(([, , side]) => side === 256)).toBe(true);
  expect((await calls(page, 'renderFinish')).filter(([, , side]) => side === null)).toHaveLength(whole);
  const size = await result(page).boundingBox();
  await page.mouse.up();
  await expect.poll(async () => effect(await lastFinish(page), 'shadow')?.['blur']).toBe(Number(await slider.inputValue()));
  expect((await result(page).boundingBox())?.width).toBeCloseTo(size?.width ?? 0, 0);
});

test('effects are switched off, reset, removed, added and put in order by keys', async ({ page }) => {
  await open(page);
  const kinds = async () => (await lastFinish(page)).effects.map((each) => each.kind);
  await page.getByTestId('on-shadow').click();
  await expect.poll(kinds).toEqual(['scale', 'cleanMatte', 'decontaminate', 'outline', 'fit']);
  await expect(card(page, 'shadow')).toBeVisible();
  await page.getByTestId('on-shadow').click();
  await page.getByTestId('handle-outline').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(page.getByText('Outline: place 3 of 6')).toBeAttached();
  await expect(page.getByTestId('handle-outline')).toBeFocused();
  await expect.poll(kinds).toEqual(['scale', 'cleanMatte', 'outline', 'decontaminate', 'shadow', 'fit']);
  await page.getByTestId('open-scale').click();
  const side = card(page, 'scale').getByRole('textbox', { name: 'Longer side in px' });
  await side.fill('9999');
  await expect(page.getByRole('alert')).toHaveText('A number from 64 to 2,048');
  await side.fill('300');
  await expect.poll(async () => effect(await lastFinish(page), 'scale')?.['side']).toBe(300);
  await card(page, 'scale').getByRole('button', { name: 'Reset Scale' }).click();
  await expect(side).toHaveValue('512');
  await card(page, 'scale').getByRole('button', { name: 'Remove Scale' }).click();
  await expect(card(page, 'scale')).toHaveCount(0);
  await page.getByTestId('add-effect').click();
  await expect(page.getByRole('menuitem', { name: 'Outline' })).toBeDisabled();
  await page.getByRole('menuitem', { name: 'Caption' }).click();
  await expect(page.getByTestId('caption-text')).toBeFocused();
  await page.keyboard.type('Guten Morgen');
  await expect.poll(async () => effect(await lastFinish(page), 'caption')?.['text']).toBe('Guten Morgen');
});

test('a card is dragged to another place, as one step', async ({ page }) => {
  await open(page);
  const handle = await page.getByTestId('handle-shadow').boundingBox();
  const target = await card(page, 'scale').boundingBox();
  if (!handle || !target) throw new Error('no cards');
  await page.mouse.move(handle.x + 10, handle.y + 20);
  await page.mouse.down();
  await page.mouse.move(target.x + 20, target.y + 4, { steps: 12 });
  await page.mouse.up();
  await expect(page.getByRole('list', { name: 'Effects' }).getByRole('listitem').first()).toHaveAttribute('data-testid', 'effect-shadow');
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('list', { name: 'Effects' }).getByRole('listitem').nth(4)).toHaveAttribute('data-testid', 'effect-shadow');
});

test('the eraser is seen at once, is an edit in pixels of the source, and undo and restore bring back', async ({ page }) => {
  await open(page);
  await tool(page, 'erase');
  const before = await alphaAt(page, 0.5, 0.5);
  expect(before).toBe(255);
  const { x, y } = await middle(page);
  await page.mouse.move(x - 30, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y, { steps: 6 });
  expect(await alphaAt(page, 0.5, 0.5)).toBe(0);
  expect((await lastFinish(page)).edits).toEqual([]);
  await page.mouse.up();
  await expect.poll(async () => (await lastFinish(page)).edits.map((edit) => edit.kind)).toEqual(['erase']);
  const { edits, effects } = await lastFinish(page);
  expect(effects).toEqual([]);
  const points = edits[0]?.['points'] as { x: number; y: number }[];
  for (const point of points) expect(Math.abs(point.y - 128)).toBeLessThan(1.5);
  expect(points.at(-1)?.x).toBeGreaterThan(points[0]?.x ?? 0);
  await expect.poll(() => alphaAt(page, 0.5, 0.5)).toBe(0);
  await tool(page, 'restore');
  await page.mouse.click(x, y);
  await expect.poll(async () => (await lastFinish(page)).edits.map((edit) => edit.kind)).toEqual(['erase', 'restore']);
  await expect.poll(() => alphaAt(page, 0.5, 0.5)).toBe(255);
  await page.keyboard.press('Control+z');
  await expect.poll(() => alphaAt(page, 0.5, 0.5)).toBe(0);
  await tool(page, 'none');
  expect((await lastFinish(page)).effects.length).toBeGreaterThan(0);
  await page.getByTestId('forget-edits').click();
  await expect.poll(async () => (await lastFinish(page)).edits).toEqual([]);
});

test('tools by keys alone: brush size, a dab, the wand', async ({ page }) => {
  await open(page);
  await page.keyboard.press('e');
  await shown(page, true);
  const size = page.getByRole('slider', { name: 'Size' });
  const radius = Number(await size.inputValue());
  await page.keyboard.press(']');
  expect(Number(await size.inputValue())).toBeGreaterThan(radius);
  await page.keyboard.press('[');
  await page.getByTestId('stage').focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await lastFinish(page)).edits.length).toBe(1);
  expect((await lastFinish(page)).edits[0]?.['points']).toEqual([{ x: 118, y: 128 }]);
  await page.keyboard.press('w');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await lastFinish(page)).edits.at(-1)?.kind).toBe('wand');
  await page.keyboard.press('v');
  await shown(page);
});

test('crop: by handle and by keys, shown uncropped while it is set', async ({ page }) => {
  await open(page);
  await tool(page, 'crop');
  const handle = page.getByTestId('crop-se');
  const box = await handle.boundingBox();
  if (!box) throw new Error('no handle');
  const scale = ((await result(page).boundingBox())?.width ?? 0) / 256;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 64 * scale, box.y + box.height / 2 - 32 * scale, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByTestId('crop-frame')).toContainText('192 × 224 px');
  await page.getByTestId('crop-nw').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('crop-frame')).toContainText('182 × 223 px');
  await expect(result(page)).toHaveAttribute('data-width', '256');
  await tool(page, 'none');
  await expect.poll(async () => (await lastFinish(page)).edits).toEqual([{ kind: 'crop', x: 10, y: 1, width: 182, height: 223 }]);
  await tool(page, 'crop');
  await page.getByRole('button', { name: 'No crop' }).click();
  await expect(page.getByTestId('crop-frame')).toContainText('256 × 256 px');
});

test('before and after: a key that is held, and a divider', async ({ page }) => {
  await open(page);
  await page.getByTestId('stage').focus();
  await page.keyboard.down('b');
  await expect(page.getByTestId('before')).toBeVisible();
  await page.keyboard.up('b');
  await expect(page.getByTestId('before')).toHaveCount(0);
  await page.getByTestId('compare').click();
  const divider = page.getByTestId('divider');
  await divider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(divider).toHaveAttribute('aria-valuenow', '55');
  const box = await divider.boundingBox();
  if (!box) throw new Error('no divider');
  await page.mouse.move(box.x + box.width / 2, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x - 900, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect(divider).toHaveAttribute('aria-valuenow', '0');
});

test('zoom: real size, wheel around the pointer, pan, fit', async ({ page }) => {
  await open(page);
  const width = async () => Math.round((await result(page).boundingBox())?.width ?? 0);
  await page.keyboard.press('1');
  expect(await width()).toBe(512);
  const { x, y } = await middle(page);
  await page.mouse.move(x + 50, y - 50);
  await page.mouse.wheel(0, -400);
  await expect.poll(width).toBeGreaterThan(800);
  const before = await result(page).boundingBox();
  await page.mouse.down();
  await page.mouse.move(x + 90, y - 20, { steps: 3 });
  await page.mouse.up();
  const after = await result(page).boundingBox();
  expect([(after?.x ?? 0) - (before?.x ?? 0), (after?.y ?? 0) - (before?.y ?? 0)]).toEqual([40, 30]);
  await page.keyboard.press('0');
  expect(await width()).toBeLessThan(600);
});

test('presets: chosen with the edits kept, saved, replaced, deleted, and back by undo', async ({ page }) => {
  await open(page);
  await page.getByTestId('preset-comic').click();
  await expect(page.getByTestId('preset-comic')).toHaveAttribute('aria-selected', 'true');
  await expect.poll(async () => effect(await lastFinish(page), 'halftone')).toBeTruthy();
  await page.getByTestId('on-shadow').click();
  await page.getByTestId('preset-menu').click();
  await page.getByRole('menuitem', { name: 'Save as preset…' }).click();
  await page.getByTestId('preset-name').fill('Die-cut');
  await expect(page.getByRole('alert')).toContainText('choose another one');
  await page.getByTestId('preset-name').fill('Mine');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('preset-Mine')).toHaveAttribute('aria-selected', 'true');
  const [, sent] = (await calls(page, 'savePreset')).at(-1) as [string, Finish];
  expect(sent.edits).toEqual([]);
  expect(sent.effects.map((each) => each.kind)).not.toContain('shadow');
  await page.getByTestId('preset-menu').click();
  await page.getByRole('menuitem', { name: 'Delete Mine' }).click();
  await expect(page.getByTestId('preset-Mine')).toHaveCount(0);
  await page.getByTestId('undo-toast').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByTestId('preset-Mine')).toBeVisible();
});

test('is saved as a new sticker, shown in the library, and the next one comes', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Control+s');
  const toast = page.getByTestId('toast').filter({ hasText: 'Finished sticker saved' });
  await expect(toast).toBeVisible();
  const name = await page.locator('main header .note').textContent();
  await toast.getByRole('button', { name: 'Finish next' }).click();
  await expect(page.locator('main header .note')).not.toHaveText(name ?? '');
  await shown(page);
  await page.keyboard.press('Control+s');
  await toast.getByRole('button', { name: 'Show in Library' }).click();
  const chosen = page.getByTestId('grid').getByRole('option', { selected: true });
  await expect(chosen).toHaveCount(1);
  await expect(chosen).toHaveAttribute('aria-posinset', '1');
});

test('many: progress, stop, and a report of what was refused', async ({ page }) => {
  await openScreen(page, 'library', { jobs: 'none', stickers: '30' });
  const grid = page.getByTestId('grid');
  await grid.getByRole('option').first().click();
  await page.keyboard.press('Control+a');
  await page.getByTestId('batch').getByRole('button', { name: 'Finish…' }).click();
  await shown(page);
  await page.getByTestId('apply-all').click();
  const progress = page.getByTestId('finish-progress');
  await expect(progress).toContainText(/[1-9] of \d+/);
  await progress.getByRole('button', { name: 'Stop' }).click();
  const report = page.getByTestId('finish-report');
  await expect(report).toContainText('Stopped: what was done until then is kept.');
  await report.getByRole('button', { name: 'Close' }).last().click();
  await expect(progress).toHaveCount(0);
  await page.evaluate(() => window.__fake.options.fail.push('finishStickers:disk_full'));
  await page.getByTestId('apply-all').click();
  await expect(report).toContainText('The disk is full');
});

test('stays as it was when another screen has been looked at', async ({ page }) => {
  await open(page);
  await page.getByTestId('preset-glow').click();
  await page.getByTestId('on-fit').click();
  await page.getByTestId('nav-settings').click();
  await page.getByTestId('nav-finish').click();
  await expect(page.getByTestId('on-fit')).not.toBeChecked();
  await expect(page.getByTestId('undo')).toBeEnabled();
  await shown(page);
  expect(await result(page).evaluate((canvas) => (canvas as HTMLCanvasElement).width)).toBeGreaterThan(300);
});

test('a render that fails keeps the picture and says why', async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.__fake.options.fail.push('renderFinish:device'));
  await page.getByTestId('on-shadow').click();
  await expect(page.getByTestId('render-problem')).toHaveText(/The GPU stopped answering/);
  await expect(result(page)).toHaveAttribute('data-width', '512');
  await page.evaluate(() => (window.__fake.options.fail.length = 0));
  await page.getByTestId('on-shadow').click();
  await expect(page.getByTestId('render-problem')).toHaveCount(0);
});

test('the shimmer of a foil runs while its button is pressed, and is never kept', async ({ page }) => {
  await open(page);
  await page.getByTestId('preset-holographic').click();
  await page.getByTestId('open-foil').click();
  await page.getByTestId('foil-play').click();
  const phases = async () => new Set((await calls(page, 'renderFinish')).map(([, finish]) => effect(finish as Finish, 'foil')?.['phase'])).size;
  await expect.poll(phases).toBeGreaterThan(3);
  await page.keyboard.press('Control+s');
  await expect(page.getByTestId('toast').first()).toBeVisible();
  const [, kept] = (await calls(page, 'finishStickers'))[0] as [string[], Finish];
  expect(effect(kept, 'foil')?.['phase']).toBe(0);
  await page.getByTestId('foil-play').click();
});

test('SVG with a number of colours', async ({ page }) => {
  await open(page);
  await page.getByTestId('finish-more').click();
  await page.getByRole('menuitem', { name: 'Save as SVG…' }).click();
  await page.getByTestId('svg-dialog').getByRole('slider').fill('24');
  await page.getByTestId('svg-save').click();
  await expect(page.getByTestId('toast')).toContainText('.svg');
  expect((await calls(page, 'saveSvg'))[0]?.[1]).toBe(24);
});

type Scene = { name: string; options?: Record<string, string>; prepare?: (page: Page) => Promise<unknown> };
const scenes: Scene[] = [
  { name: 'result' },
  { name: 'Chinese', options: { lang: 'zh' } },
  { name: 'eraser', prepare: (page) => tool(page, 'erase') },
  { name: 'wand', prepare: (page) => tool(page, 'wand') },
  { name: 'crop', prepare: (page) => tool(page, 'crop') },
  { name: 'compared', prepare: (page) => page.getByTestId('compare').click() },
  {
    name: 'every card open',
    prepare: async (page) => {
      await page.getByTestId('preset-holographic').click();
      await page.getByTestId('add-effect').click();
      await page.getByRole('menuitem', { name: 'Caption' }).click();
      for (const kind of ['scale', 'cleanMatte', 'foil', 'outline', 'shadow', 'fit']) await page.getByTestId(`open-${kind}`).click();
      await page.getByTestId('on-fit').click();
    },
  },
  {
    name: 'report',
    prepare: async (page) => {
      await page.evaluate(() => window.__fake.options.fail.push('finishStickers:input'));
      await page.getByTestId('finish-save').click();
      await expect(page.getByTestId('finish-report')).toBeVisible();
    },
  },
];

for (const theme of ['light', 'dark']) {
  for (const { name, options, prepare } of scenes) {
    test(`${theme}: ${name}`, async ({ page }) => {
      await open(page, { theme, ...options });
      await prepare?.(page);
      await settled(page);
      expect.soft(await violations(page)).toEqual([]);
      if (theme === 'dark') return;
      for (const size of [{ width: 900, height: 640 }, { width: 720, height: 520 }]) {
        await page.setViewportSize(size);
        await settled(page);
        expect.soft(await cutOff(page), `at ${size.width} x ${size.height}`).toEqual([]);
      }
      await page.setViewportSize({ width: 1180, height: 780 });
      await setTextSize(page, 200);
      expect.soft(await cutOff(page), 'with text at 200 %').toEqual([]);
    });
  }
}
