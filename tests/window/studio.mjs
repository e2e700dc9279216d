// Opens the real program in a real window and drives it over WebDriver. WebKitWebDriver is Debian's package webkit2gtk-driver;
// on Linux Tauri's own driver is only a proxy before it.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeWindows } from './x11.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
export const ROOT = resolve(import.meta.dirname, '../..');
/** The built-in model, which the tests of the program from the source tree use. */
export const MODEL = join(ROOT, 'assets/model');

/** The keys that have no character, as WebDriver spells them. */
export const Key = {
  backspace: '\uE003', tab: '\uE004', enter: '\uE007', shift: '\uE008', control: '\uE009', alt: '\uE00A', escape: '\uE00C', space: ' ',
  end: '\uE010', home: '\uE011', left: '\uE012', up: '\uE013', right: '\uE014', down: '\uE015', delete: '\uE017',
};

/** The program under test: `STICKER_STUDIO` names another one, such as an installed package's. */
export const PROGRAM = process.env.STICKER_STUDIO ?? join(ROOT, 'target/debug/sticker-studio');

/** What still runs is ended with this process, whatever ended it. */
const drivers = new Set();
process.on('exit', () => drivers.forEach(end));

function end(driver) {
  drivers.delete(driver);
  try {
    process.kill(-driver.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

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

/**
 * Opens a window on the library in `home`. File dialogs are answered by `dialogs` (see `Dialogs`): without a portal the program asks
 * zenity, and a script of that name comes first on its path.
 */
export async function open(home, { args = [], env = {}, width = 1180, height = 780 } = {}) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const dialogs = new Dialogs(home);
  const { DBUS_SESSION_BUS_ADDRESS: _, XDG_RUNTIME_DIR: __, ...outside } = process.env;
  const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    env: {
      ...outside,
      TAURI_WEBVIEW_AUTOMATION: 'true',
      STICKER_STUDIO_HOME: home,
      // What the page itself remembers lies there.
      XDG_DATA_HOME: join(home, 'page'),
      STICKER_MODEL_DIR: MODEL,
      STICKER_CACHE_DIR: join(home, 'cache'),
      NODEVICE_SELECT: '1',
      LANG: 'en_US.UTF-8',
      PATH: `${dialogs.folder}:${process.env.PATH}`,
      ...env,
    },
    stdio: ['ignore', 'ignore', process.env.STUDIO_LOG ? 'inherit' : 'ignore'],
    // The driver leads its own group, so that the program which it starts ends with it.
    detached: true,
  });
  drivers.add(driver);
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
  const studio = new Window(driver, home, dialogs);
  try {
    await until(() => call('GET', '/status'), 'the driver answers', 15_000);
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary: PROGRAM, args } } };
    studio.startedAt = performance.now();
    const { sessionId } = await call('POST', '/session', { capabilities });
    studio.openedMs = performance.now() - studio.startedAt;
    studio.call = (method, path, body) => call(method, `/session/${sessionId}${path}`, body);
    await studio.resize(width, height);
  } catch (error) {
    await studio.kill();
    throw error;
  }
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

/** Answers the program's file dialogs in a person's place. */
class Dialogs {
  constructor(home) {
    this.folder = join(home, 'stub');
    this.answerFile = join(this.folder, 'answer');
    this.logFile = join(this.folder, 'asked');
    mkdirSync(this.folder, { recursive: true });
    const zenity = join(this.folder, 'zenity');
    writeFileSync(zenity, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${this.logFile}'\n[ -s '${this.answerFile}' ] || exit 1\ncat '${this.answerFile}'\n`);
    chmodSync(zenity, 0o755);
    this.choose();
  }

  /** From now on the person chooses these files; none: closes the dialog. */
  choose(...paths) {
    writeFileSync(this.answerFile, paths.join('|'));
  }

  /** What the dialogs were asked for, one line each. */
  get asked() {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').trimEnd().split('\n') : [];
  }
}

class Window {
  constructor(driver, home, dialogs) {
    this.driver = driver;
    this.home = home;
    this.dialogs = dialogs;
  }

