import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export type Screen = 'create' | 'review' | 'library' | 'finish' | 'packs' | 'models' | 'settings';
export const screens: readonly Screen[] = ['create', 'review', 'library', 'finish', 'packs', 'models', 'settings'];

type Call = { name: string; args: unknown[] };
declare global {
  interface Window {
    __fake: { called: Call[]; options: { fail: string[] }; drop: () => void };
  }
}

/** Opens the page with the fake studio on a screen; options are those of mock.html. */
export async function openScreen(page: Page, screen: Screen, options: Record<string, string> = {}): Promise<void> {
  await page.goto(`/mock.html?${new URLSearchParams(options)}#${screen}`);
  await expect(page.locator('h1').first()).toBeVisible();
  await settled(page);
}

/** Everything asked for has arrived and no transition runs. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.evaluate(async () => {
    const ended = Promise.allSettled(document.getAnimations().map((one) => one.finished));
    await Promise.race([ended, new Promise((done) => setTimeout(done, 1000))]);
  });
}

/** The calls of one command, as the fake studio got them. */
export async function calls(page: Page, name: string): Promise<unknown[][]> {
  return page.evaluate(
    (wanted) => window.__fake.called.filter((call) => call.name === wanted).map((call) => call.args),
    name,
  );
}

/** What the library was last told about the sticker's rating; undefined when nothing. */
export async function ratingSent(page: Page, id: string): Promise<unknown> {
  const sent = await calls(page, 'rate');
  return sent.findLast(([ids]) => Array.isArray(ids) && ids.includes(id))?.[1];
}

/** What axe-core finds wrong, one line each; WCAG 2.2 AA and its best practices. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim() ?? ''}`),
  );
}

export async function setTextSize(page: Page, percent: number): Promise<void> {
  await page.addStyleTag({ content: `html { font-size: ${percent}% !important; }` });
  await settled(page);
}

/** What sticks out of the window or of a box that cuts it off, one line each. */
export async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const name = (element: Element): string => {
      const text = element.textContent?.trim().slice(0, 40) ?? '';
      return `${element.tagName.toLowerCase()}.${element.classList.value} "${text}"`;
    };
    const shown = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    };
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    for (const element of document.querySelectorAll('button, input, select, textarea, h1, h2, h3, label, p, dt, dd, legend')) {
      if (!shown(element) || element.closest('.sr-only, [aria-hidden="true"], [role="grid"], [role="listbox"]')) continue;
      const { left, right } = element.getBoundingClientRect();
      if (left < -1 || right > innerWidth + 1) found.push(`outside the window: ${name(element)}`);
      const isBox = element.matches('input, textarea, select');
      const cuts = getComputedStyle(element).overflowX !== 'visible';
      if (!isBox && !cuts && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline') {
        found.push(`wider than its box: ${name(element)}`);
      }
    }
    return found;
  });
}
