// What a script could do that got into the page: nothing outside the studio's own commands.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { emptyDraft, make, stickers, windowTest } from './harness.mjs';

const PAGE = 'tauri://localhost';

/** A server that must never be asked. */
async function listener(context) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader('access-control-allow-origin', '*');
    response.end('got out');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  context.after(() => server.close());
  return { asked, address: `http://127.0.0.1:${server.address().port}` };
}

/** Runs the body of an async function in the page: what it returned, or the error it threw. */
function attempt(studio, body, ...args) {
  return studio.runAsync(`try { return { returned: await (async () => { ${body} })() }; } catch (error) { return { refused: String(error?.message ?? error) }; }`, ...args);
}

/** Calls commands from inside the page. */
function caller(studio) {
  return (command, args = {}) => attempt(studio, 'return (await window.__TAURI_INTERNALS__.invoke(args[0], args[1])) ?? null', command, args);
}

/** The requests that were not refused. */
async function taken(call, requests) {
  const answers = [];
  for (const [command, args] of requests) answers.push([await call(command, args), `${command} ${JSON.stringify(args)}`]);
  return answers.filter(([{ returned }]) => returned !== undefined).map(([, request]) => request);
}

async function pageWorks(studio) {
  assert.equal(await studio.run('return location.href'), PAGE);
  assert.equal(typeof (await studio.invoke('start')).version, 'string');
}

windowTest('a script in the page cannot reach out, run text as code, or frame another page', async ({ home, start, context }) => {
  const { asked, address } = await listener(context);
  const studio = await start(home);
  // That the probe itself works is seen from outside the page.
  assert.equal(await (await fetch(address)).text(), 'got out');
  asked.length = 0;

  for (const target of ['https://example.com/', `${address}/fetch`, `${address.replace('127.0.0.1', 'localhost')}/fetch`, 'file:///etc/hostname', 'data:text/plain,x']) {
    const { returned, refused } = await attempt(studio, 'return (await fetch(args[0], { mode: "no-cors" })).type', target);
    assert.equal(returned, undefined, `fetch ${target}`);
    assert.ok(refused, target);
  }
  const outside = {
    'XMLHttpRequest': `return await new Promise((done, failed) => { const x = new XMLHttpRequest(); x.onload = () => done(x.status); x.onerror = () => failed('refused'); x.open('GET', args[0] + '/xhr'); x.send(); })`,
    'WebSocket': `return await new Promise((done, failed) => { const socket = new WebSocket(args[0].replace('http', 'ws')); socket.onopen = () => done('open'); socket.onerror = () => failed('refused'); setTimeout(() => failed('silence'), 2000); })`,
    'EventSource': `return await new Promise((done, failed) => { const source = new EventSource(args[0] + '/events'); source.onopen = () => done('open'); source.onerror = () => failed('refused'); })`,
    'img': `return await new Promise((done, failed) => { const image = new Image(); image.onload = () => done('loaded'); image.onerror = () => failed('refused'); image.src = args[0] + '/image'; })`,
    'script src': `return await new Promise((done, failed) => { const script = document.createElement('script'); script.onload = () => done('loaded'); script.onerror = () => failed('refused'); script.src = args[0] + '/script'; document.head.append(script); })`,
    'stylesheet': `return await new Promise((done, failed) => { const link = document.createElement('link'); link.rel = 'stylesheet'; link.onload = () => done('loaded'); link.onerror = () => failed('refused'); link.href = args[0] + '/style'; document.head.append(link); })`,
    'worker': `return await new Promise((done, failed) => { const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); worker.onmessage = () => done('ran'); worker.onerror = () => failed('refused'); setTimeout(() => failed('silence'), 1000); })`,
    'eval': `return await window['ev' + 'al']('1 + 1')`,
    'Function': `return new (async () => {}).constructor('return 1')()`,
    'import': `return await import('data:text/javascript,export default 1')`,
  };
  for (const [what, body] of Object.entries(outside)) {
    const { returned, refused } = await attempt(studio, body, address);
    assert.equal(returned, undefined, `${what} got through`);
    assert.ok(refused, what);
  }
  await attempt(studio, 'return navigator.sendBeacon(args[0] + "/beacon", "x")', address);

  const inline = await studio.run(`
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    const style = document.createElement('style');
    style.textContent = 'nav { display: none !important }';
    const text = document.createElement('p');
    text.setAttribute('style', 'position: fixed');
    const image = document.createElement('div');
    image.innerHTML = '<img src="x" onerror="window.handlerRan = true">';
    document.body.append(script, style, text, image);
    setTimeout('window.timerRan = true', 0);
    return { nav: getComputedStyle(document.querySelector('nav')).display, text: getComputedStyle(text).position };`);
  assert.deepEqual(inline, { nav: 'flex', text: 'static' }, 'inline styles are refused');
  await sleep(300);
  assert.deepEqual(await studio.run('return [window.inlineRan, window.handlerRan, window.timerRan].map((each) => each ?? null)'), [null, null, null], 'inline scripts are refused');

  const frames = await studio.runAsync(`
    const sources = [args[0] + '/frame', 'tauri://localhost/', 'https://example.com/', 'data:text/html,<p>x'];
    const frames = sources.map((source) => Object.assign(document.createElement('iframe'), { src: source }));
    document.body.append(...frames);
    await new Promise((done) => setTimeout(done, 500));
    return frames.map((frame) => { try { return frame.contentDocument?.body?.children.length ?? 0; } catch { return 'a foreign page'; } });`, address);
  assert.deepEqual(frames.filter((each) => typeof each === 'number' && each > 0), [], 'no frame shows a page');

  assert.deepEqual(asked, [], 'nothing left the window');
  await pageWorks(studio);
});

