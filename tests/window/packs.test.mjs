// Stickers become a pack: ordered, given their emoji, mended, exported and printed.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importPictures, sideways, windowTest } from './harness.mjs';
import { chunksOf, png } from './png.mjs';
import { Key, until } from './studio.mjs';
import { filesOf } from './zip.mjs';

const NAMES = ['cat', 'dog', 'fox', 'heart'];
const tile = '[data-testid=pack-grid] [role=option]';

/** A disc of some colour; around it nothing. */
const disc = (colour) => png(96, (x, y) => [...colour, Math.hypot(x - 47.5, y - 47.5) < 40 ? 255 : 0]);

const order = (studio) => studio.run('return [...document.querySelectorAll(arguments[0])].map((each) => each.dataset.id)', tile);

/** What is kept of the only pack. */
async function kept(studio) {
  const [{ id }] = await studio.invoke('packs');
  const { pack, stickers } = await studio.invoke('pack', { id });
  return { title: pack.title, author: pack.author, ids: stickers.map(({ sticker }) => sticker.id), emoji: stickers.map(({ emoji }) => emoji) };
}

const isKept = (studio, right, what) => until(async () => {
  const now = await kept(studio);
  if (right(now)) return now;
  throw new Error(JSON.stringify(now));
}, what);

windowTest('a pack is made, mended, exported and printed, and is there at the next start', async ({ home, anotherHome, start }) => {
  const outside = anotherHome();
  let studio = await start(home);
  const files = NAMES.map((name, index) => {
    const file = join(outside, `${name}.png`);
    writeFileSync(file, disc([60 * index, 90, 200 - 40 * index]));
    return file;
  });
  const imported = await importPictures(studio, ...files);
  const named = (name) => imported.find(({ prompt }) => prompt === name).id;

  // A pack with a title of its own, and stickers, chosen by keys alone.
  await studio.goTo('packs');
  await studio.click('[data-testid=first-pack]');
  await until(async () => (await studio.run('return document.activeElement.dataset.testid')) === 'pack-title', 'its title can be typed');
  await studio.press(...'Friends', Key.enter);
  await studio.press('a');
  await studio.find('[data-testid=picker][open] [role=option]');
  await studio.run('document.querySelector("[data-testid=picker-grid]").focus()');
  await studio.press(Key.space, Key.end, [Key.shift, Key.space]);
  await studio.says('[data-testid=picker-add]', /Add 4 stickers/);
  await studio.press([Key.control, Key.enter]);
  await studio.gone('[data-testid=picker][open]');
  await until(async () => (await studio.count(tile)) === 4, 'four stickers are in the pack');

  // The first one goes one place on; what is seen is what is kept.
  const before = await order(studio);
  assert.deepEqual([...before].sort(), imported.map(({ id }) => id).sort());
  await studio.run('document.querySelector("[data-testid=pack-grid]").focus()');
  await studio.press(Key.home, [Key.alt, Key.right]);
  const after = [before[1], before[0], ...before.slice(2)];
  await until(async () => (await order(studio)).join() === after.join(), 'the first one changes its place');
  await isKept(studio, ({ title, ids }) => title === 'Friends' && ids.join() === after.join(), 'title and order are kept');

  // Each has an emoji from its prompt; another one is found by its name.
  const fox = `[data-testid="packed-${named('fox')}"]`;
  assert.deepEqual((await kept(studio)).emoji.flat().sort(), ['🐱', '🐶', '🦊', '❤️'].sort());
  await studio.click(fox);
  await studio.press('e');
  await studio.find('[data-testid=emoji-popover][open]');
  await studio.press(...'dizzy');
  await until(async () => (await studio.count('[data-testid=emoji-list] button')) > 0 && !/🦊/.test(await studio.text('[data-testid=emoji-list]')), 'emoji are found');
  const found = await studio.text('[data-testid=emoji-list] button');
  await studio.press(Key.enter);
  await studio.says('[data-testid=emoji-chosen]', new RegExp(`🦊.*${found}`, 's'));
  // The first Escape empties the search.
  await studio.press(Key.escape, Key.escape);
  await studio.gone('[data-testid=emoji-popover][open]');
  await studio.says(`${fox} [data-emoji]`, new RegExp(found));
  const chosen = ['🦊', found];
  const emojiOf = ({ ids, emoji }) => emoji[ids.indexOf(named('fox'))];
  await isKept(studio, (now) => emojiOf(now).join() === chosen.join(), 'the emoji is kept');

  // WhatsApp wants an author, which can be mended.
  await studio.click('[data-testid=tab-whatsapp]');
  await studio.says('[data-testid=platform-status]', /WhatsApp would refuse this pack/);
  await studio.find('[data-testid=findings-blocks] [data-testid=finding-missingAuthor]');
  await studio.click('[data-testid=fix]');
  await studio.find('[data-testid=fix-report] li');
  await studio.says('[data-testid=platform-status]', /takes this pack|Ready for WhatsApp/);
  assert.equal(await studio.has('[data-testid=findings-blocks]'), false);
  const mended = await kept(studio);
  assert.notEqual(mended.author, '');
  assert.equal(await studio.run('return document.querySelector("[data-testid=pack-author]").value'), mended.author, 'the author is shown');
  assert.deepEqual([mended.ids, emojiOf(mended)], [after, chosen], 'what was chosen stays');

  // In a small window nothing is lost at the side.
  await studio.resize(900, 640);
  await studio.find('[data-testid=platform-select]');
  assert.deepEqual(await sideways(studio), []);
  await studio.resize(1180, 780);
  await studio.find('[data-testid=tab-whatsapp][aria-selected=true]');
  assert.deepEqual(await sideways(studio), []);

  // Exported by the key.
  const archive = join(outside, 'friends.wastickers');
  studio.dialogs.choose(archive);
  await studio.run('document.querySelector("[data-testid=pack-grid]").focus()');
  await studio.press([Key.control, Key.enter]);
  await studio.says('[data-testid=export-result]', /4 stickers/);
  assert.match(studio.dialogs.asked.at(-1), /friends\.wastickers/, 'a name is suggested');
  const written = filesOf(readFileSync(archive));
  const pictures = [...written].filter(([name]) => /^\d/.test(name));
  assert.deepEqual(pictures.map(([name]) => name), ['01', '02', '03', '04'].map((place, index) => `${place}_${imported.find(({ id }) => id === after[index]).prompt}.png`));
  for (const [name, bytes] of pictures) {
    chunksOf(bytes);
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [512, 512], name);
    assert.ok(bytes.length <= 100_000, `${name} has ${bytes.length} bytes`);
  }
  assert.equal(written.get('title.txt')?.toString('utf8').trim(), 'Friends');
  await studio.click('[data-testid=export-details]');
  await until(async () => (await studio.count('[data-testid=export-table] tbody tr')) === 4, 'each sticker has its line');
  await studio.press(Key.escape);
  await studio.gone('[data-testid=export-table][open]');

  // Printed into a folder.
  const folder = join(outside, 'printed');
  mkdirSync(folder);
  studio.dialogs.choose(folder);
  await studio.click('[data-testid=print-open]');
  await studio.click('[data-testid=print]');
  await studio.says('[data-testid=print-result]', /1 page written/);
  const printed = readdirSync(folder, { recursive: true });
  const [pdf] = printed.filter((name) => name.endsWith('.pdf'));
  assert.ok(pdf && printed.some((name) => name.endsWith('.svg')), `a sheet, and its cut lines as a file of their own: ${printed.join()}`);
  assert.match(readFileSync(join(folder, pdf)).toString('latin1'), /^%PDF-1\.\d[\s\S]*%%EOF\s*$/);
  await studio.press(Key.escape);
  await studio.gone('[data-testid=print-dialog][open]');
  const last = await kept(studio);
  assert.deepEqual(last.ids, after);
  await studio.close();

  studio = await start(home);
  await studio.goTo('packs');
  await until(async () => (await order(studio)).join() === after.join(), 'the order is as it was');
  assert.deepEqual(await kept(studio), last);
  assert.equal(await studio.run('return document.querySelector("[data-testid=pack-title]").value'), 'Friends');
  await studio.find('[data-testid=tab-whatsapp][aria-selected=true]');
  await studio.says('[data-testid=platform-status]', /takes this pack|Ready for WhatsApp/);
});
