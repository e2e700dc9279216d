import { expect, test } from '@playwright/test';
import { openScreen, settled, type Screen } from './studio';

type Picture = {
  file: string;
  screen: Screen;
  options: Record<string, string>;
  size?: { width: number; height: number };
  keys?: string;
  click?: string;
};

const wide = { width: 2560, height: 1440 };

const pictures: Picture[] = [
  { file: 'create-light', screen: 'create', options: { theme: 'light' } },
  { file: 'library-light', screen: 'library', options: { theme: 'light' }, click: '[role=option] >> nth=1' },
  { file: 'library-dark-wide', screen: 'library', options: { theme: 'dark', stickers: '1000' }, size: wide },
  { file: 'review-dark', screen: 'review', options: { theme: 'dark', ground: 'wallpaper' }, keys: 'q5w3q4fq5q' },
  { file: 'models-light', screen: 'models', options: { theme: 'light' } },
  { file: 'settings-chinese', screen: 'settings', options: { theme: 'light', lang: 'zh' } },
];

/** The pictures of the documentation: PICTURES=<folder> npx playwright test e2e/pictures.spec.ts writes them anew. */
for (const { file, screen, options, size, keys, click } of pictures) {
  test(`picture ${file}`, async ({ page }, info) => {
    if (size) await page.setViewportSize(size);
    await page.clock.setFixedTime(new Date('2026-11-23T10:00:00Z'));
    await openScreen(page, screen, options);
    if (click) await page.locator(click).click();
    for (const key of keys ?? '') await page.keyboard.press(key);
    await expect.poll(() => page.locator('img').evaluateAll((all) => all.every((one) => (one as HTMLImageElement).complete))).toBe(true);
    await settled(page);
    const folder = process.env['PICTURES'];
    const picture = await page.screenshot({ path: folder ? `${folder}/${file}.png` : info.outputPath(`${file}.png`) });
    // A page that failed to draw is one flat colour and packs into next to nothing.
    expect(picture.byteLength).toBeGreaterThan(30_000);
  });
}
