// As much of the X protocol as it takes to press a window's close button: WebDriver only knows how to kill the program, and under
// Xvfb there is no window manager that could be asked.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const INTERN_ATOM = 16;
const QUERY_TREE = 15;
const GET_PROPERTY = 20;
const SEND_EVENT = 25;
const CLIENT_MESSAGE = 33;
const BAD_WINDOW = 3;

/** Asks the top-level windows of the process to close, and says how many were asked. */
export async function closeWindows(pid) {
  const display = await Display.open();
  try {
    const [protocols, closing, ofProcess] = [
      await display.atom('WM_PROTOCOLS'),
      await display.atom('WM_DELETE_WINDOW'),
      await display.atom('_NET_WM_PID'),
    ];
    let asked = 0;
    for (const window of await display.children(display.root)) {
      try {
        const [owner] = await display.property(window, ofProcess);
        const known = await display.property(window, protocols);
        if (owner !== pid || !known.includes(closing)) continue;
        display.send(window, protocols, [closing, 0, 0, 0, 0]);
        // The answer to any request says that the ones before it have arrived.
        await display.atom('WM_PROTOCOLS');
        asked += 1;
      } catch (error) {
        // It is gone already, as windows of menus and tooltips go.
        if (error.code !== BAD_WINDOW) throw error;
      }
    }
    return asked;
  } finally {
    display.socket.destroy();
  }
}

class Display {
  #received = Buffer.alloc(0);
  #waiting = null;
  #sent = 0;

  constructor(socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#waiting?.();
    });
  }

  static async open(name = process.env.DISPLAY ?? '') {
    const number = /^:(\d+)/.exec(name)?.[1];
    if (number === undefined) throw new Error(`this is no local display: "${name}"`);
    const socket = connect(`/tmp/.X11-unix/X${number}`);
    await new Promise((done, failed) => socket.once('connect', done).once('error', failed));
    const display = new Display(socket);
    const { kind, cookie } = authority(number);
    const hello = Buffer.alloc(12);
    hello.write('l');
    hello.writeUInt16LE(11, 2);
    hello.writeUInt16LE(kind.length, 6);
    hello.writeUInt16LE(cookie.length, 8);
    socket.write(Buffer.concat([hello, padded(kind), padded(cookie)]));
    const head = await display.#take(8);
    const rest = await display.#take(head.readUInt16LE(6) * 4);
    if (head[0] !== 1) throw new Error('the display lets nobody in');
    const vendor = Math.ceil(rest.readUInt16LE(16) / 4) * 4;
    display.root = rest.readUInt32LE(32 + vendor + rest[21] * 8);
    return display;
  }

  async atom(name) {
    const text = Buffer.from(name);
    const head = Buffer.alloc(4);
    head.writeUInt16LE(text.length);
    return (await this.#ask(INTERN_ATOM, 0, Buffer.concat([head, padded(text)]))).readUInt32LE(8);
  }

  async children(window) {
    const answer = await this.#ask(QUERY_TREE, 0, words(window));
    return numbers(answer.subarray(32));
  }

  /** A property's 32-bit numbers; none where it is missing. */
  async property(window, name) {
    const answer = await this.#ask(GET_PROPERTY, 0, words(window, name, 0, 0, 64));
    return answer[1] === 32 ? numbers(answer.subarray(32, 32 + answer.readUInt32LE(16) * 4)) : [];
  }

  send(window, kind, data) {
    const event = Buffer.concat([Buffer.from([CLIENT_MESSAGE, 32, 0, 0]), words(window, kind, ...data)]);
    this.#write(SEND_EVENT, 0, Buffer.concat([words(window, 0), event]));
  }

  async #ask(code, detail, body) {
    this.#write(code, detail, body);
    const mine = this.#sent & 0xffff;
    for (;;) {
      const head = await this.#take(32);
      const isReply = head[0] === 1;
      const rest = isReply ? await this.#take(head.readUInt32LE(4) * 4) : Buffer.alloc(0);
      // Events, and errors of requests that want no answer.
      if (head[0] > 1 || head.readUInt16LE(2) !== mine) continue;
      if (isReply) return Buffer.concat([head, rest]);
      throw Object.assign(new Error(`the display refused request ${code}: error ${head[1]}`), { code: head[1] });
    }
  }

  #write(code, detail, body) {
    const head = Buffer.from([code, detail, 0, 0]);
    head.writeUInt16LE(1 + body.length / 4, 2);
    this.socket.write(Buffer.concat([head, body]));
    this.#sent += 1;
  }

  async #take(count) {
    while (this.#received.length < count) await new Promise((done) => (this.#waiting = done));
    const taken = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }
}

/** The display's cookie; without a file for it the display asks for none. */
function authority(number) {
  const none = { kind: Buffer.alloc(0), cookie: Buffer.alloc(0) };
  if (!process.env.XAUTHORITY) return none;
  const file = readFileSync(process.env.XAUTHORITY);
  for (let at = 0; at < file.length; ) {
    at += 2;
    const fields = [];
    for (let field = 0; field < 4; field += 1) {
      const length = file.readUInt16BE(at);
      fields.push(file.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    const [, display, kind, cookie] = fields;
    if (display.length === 0 || display.toString() === number) return { kind, cookie };
  }
  return none;
}

function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function words(...values) {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

function numbers(bytes) {
  return Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readUInt32LE(index * 4));
}