windowTest('the page cannot be led away', async ({ home, start, context }) => {
  const { asked, address } = await listener(context);
  const studio = await start(home);
  for (const target of ['https://example.com/', `${address}/there`, 'file:///etc/hostname', 'data:text/html,<p>x', 'about:blank', 'sticker://localhost/full/x']) {
    await studio.run('location.href = arguments[0]', target).catch(() => {});
    await sleep(250);
    assert.equal(await studio.run('return location.href'), PAGE, `location.href = ${target}`);
  }
  for (const how of ['', '_blank', '_top']) {
    await studio.run(`const link = Object.assign(document.createElement('a'), { href: arguments[0] + '/link', target: arguments[1] }); document.body.append(link); link.click();`, address, how);
    await sleep(200);
  }
  await studio.run(`const form = Object.assign(document.createElement('form'), { action: arguments[0] + '/form', method: 'post' }); document.body.append(form); form.submit();`, address);
  const opened = await studio.run('try { return window.open(arguments[0] + "/popup") === null; } catch { return true; }', address);
  await sleep(400);
  assert.equal(opened, true, 'window.open gives no window');
  assert.equal((await studio.call('GET', '/window/handles')).length, 1);
  await studio.run(`const refresh = Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: '0;url=' + arguments[0] + '/meta' }); document.head.append(refresh);`, address);
  await sleep(400);
  assert.deepEqual(asked, [], 'nothing was asked for');
  await pageWorks(studio);
  await make(studio, { prompt: 'a calm turtle' });
});

