// Figures of the real window. Not a test: it prints, and fails only when a key of the review is lost.
//   xvfb-run -a -s '-screen 0 1180x780x24' node tests/window/bench.mjs [start memory preview review library]
// `library` wants a library of many stickers: LIBRARY=FOLDER, as `cargo run --package library --example bench_library 10000 FOLDER/data`
// makes it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { make, stickers, submit } from './harness.mjs';
import { png } from './png.mjs';
import { newHome, open, removeHome, until } from './studio.mjs';

const RUNS = 7;
const figures = {};

const benches = { start: coldStart, memory, preview, review, library };
const chosen = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  figures[name] = await bench();
  console.log(`${name}: ${JSON.stringify(figures[name])}`);
}

/** From the process's birth until the prompt box has the focus, and until it was first painted. */
async function coldStart() {
  const ready = [];
  const painted = [];
  const again = [];
  const home = newHome();
  for (let run = 0; run < RUNS; run += 1) {
    const fresh = newHome();
    for (const [where, to] of [[fresh, ready], [home, again]]) {
      const studio = await open(where);
      const born = birth(studio.pid);
      const page = await until(() => studio.run(`
        if (!document.documentElement.dataset.ready || document.activeElement?.dataset.testid !== 'prompt') return null;
        const paint = performance.getEntriesByName('first-contentful-paint')[0];
        return paint ? { paint: performance.timeOrigin + paint.startTime, ready: window.readyAt ?? Date.now() } : null;`), 'the prompt box is ready');
      to.push(page.ready - born);
      if (to === ready) painted.push(page.paint - born);
      await studio.close();
    }
    removeHome(fresh);
  }
  removeHome(home);
  return { usableMs: spread(ready), firstPaintMs: spread(painted), usableMsAgain: spread(again) };
}

/** The shared memory of all processes counted once, in MiB. */
async function memory() {
  return withStudio(async (studio) => {
    await make(studio, { prompt: 'a warm-up' });
    await sleep(5_000);
    const atRest = proportional(studio.pid);
    const { id } = await submit(studio, { prompt: 'a busy beaver', count: 8, steps: 25 });
    let most = { total: 0 };
    await until(async () => {
      const now = proportional(studio.pid);
      if (now.total > most.total) most = now;
      return (await studio.invoke('queue')).jobs.find((job) => job.id === id).state === 'done';
    }, 'the job is done', 120_000);
    return { atRestMiB: atRest, generatingMiB: most };
  });
}

/**
 * How previews come: pictures a second, and the time from the moment when the page is told of a frame until the frame is on its canvas
 * and the next animation frame has begun.
 */
async function preview() {
  return withStudio(async (studio) => {
    await make(studio, { prompt: 'a warm-up' });
    await studio.run(`
      window.frames_ = [];
      window.told_ = null;
      const { fetch } = window;
      window.fetch = (address, ...rest) => {
        if (String(address.url ?? address).includes('__TAURI_CHANNEL__')) window.told_ = performance.now();
        return fetch(address, ...rest);
      };
      const context = CanvasRenderingContext2D.prototype;
      const { putImageData } = context;
      context.putImageData = function (...picture) {
        putImageData.apply(this, picture);
        const told = window.told_;
        const drawn = performance.now();
        requestAnimationFrame(() => window.frames_.push({ told, drawn, shown: performance.now() }));
      };`);
    const { id } = await submit(studio, { prompt: 'a busy beaver', count: 4, steps: 60 });
    await until(async () => (await studio.invoke('queue')).jobs.find((job) => job.id === id).state === 'done', 'the job is done', 120_000);
    const frames = await studio.run('return window.frames_');
    const moments = [...new Set(frames.map(({ told }) => told))].sort((a, b) => a - b);
    const gaps = moments.slice(1).map((moment, index) => moment - moments[index]);
    return {
      frames: moments.length,
      pictures: frames.length,
      gapMs: spread(gaps),
      toldToDrawnMs: spread(frames.map(({ told, drawn }) => drawn - told)),
      toldToShownMs: spread(frames.map(({ told, shown }) => shown - told)),
    };
  });
}

/** Keys at a pace, two for each sticker: every one must be a rating in the library. */
async function review() {
  const answer = {};
  for (const perSecond of [2, 5]) {
    const outside = newHome();
    const count = 40;
    const files = Array.from({ length: count }, (_, index) => {
      const file = join(outside, `${String(index).padStart(3, '0')}.png`);
      writeFileSync(file, png(128, (x, y) => [(x * 2 + index * 5) % 256, (y * 2 + index * 11) % 256, index * 6, 255]));
      return file;
    });
    answer[`${perSecond} stickers a second`] = await withStudio(
      async (studio) => {
        await until(async () => (await stickers(studio)).length === count, 'the stickers are imported');
        await studio.run('document.querySelector("dialog[open]")?.close()');
        await studio.goTo('review');
        await studio.find('[data-testid=review-card] img');
        await studio.run(`
          window.keys_ = [];
          addEventListener('keydown', (event) => {
            const came = event.timeStamp;
            requestAnimationFrame(() => setTimeout(() => window.keys_.push(performance.now() - came)));
          }, true);`);
        const plan = Array.from({ length: count }, (_, index) => [['strong', 'weak', 'fail'][index % 3], 1 + (index % 5)]);
        const pause = 500 / perSecond;
        // Not in one go: the driver gives up on a list of keys that takes half a minute.
        for (let at = 0; at < count; at += 10) {
          await studio.press(...plan.slice(at, at + 10).flatMap(([alignment, quality]) => [{ strong: 'q', weak: 'w', fail: 'e' }[alignment], pause, String(quality), pause]));
        }
        await studio.find('[data-testid=review-summary]');
        await until(async () => (await stickers(studio, { unrated: true })).length === 0, 'all are rated', 10_000).catch(() => {});
        const given = (await stickers(studio)).map(({ rating }) => [rating.alignment, rating.quality]);
        const missed = given.filter(([alignment, quality], index) => alignment !== plan[index][0] || quality !== plan[index][1]).length;
        assert.equal(missed, 0, `${missed} of ${count} ratings are not what was typed`);
        const late = await studio.run('return window.keys_');
        assert.equal(late.length, 2 * count);
        return { stickers: count, missed, keyToShownMs: spread(late) };
      },
      { args: files },
    );
    removeHome(outside);
  }
  return answer;
}

