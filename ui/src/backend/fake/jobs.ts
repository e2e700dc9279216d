import type { Draft, Job, JobAction, JobState, Queue, StudioEvent } from '../../bindings';
import { StudioError } from '..';
import { draw } from './draw';
import { problem, tiles } from './drafts';
import type { FakeLibrary } from './library';
import { failure, type FakeOptions } from './options';
import { frame } from './previews';
import { makeId, Random } from './random';

const TICK = 120;
const STEP_MS = 110;
const AT_ONCE = 4;

type Entry = { job: Job; draft: Draft; step: number };

/** A queue that behaves: one job at a time, four pictures at once, a preview about eight times a second. */
export class FakeJobs {
  private list: Entry[] = [];
  private paused = false;
  private timer: ReturnType<typeof setInterval> | undefined;
  private previewInFlight = false;
  private readonly random = new Random(77);
  previews = true;

  constructor(
    private readonly library: FakeLibrary,
    private readonly options: FakeOptions,
    private readonly emit: (event: StudioEvent) => void,
    private readonly show: (frame: ArrayBuffer) => void,
  ) {}

  submit(draft: Draft, title = draft.prompt.trim()): Job {
    const wrong = problem(draft);
    if (wrong) throw new StudioError('input', wrong.message);
    const entry = this.add(draft, title, 'queued');
    this.tell(entry);
    this.wake();
    return structuredClone(entry.job);
  }

  add(draft: Draft, title: string, state: JobState, age = 0, made = 0): Entry {
    const createdAt = Date.now() - age;
    const plan = tiles(draft, this.random);
    const job: Job = { id: makeId(createdAt, this.random), title, state, createdAt, ...plan, error: null, warnings: [] };
    const entry: Entry = { job, draft: structuredClone(draft), step: 0 };
    this.list.push(entry);
    for (let tile = 0; tile < made; tile++) this.make(entry, tile, createdAt + tile * 900);
    return entry;
  }

  queue(): Queue {
    return { paused: this.paused, jobs: this.list.map((e) => structuredClone(e.job)) };
  }

  pauseQueue(paused: boolean): null {
    this.paused = paused;
    this.tellOrder();
    this.wake();
    return null;
  }

  action(id: string, action: JobAction): null {
    const entry = this.find(id);
    const { job } = entry;
    const from = (...states: JobState[]) => {
      if (!states.includes(job.state)) throw new StudioError('usage', `a job that is ${job.state} cannot do that`);
    };
    if (action === 'pause') (from('running', 'queued'), (job.state = 'paused'));
    else if (action === 'resume') (from('paused', 'interrupted'), (job.state = 'queued'));
    else if (action === 'retry') (from('failed', 'cancelled'), (job.state = 'queued'), (job.error = null), (entry.step = 0));
    else if (action === 'cancel') (from('running', 'queued', 'paused', 'interrupted'), (job.state = 'cancelled'));
    else return this.remove(entry);
    this.tell(entry);
    this.wake();
    return null;
  }

  move(id: string, before: string | null): null {
    const entry = this.find(id);
    this.list = this.list.filter((e) => e !== entry);
    const at = before === null ? -1 : this.list.indexOf(this.find(before));
    this.list.splice(at < 0 ? this.list.length : at, 0, entry);
    this.tellOrder();
    return null;
  }

  busy(): boolean {
    return this.list.some((e) => e.job.state === 'running');
  }

  shown(): void {
    this.previewInFlight = false;
  }

  prompts(): string[] {
    return this.list.map((e) => e.draft.prompt).reverse();
  }

  private remove(entry: Entry): null {
    if (['running', 'queued'].includes(entry.job.state)) throw new StudioError('usage', 'cancel the job first');
    this.list = this.list.filter((e) => e !== entry);
    this.emit({ kind: 'jobRemoved', id: entry.job.id });
    return null;
  }

  private find(id: string): Entry {
    const entry = this.list.find((e) => e.job.id === id);
    if (!entry) throw new StudioError('input', 'there is no such job');
    return entry;
  }

  private tell(entry: Entry): void {
    this.emit({ kind: 'job', job: structuredClone(entry.job) });
  }

  private tellOrder(): void {
    this.emit({ kind: 'queue', paused: this.paused, order: this.list.map((e) => e.job.id) });
  }

  wake(): void {
    this.timer ??= setInterval(() => this.tick(), TICK);
  }

  private tick(): void {
    const entry = this.list.find((e) => e.job.state === 'running') ?? (this.paused ? undefined : this.list.find((e) => e.job.state === 'queued'));
    if (!entry) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    const { job, draft } = entry;
    if (job.state === 'queued') {
      job.state = 'running';
      this.tell(entry);
    }
    const of = draft.steps ?? 25;
    const first = job.tiles.findIndex((tile) => tile.sticker === null);
    const last = Math.min(first + AT_ONCE, job.tiles.length);
    const fails = this.options.fail.find((each) => each === 'disk' || each === 'device');
    entry.step = Math.min(of, entry.step + (TICK / STEP_MS) * this.options.speed);
    if (fails && entry.step > of / 2) return this.failed(entry, fails === 'disk' ? 'disk_full' : 'device');
    this.progress(entry, first, last, of);
    if (entry.step < of) return;
    entry.step = 0;
    for (let tile = first; tile < last; tile++) {
      const sticker = this.make(entry, tile, Date.now());
      this.emit({ kind: 'made', job: job.id, tile, sticker });
    }
    if (last === job.tiles.length) job.state = 'done';
    this.tell(entry);
  }

  private progress(entry: Entry, first: number, last: number, of: number): void {
    const { job } = entry;
    const step = Math.floor(entry.step);
    const perStep = STEP_MS / 1000 / this.options.speed;
    const rounds = Math.ceil((job.tiles.length - first) / AT_ONCE);
    this.emit({
      kind: 'progress',
      progress: {
        job: job.id, stage: step === 0 ? 'loading the model' : null, step, of, tiles: [first, last],
        secondsPerStep: perStep, secondsLeft: Math.max(0, (rounds * of - step) * perStep), device: 'NVIDIA GeForce RTX 4070',
      },
    });
    if (!this.previews || this.previewInFlight || step === 0) return;
    this.previewInFlight = true;
    const pictures = job.tiles.slice(first, last).map((tile, i) => ({ tile: first + i, url: `data:image/svg+xml,${encodeURIComponent(draw(String(tile.seed), tile.prompt))}` }));
    void frame(job.id, step, of, pictures).then(this.show);
  }

  private make(entry: Entry, tile: number, at: number) {
    const wanted = entry.job.tiles[tile];
    if (!wanted) throw new StudioError('internal', 'no such tile');
    const { draft, job } = entry;
    const made = this.library.add({ prompt: wanted.prompt, createdAt: at + tile, bucket: draft.bucket, origin: 'made', seed: wanted.seed, job: job.id, draft });
    wanted.sticker = made.sticker.id;
    return structuredClone(made.sticker);
  }

  private failed(entry: Entry, code: 'disk_full' | 'device'): void {
    entry.job.state = 'failed';
    entry.job.error = failure(code).message;
    entry.step = 0;
    this.tell(entry);
  }
}