windowTest('only the studio\'s own commands answer, and only with what they expect', async ({ home, start }) => {
  const studio = await start(home);
  const [id] = await make(studio, { prompt: 'a brave hedgehog' });
  const call = caller(studio);
  assert.equal(await studio.run('return typeof window.__TAURI__'), 'undefined');

  const foreign = [
    ['plugin:window|set_title', { label: 'main', value: 'x' }],
    ['plugin:window|close', { label: 'main' }],
    ['plugin:webview|create_webview_window', { options: { label: 'other', url: 'index.html' } }],
    ['plugin:webview|internal_toggle_devtools', {}],
    ['plugin:fs|read_text_file', { path: '/etc/passwd' }],
    ['plugin:shell|execute', { program: 'sh', args: ['-c', 'true'] }],
    ['plugin:shell|open', { path: 'https://example.com' }],
    ['plugin:opener|open_url', { url: 'https://example.com' }],
    ['plugin:dialog|open', { options: {} }],
    ['plugin:http|fetch', { url: 'https://example.com' }],
    ['plugin:path|resolve_directory', { directory: 1 }],
    ['plugin:app|version', {}],
    ['plugin:event|listen', { event: 'x', target: { kind: 'Any' }, handler: 1 }],
    ['plugin:event|emit', { event: 'x', payload: 1 }],
    ['plugin:resources|close', { rid: 1 }],
    ['plugin:window-state|restore_state', { label: 'main', flags: 1 }],
    ['no_such_command', {}],
  ];
  for (const [command, args] of foreign) {
    const { returned, refused } = await call(command, args);
    assert.equal(returned, undefined, `${command} answered`);
    assert.match(refused, /not allowed|not found|denied/i, command);
  }

  const draft = { ...(await emptyDraft(studio)), prompt: 'x' };
  const query = { text: '', alignment: [], trash: false, order: 'newest' };
  const wrong = [
    ['submit_draft', { draft: { ...draft, count: -1 } }],
    ['submit_draft', { draft: { ...draft, count: 1e9 } }],
    ['submit_draft', { draft: { ...draft, model: '../../etc' } }],
    ['submit_draft', { draft: { ...draft, start: { sticker: '../../etc/passwd', strength: 0.5 } } }],
    ['stickers', { query: { ...query, text: 1 }, offset: 0, limit: 10 }],
    ['rate', { ids: [id], rating: { alignment: 'strong', quality: 9 } }],
    ['sticker', { id: '../../../etc/passwd' }],
    ['trash', { ids: ['*'] }],
    ['trash', { ids: id }],
    ['export_adapter', { id: '../x' }],
    ['change_settings', { settings: { theme: 'dark' } }],
  ];
  assert.deepEqual(await taken(call, wrong), []);
  assert.equal((await stickers(studio)).length, 1);
  assert.deepEqual((await stickers(studio))[0].rating, { alignment: null, quality: null });
  assert.equal((await studio.invoke('queue')).jobs.length, 1);

  // The scheme knows pictures by their id and nothing else.
  const status = (path, how = {}) => attempt(studio, 'const answer = await fetch("sticker://localhost" + args[0], args[1]); return [answer.status, (await answer.arrayBuffer()).byteLength > 0]', path, how);
  assert.deepEqual(await status(`/full/${id}`), { returned: [200, true] });
  for (const path of ['/thumb/..%2f..%2f..%2fetc%2fpasswd', '/../../../etc/passwd', '/full/../library.sqlite', '/full/', '/', `/full/${id}/x`, `/full/${id}.png`, `/full/${id.toUpperCase()}`, `/other/${id}`, '/full/%00', `/full//${id}`, `//${id}`, '/full/library.sqlite', `/full/${'0'.repeat(26)}`]) {
    const { returned, refused } = await status(path);
    if (returned) assert.deepEqual(returned, [404, false], path);
    else assert.ok(refused, path);
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const { returned, refused } = await status(`/full/${id}`, { method });
    // What CORS forbids does not even arrive.
    if (returned) assert.deepEqual(returned, [405, false], method);
    else assert.ok(refused, method);
  }
  assert.deepEqual((await status(`/full/${id}`, { method: 'POST', mode: 'cors' })).returned?.[0] ?? 405, 405);

  // The prototypes that every script relies on stay as they are.
  const polluted = await studio.run(`
    const attempts = [
      () => { Object.prototype.polluted = 1; },
      () => { Object.prototype.toString = () => 'x'; },
      () => { ({}).__proto__.polluted = 1; },
      () => { Object.defineProperty(Object.prototype, 'polluted', { value: 1 }); },
      () => { JSON.parse('{"__proto__": {"polluted": 1}}'); },
      () => { Object.setPrototypeOf(Object.prototype, { polluted: 1 }); },
    ];
    for (const attempt of attempts) { try { attempt(); } catch {} }
    return [({}).polluted ?? null, String({})];`);
  assert.deepEqual(polluted, [null, '[object Object]']);

  await pageWorks(studio);
  await studio.goTo('library');
  await studio.find(`[data-testid="sticker-${id}"]`);
});

windowTest('an unknown field in a request is refused', async ({ home, start }) => {
  const studio = await start(home);
  const [id] = await make(studio, { prompt: 'a strict owl' });
  const draft = { ...(await emptyDraft(studio)), prompt: 'x' };
  const { settings } = await studio.invoke('start');
  const wrong = [
    ['submit_draft', { draft: { ...draft, output: '/etc/cron.d/x' } }],
    ['submit_draft', { draft: { ...draft, plan: { kind: 'single', path: '/' } } }],
    ['submit_draft', { draft: { ...draft, plan: { kind: 'moods', moods: ['happy'], path: '/' } } }],
    ['check_draft', { draft: { ...draft, adapters: [{ id, weight: 1, path: '/' }] } }],
    ['submit_draft', { draft: { ...draft, start: { sticker: id, strength: 0.5, path: '/' } } }],
    ['stickers', { query: { text: '', alignment: [], trash: false, order: 'newest', path: '/' }, offset: 0, limit: 10 }],
    ['rate', { ids: [id], rating: { alignment: 'strong', quality: 3, comment: 'x' } }],
    ['change_settings', { settings: { ...settings, dataFolder: '/etc' } }],
  ];
  assert.deepEqual(await taken(caller(studio), wrong), []);
});
