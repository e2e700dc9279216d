// Opens the real program in a real window and drives it over WebDriver. WebKitWebDriver is Debian's package webkit2gtk-driver;
// on Linux Tauri's own driver is only a proxy before it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const ROOT = resolve(import.meta.dirname, '../..');

/** The keys that have no character, as WebDriver spells them. */
export const Key = {
  backspace: '\uE003', tab: '\uE004', enter: '\uE007', shift: '\uE008', control: '\uE009', escape: '\uE00C', space: ' ',
  left: '\uE012', up: '\uE013', right: '\uE014', down: '\uE015', delete: '\uE017',
};

/** The program under test: `STICKER_STUDIO` names another one, such as an installed package's. */
export const PROGRAM = process.env.STICKER_STUDIO ?? join(ROOT, 'target/debug/sticker-studio');

/** A new folder for the settings and the library of one test. */
export function newHome() {
  return mkdtempSync(join(tmpdir(), 'sticker-window-'));
}

export function removeHome(home) {
  rmSync(home, { recursive: true, force: true });
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Opens a window on the library in `home`. */
export async function open(home, { args = [], env = {}, width = 1180, height = 780 } = {}) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    env: {
      ...process.env,
      TAURI_WEBVIEW_AUTOMATION: 'true',
      STICKER_STUDIO_HOME: home,
      STICKER_MODEL_DIR: join(ROOT, 'assets/model'),
      STICKER_CACHE_DIR: join(home, 'cache'),
      NODEVICE_SELECT: '1',
      LANG: 'en_US.UTF-8',
      ...env,
    },
    stdio: ['ignore', 'ignore', process.env.STUDIO_LOG ? 'inherit' : 'ignore'],
    // The driver leads its own group, so that the program which it starts ends with it.
    detached: true,
  });
  const call = async (method, path, body) => {
    const answer = await fetch(base + path, {
      method,
      signal: AbortSignal.timeout(30_000),
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await until(() => call('GET', '/status'), 'the driver answers', 15_000);
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary: PROGRAM, args } } };
  const began = performance.now();
  const { sessionId } = await call('POST', '/session', { capabilities });
  const opened = performance.now() - began;
  const studio = new Window(driver, home, (method, path, body) => call(method, `/session/${sessionId}${path}`, body));
  studio.openedMs = opened;
  await studio.resize(width, height);
  return studio;
}

/** Waits until `look` gives something true, and gives that back. */
export async function until(look, what, ms = 20_000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      last = await look();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain until ${what}; last: ${last?.message ?? JSON.stringify(last)}`);
    await sleep(40);
  }
}

class Window {
  constructor(driver, home, call) {
    this.driver = driver;
    this.home = home;
    this.call = call;
  }

  /** Runs a script's body in the page; `arguments` are its arguments. */
  run(script, ...args) {
    return this.call('POST', '/execute/sync', { script, args });
  }

  /** Runs an async function's body in the page and waits for its result. */
  runAsync(body, ...args) {
    const script = `const done = arguments[arguments.length - 1]; (async (...args) => { ${body} })(...arguments).then((value) => done({ value }), (error) => done({ error: String(error?.message ?? error) }));`;
    return this.call('POST', '/execute/async', { script, args }).then(({ value, error }) => {
      if (error) throw new Error(error);
      return value;
    });
  }

  async element(css) {
    return (await this.call('POST', '/element', { using: 'css selector', value: css }))[ELEMENT];
  }

  /** The element once it is there. */
  find(css, ms) {
    return until(() => this.element(css), `there is ${css}`, ms);
  }

  has(css) {
    return this.run('return document.querySelector(arguments[0]) !== null', css);
  }

  gone(css, ms) {
    return until(async () => !(await this.has(css)), `${css} is gone`, ms);
  }

  async click(css) {
    await until(async () => {
      await this.call('POST', `/element/${await this.element(css)}/click`, {});
      return true;
    }, `${css} can be clicked`);
  }

  async fill(css, text) {
    const element = await this.find(css);
    await this.call('POST', `/element/${element}/clear`, {});
    await this.call('POST', `/element/${element}/value`, { text });
  }

  text(css) {
    return this.run('return document.querySelector(arguments[0])?.textContent ?? null', css);
  }

  count(css) {
    return this.run('return document.querySelectorAll(arguments[0]).length', css);
  }

  /** Presses keys one after the other; a list is pressed together ([Key.control, 'z']). */
  async press(...keys) {
    const actions = keys.flatMap((key) => {
      const chord = Array.isArray(key) ? key : [key];
      return [
        ...chord.map((value) => ({ type: 'keyDown', value })),
        ...chord.toReversed().map((value) => ({ type: 'keyUp', value })),
      ];
    });
    await this.call('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  resize(width, height) {
    return this.call('POST', '/window/rect', { x: 0, y: 0, width, height });
  }

  /** The whole display as a PNG file. WebDriver's own screenshots hang with WebKit's software compositor. */
  screenshot(file) {
    execFileSync('import', ['-window', 'root', file]);
  }

  async source(file) {
    writeFileSync(file, await this.run('return document.documentElement.outerHTML'));
  }

  /** Closes the window as a person does and waits until the program has ended. */
  async close() {
    await this.call('DELETE', '').catch(() => {});
    await this.kill();
  }

  /** Ends the program at once, as a power cut would. */
  async kill() {
    const gone = new Promise((done) => {
      if (this.driver.exitCode !== null || this.driver.signalCode) done();
      else this.driver.once('exit', done);
    });
    try {
      process.kill(-this.driver.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
    await gone;
  }
}
