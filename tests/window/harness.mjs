// What the tests of the window share.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newHome, open, removeHome, ROOT, until } from './studio.mjs';

/** Pictures of the window as it was when a test failed. */
const FAILURES = join(ROOT, 'target/window');

/**
 * A test with a home of its own. `body` gets the home and a function that opens a window on it (or on another); all windows are ended
 * afterwards, whatever happened.
 */
export function windowTest(name, body, options = {}) {
  test(name, { timeout: 120_000, ...options }, async (context) => {
    const homes = [];
    const windows = [];
    const home = () => {
      const made = newHome();
      homes.push(made);
      return made;
    };
    const start = async (where, how) => {
      const studio = await open(where, how);
      windows.push(studio);
      await studio.find('html[data-ready]');
      // The list of jobs has come from the library, or the sentence why it cannot.
      await studio.find('.jobs > header + *, main > [role=alert]');
      return studio;
    };
    try {
      await body({ home: home(), anotherHome: home, start, context });
    } catch (error) {
      keepPicture(windows.at(-1), name);
      throw error;
    } finally {
      await Promise.all(windows.map((studio) => studio.kill()));
      homes.forEach(removeHome);
    }
  });
}

function keepPicture(studio, name) {
  if (!studio) return;
  try {
    mkdirSync(FAILURES, { recursive: true });
    studio.screenshot(join(FAILURES, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`));
  } catch {
    // The test's own failure is what has to be told.
  }
}

/** The form as a first start shows it. */
export async function emptyDraft(studio) {
  const { draft } = await studio.invoke('start');
  return { ...draft, prompt: '', count: 1, steps: null, seed: null, model: null, plan: { kind: 'single' } };
}

/** Puts a draft into the queue without the form. */
export async function submit(studio, draft) {
  return studio.invoke('submit_draft', { draft: { ...(await emptyDraft(studio)), ...draft } });
}

/** Makes stickers without the form and waits for them; their ids in the order of their tiles. */
export async function make(studio, draft) {
  const { id } = await submit(studio, { steps: 2, ...draft });
  const made = await until(async () => {
    const job = await jobOf(studio, id);
    assert.notEqual(job.state, 'failed', job.error);
    return job.state === 'done' && job;
  }, `${draft.prompt} is made`, 60_000);
  return made.tiles.map((tile) => tile.sticker);
}

export async function jobOf(studio, id) {
  const { jobs } = await studio.invoke('queue');
  return jobs.find((job) => job.id === id);
}

/** Everything that a query finds, at most 500. */
export async function stickers(studio, query = {}) {
  const everything = {
    text: '', favourite: null, alignment: [], minQuality: null, unrated: null, set: null, adapter: null, tag: null, device: null,
    bucket: null, origin: null, job: null, from: null, to: null, trash: false, order: 'oldest',
  };
  const page = await studio.invoke('stickers', { query: { ...everything, ...query }, offset: 0, limit: 500 });
  assert.equal(page.stickers.length, Math.min(page.total, 500));
  return page.stickers;
}

/** Decodes pictures in the page, as the person would see them: for each its width, or why there is none. */
export function decodedWidths(studio, ids, kind = 'full') {
  return studio.runAsync(
    `const [ids, kind] = args;
     const width = async (id) => {
       const image = new Image();
       image.src = 'sticker://localhost/' + kind + '/' + id;
       await image.decode();
       return image.naturalWidth;
     };
     const settled = await Promise.allSettled(ids.map(width));
     return settled.map((each) => each.value ?? String(each.reason));`,
    ids,
    kind,
  );
}

/** Types into the form and waits until the program has looked at it, which is also when the draft is kept. */
export async function fillForm(studio, { prompt, count }) {
  if (prompt !== undefined) await studio.fill('[data-testid=prompt]', prompt);
  if (count !== undefined) {
    await studio.fill('[data-testid=count]', String(count));
    await studio.says('[data-testid=make]', new RegExp(`^\\s*Make ${count} sticker`));
  }
}

/** Imports pictures by the Library's button, and stays there; the stickers that came in. */
export async function importPictures(studio, ...paths) {
  const before = new Set((await stickers(studio)).map(({ id }) => id));
  await studio.goTo('library');
  studio.dialogs.choose(...paths);
  await studio.click('[data-testid=import]');
  return until(async () => {
    const come = (await stickers(studio)).filter(({ id }) => !before.has(id));
    return come.length === paths.length && come;
  }, 'the pictures are imported');
}

/** Boxes whose content is wider than they are, but for rows that scroll sideways on purpose. */
export function sideways(studio) {
  return studio.run(`return [document.documentElement, ...document.querySelectorAll('.scroll, main, nav')]
    .filter((box) => box.scrollWidth > box.clientWidth + 1 && ['auto', 'scroll', 'visible'].includes(getComputedStyle(box).overflowX) && box.clientWidth > 0 && box.getAttribute('aria-orientation') !== 'horizontal')
    .map((box) => box.tagName + '.' + box.className + ': ' + box.scrollWidth + ' in ' + box.clientWidth);`);
}
