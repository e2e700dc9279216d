// axe-core in the real WebKit, on every screen, light and dark; and no screen scrolls sideways.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { make, sideways, stickers, submit, windowTest } from './harness.mjs';
import { Key, ROOT, until } from './studio.mjs';

const AXE = readFileSync(join(ROOT, 'ui/node_modules/axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong now, one line each. */
async function violations(studio) {
  if (!(await studio.run('return Boolean(window.axe)'))) await studio.run(`${AXE}; window.axe = axe;`);
  const found = await studio.runAsync('const { violations, passes } = await axe.run(document, { runOnly: args[0] }); return { passes: passes.length, violations: violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} (${failureSummary})`)) };', TAGS);
  assert.ok(found.passes > 15, `axe has looked: ${found.passes} rules passed`);
  return found.violations;
}

/** Compared pictures that are not wholly inside their frames. */
function cut(studio) {
  return studio.run(`return [...document.querySelectorAll('[data-testid=compare-pictures] .frame')].flatMap((frame) => {
    const [outer, inner] = [frame, frame.querySelector('img')].map((each) => each.getBoundingClientRect());
    const inside = inner.width > 0 && inner.top >= outer.top - 2 && inner.bottom <= outer.bottom + 2 && inner.left >= outer.left - 2 && inner.right <= outer.right + 2;
    return inside ? [] : ['the picture is cut: ' + [inner.width, inner.height, 'in', outer.width, outer.height].join(' ')];
  });`);
}

windowTest('every screen in both themes is accessible and fits its width', async ({ home, start }) => {
  const studio = await start(home);
  const wrong = [];
  const look = async (what) => {
    // Half-way through a fade every contrast is too low.
    await studio.run('document.getAnimations().forEach((each) => { try { each.finish(); } catch { each.cancel(); } })');
    for (const line of [...(await violations(studio)), ...(await sideways(studio))]) wrong.push(`${what}: ${line}`);
  };
  const inTheme = async (theme) => {
    const shown = await studio.attribute('html', 'data-theme');
    if (shown === theme) return;
    await studio.goTo('settings');
    await studio.clickText(theme === 'dark' ? 'Dark' : 'Light', 'fieldset');
    await until(async () => (await studio.attribute('html', 'data-theme')) === theme, `the theme is ${theme}`);
  };

  await look('first start');
  await make(studio, { prompt: 'a jolly octopus', count: 6 });
  const slow = await submit(studio, { prompt: 'a slow whale', count: 4, steps: 400 });
  await submit(studio, { prompt: 'a patient snail' });
  await studio.find('canvas[data-drawn]');
  for (const theme of ['light', 'dark']) {
    await inTheme(theme);
    await studio.goTo('create');
    await studio.find('article[data-state=running]');
    await studio.find('[data-made=true]');
    await look(`create, ${theme}`);
    await studio.goTo('review');
    await studio.find('[data-testid=review-card]');
    await look(`review, ${theme}`);
    await studio.goTo('library');
    await studio.find('[data-testid=grid] [role=option]');
    await studio.run('document.querySelector("[data-testid=grid]").focus()');
    await studio.press(Key.home);
    await studio.find('[data-testid=detail-prompt]');
    await look(`library, ${theme}`);
    await studio.press([Key.control, 'a']);
    await studio.find('[data-testid=batch]');
    await studio.click('[data-testid=filters]');
    await look(`library with a selection and filters, ${theme}`);
    await studio.click('[data-testid=filters]');
    await studio.run('document.querySelector("[data-testid=grid]").focus()');
    await studio.press(Key.home, [Key.shift, Key.right], 'c');
    await studio.find('[data-testid=compare][open] [data-testid=differences]');
    await look(`compare, ${theme}`);
    wrong.push(...(await cut(studio)).map((line) => `compare, ${theme}: ${line}`));
    await studio.press(Key.escape);
    await studio.gone('[data-testid=compare][open]');
    await studio.press(Key.escape);
    await studio.run('document.querySelector("[data-testid=grid]").focus()');
    await studio.press(Key.home);
    await studio.goTo('finish');
    if (theme === 'light') {
      await look('finish, nothing chosen');
      await studio.click('[data-testid=strip] button');
    }
    await studio.find('[data-testid=result]');
    await look(`finish, ${theme}`);
    const pack = theme === 'light' && (await studio.invoke('create_pack', { title: 'Sea', author: '' })).id;
    if (pack) await studio.invoke('add_to_pack', { id: pack, ids: (await stickers(studio)).map(({ id }) => id) });
    await studio.goTo('packs');
    await studio.find('[data-testid^=pack-]');
    await look(`packs, ${theme}`);
    await studio.goTo('models');
    await studio.find('[data-testid^=model-]');
    await look(`models, ${theme}`);
    await studio.goTo('settings');
    await studio.find('[data-testid^=device-]');
    await look(`settings, ${theme}`);
    await studio.run('document.activeElement?.blur()');
    await studio.press('?');
    await studio.find('[data-testid=shortcut-sheet][open]');
    await look(`shortcuts, ${theme}`);
    await studio.press(Key.escape);
    await studio.gone('[data-testid=shortcut-sheet][open]');
  }
  await studio.invoke('job_action', { id: slow.id, action: 'cancel' });
  assert.deepEqual(wrong, []);
});
