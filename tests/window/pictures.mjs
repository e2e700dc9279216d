// Makes docs/screens/*.png from the real window, with fixed prompts and seeds:
//   xvfb-run -a -s '-screen 0 1180x780x24' node tests/window/pictures.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobOf, make, stickers, submit } from './harness.mjs';
import { Key, open, ROOT, until } from './studio.mjs';

const FOLDER = process.argv[2] ?? join(ROOT, 'docs/screens');
/** Always the same, since Settings shows it. */
const HOME = join(tmpdir(), 'sticker-studio');
const MOST_BYTES = 300_000;

const PROMPTS = [
  ['a laughing face', 'emotion'], ['a panda', 'scene'], ['a red heart', 'emotion'], ['a frog', 'action'], ['an avocado', 'scene'],
  ['a penguin with a crown', 'scene'], ['a dragon face', 'emotion'], ['a tree', 'scene'], ['a sleepy face', 'emotion'],
  ['a hamburger', 'scene'], ['a ghost', 'action'], ['a fox', 'action'],
];

rmSync(HOME, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const studio = await open(HOME);
try {
  await studio.find('.jobs > header + *');
  await fill();
  await createLight();
  await reviewing();
  await libraryWithRecipe();
  await settingsScreen();
  await finishing();
  const pack = await fillPack();
  await theme('Dark');
  await packsDark(pack);
  await compareDark();
  await createDark();
} finally {
  await studio.kill();
  rmSync(HOME, { recursive: true, force: true });
}

/** A library as a person has it after an evening. */
async function fill() {
  for (const [index, [prompt, bucket]] of PROMPTS.entries()) {
    await make(studio, { prompt, bucket, count: 2, seed: 40 + index, steps: 25, style: ['3d', 'noto'][index % 2] });
  }
  for (const [name, words] of [['Good morning', ['panda', 'fox', 'face']], ['Kitchen', ['avocado', 'hamburger']]]) {
    const set = await studio.invoke('create_set', { name });
    const ids = (await stickers(studio)).filter(({ prompt }) => words.some((word) => prompt.includes(word))).map(({ id }) => id);
    await studio.invoke('add_to_set', { set: set.id, ids });
  }
  const all = await stickers(studio);
  for (const [index, { id, prompt }] of all.entries()) {
    if (index < 14) await studio.invoke('rate', { ids: [id], rating: { alignment: ['strong', 'strong', 'weak'][index % 3], quality: 3 + (index % 3) } });
    if (index % 5 === 2) await studio.invoke('set_favourite', { ids: [id], favourite: true });
    if (/panda|frog|penguin|fox/.test(prompt)) await studio.invoke('change_tags', { ids: [id], add: ['animal'], remove: [] });
  }
  for (const { id } of (await studio.invoke('queue')).jobs) await studio.invoke('job_action', { id, action: 'remove' });
  await studio.goTo('settings');
  await studio.goTo('create');
}

async function createLight() {
  await typePrompt('cat with sunglasses');
  await sameIdeas();
  await studio.clickText('3D', 'form');
  await studio.click('[data-testid=seed-lock]');
  await studio.fill('[data-testid=seed]', '7');
  await studio.says('[data-testid=make]', /Make 4/);
  await studio.click('[data-testid=make]');
  await studio.find('article[data-state=done]', 60_000);
  await take('create');
}

async function reviewing() {
  await studio.goTo('review');
  await studio.find('[data-testid=review-card] img');
  for (const keys of [['q', '5'], ['w', '3'], ['q', '4']]) await studio.press(...keys);
  await studio.press('q');
  await take('review');
}

async function libraryWithRecipe() {
  await studio.goTo('library');
  await studio.find('[data-testid=grid] [role=option]');
  const [{ id }] = await stickers(studio, { text: 'fox' });
  await studio.click(`[data-testid="sticker-${id}"]`);
  await studio.find('[data-testid=recipe]');
  await studio.run('document.querySelector("[data-testid=recipe] dl, [data-testid=recipe] table").scrollIntoView({ block: "end" })');
  await take('library');
  await studio.press(Key.escape);
}

async function settingsScreen() {
  await studio.goTo('settings');
  await studio.click('[data-testid=test-cpu]');
  await studio.find('[data-testid=result-cpu]', 60_000);
  await studio.run('document.activeElement.blur(); document.querySelector("main .page").scrollTop = 0');
  await take('settings');
}

async function finishing() {
  await studio.goTo('library');
  const [{ id }] = await stickers(studio, { text: 'heart' });
  await studio.fill('[data-testid=search]', 'heart');
  await studio.click(`[data-testid="sticker-${id}"]`);
  await studio.press('/', [Key.control, 'a'], Key.backspace);
  await studio.click('[data-testid=finish]');
  await studio.find('[data-testid=result][data-edits=false]');
  await studio.click('[data-testid=preset-holographic]');
  await studio.click('[data-testid=open-outline]');
  await studio.run('document.activeElement.blur()');
  const drawn = '[role=listbox] [data-testid^=preset-] canvas';
  await until(async () => (await studio.count(drawn)) === (await studio.count('[role=listbox] [data-testid^=preset-]')), 'every preset is drawn');
  await until(() => studio.run('return !document.querySelector(".stage .busy")'), 'the picture is rendered');
  await take('finish', 3000);
}

/** A pack of finished stickers, as a person has it before it is sent away, and another one. */
async function fillPack() {
  const words = ['panda', 'fox', 'frog', 'penguin', 'dragon', 'laughing', 'sleepy', 'heart', 'ghost'];
  const all = await stickers(studio);
  const chosen = words.map((word) => all.find(({ prompt, origin }) => prompt.includes(word) && origin === 'made').id);
  const [dieCut] = (await studio.invoke('finish_options')).presets;
  const finished = await studio.invoke('finish_stickers', { ids: chosen, finish: dieCut.finish });
  const pack = await studio.invoke('create_pack', { title: 'Good morning', author: 'Robin' });
  await studio.invoke('add_to_pack', { id: pack.id, ids: finished.stickers.map(({ id }) => id) });
  const other = await studio.invoke('create_pack', { title: 'Kitchen', author: 'Robin' });
  await studio.invoke('add_to_pack', { id: other.id, ids: all.filter(({ prompt }) => /avocado|hamburger/.test(prompt)).map(({ id }) => id) });
  return pack.id;
}

async function packsDark(pack) {
  await studio.goTo('packs');
  await studio.click(`[data-testid="pack-${pack}"] button`);
  await studio.find('[data-testid=platform-status]');
  await studio.click('[data-testid=tab-telegram]');
  await studio.run('document.activeElement.blur()');
  await take('packs-dark', 3000);
}

async function compareDark() {
  const [{ id: left }, { id: right }] = await stickers(studio, { text: 'sunglasses' });
  await studio.goTo('library');
  await studio.click(`[data-testid="sticker-${left}"]`);
  await studio.run('document.querySelector(arguments[0]).dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }))', `[data-testid="sticker-${right}"]`);
  await studio.find('[data-testid=batch]');
  await studio.press('c');
  await studio.find('[data-testid=compare][open]');
  await take('compare-dark');
  await studio.press(Key.escape);
}

async function createDark() {
  await studio.goTo('create');
  await typePrompt('a panda');
  await studio.clickText('Any', 'form');
  await studio.says('[data-testid=make]', /Make 4/);
  const { id } = await submit(studio, { prompt: 'a panda', count: 4, seed: 21, steps: 60 });
  const card = `[data-testid="job-${id}"]`;
  await until(async () => {
    const job = await jobOf(studio, id);
    const step = Number(/Step (\d+)/.exec(await studio.text(`${card} [data-testid=job-state]`))?.[1]);
    return job.tiles[0].sticker && step > 8 && step < 30 && (await studio.has(`${card} canvas[data-drawn]`));
  }, 'some are made and some form', 60_000);
  await take('create-dark', 0);
}

async function theme(name) {
  await studio.goTo('settings');
  await studio.clickText(name, 'fieldset');
  await until(async () => (await studio.attribute('html', 'data-theme')) === name.toLowerCase(), `the theme is ${name}`);
}

async function typePrompt(prompt) {
  await studio.fill('[data-testid=prompt]', prompt);
}

/** The ideas come from chance; for this one click it is a constant. */
async function sameIdeas() {
  const before = await studio.text('[data-testid=idea-0]');
  await studio.run(`
    crypto.getRandomValues = (numbers) => {
      delete crypto.getRandomValues;
      return numbers.fill(12);
    };
    document.querySelector('[data-testid=more-ideas]').click();`);
  await until(async () => (await studio.text('[data-testid=idea-0]')) !== before, 'there are other ideas');
}

/** Takes a picture once everything is shown, no notice lies over it and the pointer is away. */
async function take(name, pause = 400) {
  const file = join(FOLDER, `${name}.png`);
  if (pause > 0) {
    await until(() => studio.run('return [...document.images].every((image) => image.complete) && !document.querySelector("[data-testid=toast], [data-testid=undo-toast]")'), 'everything is shown');
    await studio.hover();
    await sleep(pause);
  }
  execFileSync('import', ['-window', 'root', '-crop', '1180x780+0+0', '+repage', '-strip', '-define', 'png:compression-level=9', '-define', 'png:compression-filter=5', file]);
  if (statSync(file).size > MOST_BYTES) execFileSync('convert', [file, '-colors', '256', '-define', 'png:compression-level=9', `PNG8:${file}`]);
  console.log(`${file} ${statSync(file).size}`);
}
