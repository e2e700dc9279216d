import { readFileSync, existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { backend, install, StudioError, stickerUrl } from '../src/backend';
import { createFake, DEFAULTS, optionsFromUrl, type FakeOptions } from '../src/backend/fake';
import { commands, type Query, type StudioEvent } from '../src/bindings';

const ALL: Query = {
  text: '', favourite: null, alignment: [], minQuality: null, unrated: null, set: null, adapter: null, tag: null,
  device: null, bucket: null, origin: null, job: null, from: null, to: null, trash: false, order: 'newest',
};

function open(options: Partial<FakeOptions> = {}) {
  const fake = createFake({ ...DEFAULTS, stickers: 60, latency: 0, jobs: 'none', ...options });
  install(fake.studio);
  return fake;
}

/** Every module that the page of `entry` is made of. */
function modules(entry: string): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const at = resolve(dirname(file), target ?? '');
      const found = ['', '.ts', '/index.ts', '.js'].map((end) => at + end).find((path) => existsSync(path) && /\.\w+$/.test(path));
      if (found && !found.endsWith('.css') && !found.endsWith('.json')) visit(found);
    }
  };
  visit(resolve(entry));
  return new Set([...seen].map((file) => relative('src', file)));
}

describe('the door', () => {
  it('keeps the fake out of the product', () => {
    const product = modules('src/main.ts');
    expect(product).toContain('backend/tauri.ts');
    expect([...product].filter((file) => file.includes('fake') || file.includes('mock'))).toEqual([]);
    expect(modules('src/mock-main.ts')).toContain('backend/fake/index.ts');
  });

  it('is the only one', () => {
    const outside = [...modules('src/main.ts')].filter((file) => !file.startsWith('backend/') && file !== 'bindings.ts');
    for (const file of outside) expect(readFileSync(`src/${file}`, 'utf8'), file).not.toMatch(/@tauri-apps|import \{[^}]*\bcommands\b[^}]*\} from '[^']*bindings'/);
  });

  it('knows every command', async () => {
    const { studio } = open();
    expect(Object.keys(studio).sort()).toEqual([...Object.keys(commands), 'stickerUrl'].sort());
  });

  it('throws StudioError and nothing else', async () => {
    open({ fail: ['facets:busy'] });
    await expect(backend.facets()).rejects.toMatchObject({ name: 'StudioError', code: 'busy' });
    await expect(backend.sticker('nope')).rejects.toBeInstanceOf(StudioError);
    expect(StudioError.from(new Error('x'))).toMatchObject({ code: 'internal', message: 'x' });
    expect(StudioError.from({ code: 'device', message: 'y' })).toMatchObject({ code: 'device', message: 'y' });
  });
});

describe('the fake studio', () => {
  it('pages, filters and searches', async () => {
    open({ stickers: 300 });
    const all = await backend.stickers(ALL, 0, 50);
    expect(all.stickers).toHaveLength(50);
    expect(await backend.stickerIds(ALL)).toHaveLength(all.total);
    const cats = await backend.stickers({ ...ALL, text: 'SLEEPY ca' }, 0, 50);
    expect(cats.stickers.every((s) => s.prompt.includes('sleepy ca'))).toBe(true);
    expect((await backend.facets()).favourites).toBe((await backend.stickers({ ...ALL, favourite: true }, 0, 1)).total);
    expect((await backend.stickers({ ...ALL, text: '爱' }, 0, 1)).total).toBeGreaterThan(0);
  });

  it('moves to the trash and back', async () => {
    open();
    const [id = ''] = await backend.stickerIds(ALL);
    await backend.trash([id]);
    expect(await backend.stickerIds(ALL)).not.toContain(id);
    expect(await backend.stickerIds({ ...ALL, trash: true })).toContain(id);
    await backend.restore([id]);
    expect(await backend.stickerIds(ALL)).toContain(id);
  });

  it('makes the stickers of a job', async () => {
    vi.useFakeTimers();
    open({ speed: 12 });
    const events: StudioEvent[] = [];
    const stop = await backend.subscribe((event) => events.push(event));
    const draft = { ...(await after(backend.start())).draft, prompt: '{red|blue} cat', count: 6 };
    const job = await after(backend.submitDraft(draft));
    await vi.advanceTimersByTimeAsync(3000);
    const done = (await after(backend.queue())).jobs.find((each) => each.id === job.id);
    expect(done?.state).toBe('done');
    expect(events.filter((event) => event.kind === 'made')).toHaveLength(6);
    expect(stickerUrl(done?.tiles[0]?.sticker ?? '', 'thumb')).toContain('svg');
    stop();
    vi.useRealTimers();
  });

  it('reads its options from the URL', () => {
    expect(optionsFromUrl(new URL('http://x/mock.html?stickers=10000&lang=zh&fail=disk,addModel:busy'))).toMatchObject({ stickers: 10000, language: 'zh', fail: ['disk', 'addModel:busy'] });
    expect(optionsFromUrl(new URL('http://x/?empty=1'))).toMatchObject({ stickers: 0, empty: true, hintSeen: false });
  });
});

async function after<T>(answer: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(1);
  return answer;
}
