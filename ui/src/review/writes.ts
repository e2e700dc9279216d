import type { StudioError } from '../bindings';

/** Sends what the page holds for one key; read when it is sent, so the newest state goes out. */
export type Send = () => Promise<void>;

export type Refusal = { key: string; message: string; send: Send };

export type WriteState = {
  /** Writes that are not confirmed yet. */
  pending: number;
  /** Why nothing goes through at the moment; it is tried again by itself. */
  stalled: string | null;
  /** Writes that were answered with no: the sticker is gone. Kept, so that they can be tried again. */
  refused: Refusal[];
};

export type WriteOptions = {
  /** Waits between the attempts of one write; the last one repeats for ever. */
  waits?: number[];
  sleep?: (ms: number) => Promise<void>;
  changed?: (state: WriteState) => void;
};

/**
 * One write at a time. A key that changes again while it waits keeps its place and is sent once; one that changes
 * while it is being sent is sent again. What fails goes to the back and is tried until it succeeds, so one bad
 * write holds nothing else up.
 */
export class WriteQueue {
  #waiting = new Map<string, Send>();
  #sending: string | null = null;
  #running = false;
  #failures = 0;
  #stalled: string | null = null;
  #refused: Refusal[] = [];
  #wake: (() => void) | null = null;
  #idle: (() => void)[] = [];
  #waits: number[];
  #sleep: (ms: number) => Promise<void>;
  #changed: (state: WriteState) => void;

  constructor(options: WriteOptions = {}) {
    this.#waits = options.waits ?? [150, 600, 2000, 5000];
    this.#sleep = options.sleep ?? ((ms) => new Promise((done) => setTimeout(done, ms)));
    this.#changed = options.changed ?? (() => undefined);
  }

  get state(): WriteState {
    const sendingOnly = this.#sending !== null && !this.#waiting.has(this.#sending);
    return {
      pending: this.#waiting.size + (sendingOnly ? 1 : 0),
      stalled: this.#stalled,
      refused: this.#refused,
    };
  }

  add(key: string, send: Send): void {
    this.#waiting.set(key, send);
    this.#refused = this.#refused.filter((refusal) => refusal.key !== key);
    if (this.#running) this.#wake?.();
    else void this.#run();
    this.#changed(this.state);
  }

  /** Tries what stalled or was refused now. */
  retry(): void {
    const refused = this.#refused;
    this.#refused = [];
    for (const { key, send } of refused) if (!this.#waiting.has(key)) this.add(key, send);
    this.#wake?.();
  }

  dismissRefused(): void {
    this.#refused = [];
    this.#changed(this.state);
  }

  /** Resolves once everything added so far and since is confirmed or refused. */
  idle(): Promise<void> {
    return this.#running ? new Promise((done) => this.#idle.push(done)) : Promise.resolve();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#take(); next; next = this.#take()) {
      const [key, send] = next;
      this.#sending = key;
      const failed = await this.#failure(key, send);
      this.#sending = null;
      if (failed !== null && !this.#waiting.has(key)) this.#waiting.set(key, send);
      this.#failures = failed === null ? 0 : this.#failures + 1;
      // The first failure is not told: a busy library is no news.
      if (this.#failures !== 1) this.#stalled = failed;
      this.#changed(this.state);
      if (failed !== null) await this.#pause(this.#waits[this.#failures - 1] ?? this.#waits.at(-1) ?? 1000);
    }
    this.#running = false;
    for (const done of this.#idle.splice(0)) done();
  }

  #take(): [string, Send] | null {
    const first = this.#waiting.entries().next();
    if (first.done) return null;
    this.#waiting.delete(first.value[0]);
    return first.value;
  }

  /** Why the write must be tried again; null when it is done with. */
  async #failure(key: string, send: Send): Promise<string | null> {
    try {
      await send();
      return null;
    } catch (reason) {
      const { code, message } = asStudioError(reason);
      if (code !== 'usage') return message;
      this.#refused = [...this.#refused.filter((refusal) => refusal.key !== key), { key, message, send }];
      return null;
    }
  }

  async #pause(ms: number): Promise<void> {
    const woken = new Promise<void>((done) => (this.#wake = done));
    await Promise.race([this.#sleep(ms), woken]);
    this.#wake = null;
  }
}

function asStudioError(reason: unknown): StudioError {
  if (typeof reason === 'object' && reason !== null && 'code' in reason && 'message' in reason) {
    return reason as StudioError;
  }
  return { code: 'internal', message: reason instanceof Error ? reason.message : String(reason) };
}