  /** The program's process. */
  get pid() {
    const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    return children(this.driver.pid)[0];
  }

  /** Runs a script's body in the page; `arguments` are its arguments. */
  run(script, ...args) {
    return this.call('POST', '/execute/sync', { script, args });
  }

  /** Runs an async function's body in the page and waits for its result; `args` are its arguments. */
  runAsync(body, ...args) {
    const script = `const done = arguments[arguments.length - 1]; (async (...args) => { ${body} })(...arguments).then((value) => done({ value }), (error) => done({ error: String(error?.message ?? error) }));`;
    return this.call('POST', '/execute/async', { script, args }).then(({ value, error }) => {
      if (error) throw new Error(error);
      return value;
    });
  }

  /** Calls one of the program's commands as the page does. */
  invoke(command, args = {}) {
    return this.runAsync('return await window.__TAURI_INTERNALS__.invoke(args[0], args[1])', command, args);
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
      const element = await this.element(css);
      // The driver itself would leave it at the edge, under a scroll bar.
      await this.run('arguments[0].scrollIntoView({ block: "center" })', { [ELEMENT]: element });
      await this.call('POST', `/element/${element}/click`, {});
      return true;
    }, `${css} can be clicked`);
  }

  /** Moves the pointer over the element; without one into the window's corner. */
  async hover(css) {
    const origin = css ? { [ELEMENT]: await this.find(css) } : 'viewport';
    const move = { type: 'pointerMove', origin, x: 0, y: 0, duration: 0 };
    await this.call('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions: [move] }] });
  }

  /** Clicks the button, link or menu entry with this text. */
  async clickText(text, within = 'body') {
    await until(
      () =>
        this.run(
          `const named = [...document.querySelectorAll(arguments[1] + ' :is(button, [role=menuitem], [role=menuitemcheckbox], label)')]
            .find((each) => each.textContent.trim() === arguments[0] || each.getAttribute('aria-label') === arguments[0]);
          named?.click();
          return Boolean(named);`,
          text,
          within,
        ),
      `"${text}" can be clicked`,
    );
  }

  async fill(css, text) {
    const element = await this.find(css);
    await this.call('POST', `/element/${element}/clear`, {});
    await this.call('POST', `/element/${element}/value`, { text });
  }

  text(css) {
    return this.run('return document.querySelector(arguments[0])?.textContent ?? null', css);
  }

  /** Waits until the element says something that matches. */
  says(css, pattern, ms) {
    return until(async () => {
      const text = await this.text(css);
      if (text !== null && pattern.test(text)) return text;
      throw new Error(`it says ${JSON.stringify(text)}`);
    }, `${css} says ${pattern}`, ms);
  }

  attribute(css, name) {
    return this.run('return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null', css, name);
  }

  count(css) {
    return this.run('return document.querySelectorAll(arguments[0]).length', css);
  }

  /** Opens a screen by its button. */
  async goTo(screen) {
    await this.click(`[data-testid=nav-${screen}]`);
    await this.find(`main[data-screen=${screen}]`);
  }

  /** Presses keys one after the other; a list is pressed together ([Key.control, 'z']); a number is a pause in ms. */
  async press(...keys) {
    const actions = keys.flatMap((key) => {
      if (typeof key === 'number') return [{ type: 'pause', duration: key }];
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
  async close(ms = 10_000) {
    const { pid } = this;
    if (pid !== undefined) {
      await closeWindows(pid);
      await until(() => !isAlive(pid), 'the program has ended', ms).finally(() => this.kill());
    }
    await this.kill();
  }

  /** Ends the program at once, as a power cut would. */
  async kill() {
    const gone = new Promise((done) => {
      if (this.driver.exitCode !== null || this.driver.signalCode) done();
      else this.driver.once('exit', done);
    });
    end(this.driver);
    await gone;
  }
}

function isAlive(pid) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