/** Ten thousand stickers, as the page sees them. */
async function library() {
  const home = process.env.LIBRARY;
  if (!home) return 'not measured: LIBRARY=FOLDER names a generated one';
  return withStudio(async (studio) => {
    await studio.goTo('settings');
    // The screen's code is loaded once; what a person waits for is the list.
    const opening = [];
    for (let run = 0; run < RUNS; run += 1) {
      await studio.run('document.querySelector("[data-testid=nav-settings]").click()');
      await sleep(200);
      opening.push(await studio.runAsync(`
        const began = performance.now();
        document.querySelector('[data-testid=nav-library]').click();
        const shown = () => {
          const pictures = [...document.querySelectorAll('[data-testid=grid] img')];
          return pictures.length > 0 && pictures.every((picture) => picture.complete && picture.naturalWidth > 0);
        };
        let listed = null;
        while (!shown()) {
          if (listed === null && document.querySelector('[data-testid=grid] [role=option] img')) listed = performance.now() - began;
          await new Promise(requestAnimationFrame);
          if (performance.now() - began > 20000) throw new Error('the library is not shown');
        }
        const pictures = performance.now() - began;
        return { listed: listed ?? pictures, pictures, nodes: document.querySelectorAll('*').length };`));
    }
    const ask = (query) => studio.runAsync(`
      const everything = { text: '', alignment: [], trash: false, order: 'newest', favourite: null, minQuality: null, unrated: null, set: null, adapter: null, tag: null, device: null, bucket: null, origin: null, job: null, from: null, to: null };
      const times = [];
      let total = 0;
      for (let run = 0; run < 21; run += 1) {
        const began = performance.now();
        total = (await window.__TAURI_INTERNALS__.invoke('stickers', { query: { ...everything, ...args[0] }, offset: 0, limit: 200 })).total;
        times.push(performance.now() - began);
      }
      return { total, times };`, query);
    const page = await ask({});
    const search = await ask({ text: 'sleepy rob' });
    const typed = [];
    for (const text of ['cat', 'sleepy', 'owl dancing', 'penguin', 'ramen', 'dragon cry', 'robot']) {
      typed.push(await studio.runAsync(`
        const box = document.querySelector('[data-testid=search]');
        const ids = () => [...document.querySelectorAll('[data-testid=grid] [role=option]')].map((each) => each.dataset.id + each.getAttribute('aria-setsize')).join();
        const before = ids();
        box.value = args[0];
        const began = performance.now();
        box.dispatchEvent(new InputEvent('input', { bubbles: true }));
        while (ids() === before || !document.querySelector('[data-testid=grid] [role=option] img')) {
          await new Promise(requestAnimationFrame);
          if (performance.now() - began > 5000) throw new Error('nothing is found');
        }
        return performance.now() - began;`, text));
      await sleep(150);
    }
    await studio.run('const box = document.querySelector("[data-testid=search]"); box.value = ""; box.dispatchEvent(new InputEvent("input", { bubbles: true }));');
    await sleep(500);
    const scrolling = await studio.runAsync(`
      const grid = document.querySelector('[data-testid=grid]');
      const frames = [];
      let nodes = 0;
      let last = performance.now();
      while (frames.length < 180) {
        grid.scrollTop += 90;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
        nodes = Math.max(nodes, document.querySelectorAll('*').length);
      }
      return { frames, nodes };`);
    return {
      stickers: page.total,
      openedToTilesMs: spread(opening.map(({ listed }) => listed)),
      openedToPicturesMs: spread(opening.map(({ pictures }) => pictures)),
      firstPageMs: spread(page.times),
      searchMs: { found: search.total, ...spread(search.times) },
      typedToFoundMs: { waitedFor: 120, ...spread(typed) },
      scrolling: { frameMs: spread(scrolling.frames), nodes: scrolling.nodes },
    };
  }, {}, home);
}

async function withStudio(body, how = {}, where = null) {
  const home = where ?? newHome();
  const studio = await open(home, how);
  try {
    await studio.find('.jobs > header + *');
    return await body(studio);
  } finally {
    await studio.close().catch(() => studio.kill());
    if (!where) removeHome(home);
  }
}

/** When a process was started, in ms since 1970. */
function birth(pid) {
  const ticks = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[19]);
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return Date.now() - (uptime - ticks / 100) * 1000;
}

/** PSS in MiB of a process and all that it has started. */
function proportional(pid) {
  const all = {};
  const visit = (one) => {
    const name = readFileSync(`/proc/${one}/comm`, 'utf8').trim();
    const pss = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))[1]) / 1024;
    all[name] = Math.round((all[name] ?? 0) + pss);
    for (const task of readdirSync(`/proc/${one}/task`)) {
      for (const child of readFileSync(`/proc/${one}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean)) visit(child);
    }
  };
  visit(pid);
  return { total: Object.values(all).reduce((sum, each) => sum + each, 0), ...all };
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] * 10) / 10;
  return { median: at(0.5), p95: at(0.95), least: at(0), most: at(1) };
}
