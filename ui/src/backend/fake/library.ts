import type { Bucket, Draft, Facets, Page, Query, Rating, RecipeView, Sticker, StickerDetail, StyleSet } from '../../bindings';
import { StudioError } from '..';
import { draw } from './draw';
import { hash, hex, makeId, Random } from './random';
import { matcher, sorted } from './query';
import { phrase, SETS, STYLES, SUBJECTS, TAGS } from './words';

export type Entry = {
  sticker: Sticker;
  tags: string[];
  sets: Set<string>;
  device: string | null;
  adapters: { name: string; sha256: string; weight: number }[];
  job: string | null;
  style: string | null;
  steps: number;
  guidance: number;
  sampler: string;
  negativePrompt: string;
  start: { sha256: string; strength: number } | null;
};

export const ADAPTERS = [
  { id: '01hq3v2m8kd5c7p9r4s6t1w3x5', name: 'Soft crayons', sha256: hex('crayons', 64), bytes: 4_812_304, rank: 16, form: 'kohya' },
  { id: '01hq3v2m8kd5c7p9r4s6t1w3x6', name: 'Mei’s ink lines', sha256: hex('ink', 64), bytes: 2_406_152, rank: 8, form: 'diffusers' },
] as const;
const DEVICES = ['NVIDIA GeForce RTX 4070', 'CPU (8 cores)'];
const HOUR = 3_600_000;

export class FakeLibrary {
  readonly entries = new Map<string, Entry>();
  /** Pictures that are not drawn from their prompt: finished ones. */
  readonly drawn = new Map<string, string>();
  sets: Omit<StyleSet, 'count'>[] = [];
  private readonly random = new Random(20_261_123);

  constructor(count: number) {
    const now = Date.now();
    if (count > 0) this.sets = SETS.map((name, i) => ({ id: makeId(now - i * HOUR, this.random), name, createdAt: now - i * HOUR }));
    let at = now - 20_000;
    for (let i = 0; i < count; i++) {
      this.grow(at, i);
      at -= i % 4 === 3 ? 60_000 + this.random.below((90 * 24 * HOUR) / count) * 4 : 900;
    }
  }

  private grow(at: number, index: number): void {
    const { random } = this;
    const imported = random.chance(0.06);
    const bucket: Bucket | null = random.chance(0.8) ? random.pick(['emotion', 'emotion', 'action', 'scene'] as const) : null;
    const entry = this.add({
      prompt: imported ? `holiday-${1 + random.below(90)}` : phrase(bucket ?? 'emotion', random.pick(SUBJECTS), (from) => random.pick(from)),
      createdAt: at,
      bucket: imported ? null : bucket,
      origin: imported ? 'imported' : 'made',
    });
    const { sticker } = entry;
    sticker.favourite = random.chance(0.14);
    if (random.chance(0.55)) {
      sticker.rating.alignment = random.pick(['strong', 'strong', 'weak', 'fail'] as const);
      if (random.chance(0.9)) sticker.rating.quality = 1 + random.below(5);
    }
    if (index > 12 && random.chance(0.03)) sticker.trashedAt = Date.now() - random.below(72) * HOUR;
    while (random.chance(0.3)) entry.tags = [...new Set([...entry.tags, random.pick(TAGS)])];
    if (random.chance(0.16)) entry.sets.add(random.pick(this.sets).id);
    if (!imported && random.chance(0.18)) entry.adapters = [{ ...random.pick(ADAPTERS), weight: random.pick([0.6, 0.8, 1]) }];
    if (!imported) entry.device = random.chance(0.8) ? (DEVICES[0] ?? null) : (DEVICES[1] ?? null);
  }

  add(made: { prompt: string; createdAt: number; bucket: Bucket | null; origin: Sticker['origin']; seed?: number; job?: string; draft?: Draft }): Entry {
    const { random } = this;
    const { draft } = made;
    const sticker: Sticker = {
      id: makeId(made.createdAt, random),
      prompt: made.prompt,
      width: 256,
      height: 256,
      createdAt: made.createdAt,
      favourite: false,
      rating: { alignment: null, quality: null },
      origin: made.origin,
      seed: made.origin === 'made' ? (made.seed ?? random.below(2 ** 32)) : null,
      bucket: made.bucket,
      trashedAt: null,
    };
    const entry: Entry = {
      sticker,
      tags: [],
      sets: new Set(),
      device: made.origin === 'made' ? (DEVICES[0] ?? null) : null,
      adapters: (draft?.adapters ?? []).flatMap((use) => ADAPTERS.filter((a) => a.id === use.id).map((a) => ({ ...a, weight: use.weight }))),
      job: made.job ?? null,
      style: draft ? draft.style : random.chance(0.7) ? random.pick(STYLES) : null,
      steps: draft?.steps ?? random.pick([20, 25, 25, 25, 40]),
      guidance: draft?.guidance ?? random.pick([3, 4, 4, 4, 5.5]),
      sampler: draft?.sampler ?? random.pick(['dpmpp_2m_karras', 'dpmpp_2m_karras', 'ddim']),
      negativePrompt: draft?.negativePrompt ?? (random.chance(0.2) ? 'text, blurry' : ''),
      start: draft?.start ? { sha256: hex(draft.start.sticker, 64), strength: draft.start.strength } : null,
    };
    this.entries.set(sticker.id, entry);
    return entry;
  }

  picture(id: string): string {
    const drawn = this.drawn.get(id);
    if (drawn) return drawn;
    const entry = this.entries.get(id);
    const prompt = entry?.sticker.prompt ?? '';
    return `data:image/svg+xml,${encodeURIComponent(draw(String(entry?.sticker.seed ?? prompt), prompt))}`;
  }

  entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (!entry) throw new StudioError('input', `there is no such sticker: ${id}`);
    return entry;
  }

  change(ids: string[], change: (entry: Entry) => void): null {
    ids.map((id) => this.entry(id)).forEach(change);
    return null;
  }

  found(query: Query): Entry[] {
    return sorted([...this.entries.values()].filter(matcher(query)), query.order);
  }

  page(query: Query, offset: number, limit: number): Page {
    const found = this.found(query);
    return { total: found.length, offset, stickers: found.slice(offset, offset + limit).map((e) => structuredClone(e.sticker)) };
  }

  rate(ids: string[], rating: Rating): null {
    if (rating.quality !== null && ![1, 2, 3, 4, 5].includes(rating.quality)) throw new StudioError('usage', 'quality goes from 1 to 5');
    return this.change(ids, (e) => (e.sticker.rating = { ...rating }));
  }

  emptyTrash(): number {
    const gone = [...this.entries.values()].filter((e) => e.sticker.trashedAt !== null);
    gone.forEach((e) => this.entries.delete(e.sticker.id));
    return gone.length;
  }

  set(id: string): Omit<StyleSet, 'count'> {
    const set = this.sets.find((s) => s.id === id);
    if (!set) throw new StudioError('input', 'there is no such set');
    return set;
  }

  setName(name: string, except?: string): string {
    const trimmed = name.trim();
    if (trimmed.length < 1 || trimmed.length > 80) throw new StudioError('usage', 'a name has 1 to 80 characters');
    if (this.sets.some((s) => s.id !== except && s.name.toLowerCase() === trimmed.toLowerCase()))
      throw new StudioError('input', `there is a set of that name already: ${trimmed}`);
    return trimmed;
  }

  createSet(name: string): StyleSet {
    const set = { id: makeId(Date.now(), this.random), name: this.setName(name), createdAt: Date.now() };
    this.sets.push(set);
    return { ...set, count: 0 };
  }

  facets(): Facets {
    const shown = [...this.entries.values()].filter((e) => e.sticker.trashedAt === null);
    const counted = (values: string[]) => {
      const counts = new Map<string, number>();
      values.forEach((value) => counts.set(value, (counts.get(value) ?? 0) + 1));
      return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
    };
    const adapters = counted(shown.flatMap((e) => e.adapters.map((a) => a.sha256)));
    return {
      total: shown.length,
      favourites: shown.filter((e) => e.sticker.favourite).length,
      unrated: shown.filter((e) => e.sticker.rating.alignment === null && e.sticker.rating.quality === null).length,
      trashed: this.entries.size - shown.length,
      sets: this.sets.map((set) => ({ ...set, count: shown.filter((e) => e.sets.has(set.id)).length })).sort((a, b) => a.name.localeCompare(b.name)),
      tags: counted(shown.flatMap((e) => e.tags)),
      devices: counted(shown.flatMap((e) => (e.device ? [e.device] : []))),
      adapters: adapters.map(({ name, count }) => ({ sha256: name, name: ADAPTERS.find((a) => a.sha256 === name)?.name ?? name, count })),
    };
  }

  detail(id: string): StickerDetail {
    const entry = this.entry(id);
    const made = entry.sticker.origin === 'made';
    // Not from the id, which has the time in it: pictures of the page should come out the same each day.
    const same = `${entry.sticker.seed} ${entry.sticker.prompt}`;
    return {
      sticker: structuredClone(entry.sticker),
      tags: [...entry.tags],
      sets: [...entry.sets],
      bytes: 21_000 + (hash(same) % 30_000),
      sha256: hex(same, 64),
      recipe: made ? recipe(entry) : null,
      parameters: !made && hash(same) % 2 ? 'a watercolour cat, sticker\nSteps: 28, Sampler: Euler a, CFG scale: 7, Seed: 1443, Size: 512x512, Model: dreamlike' : null,
    };
  }
}

function recipe(entry: Entry): RecipeView {
  const { sticker, style } = entry;
  const view = {
    model: 'built-in', modelSha256: hex('built-in', 64),
    adapters: entry.adapters.map(({ name, sha256, weight }) => ({ name, sha256, weight })),
    prompt: sticker.prompt,
    fullPrompt: style ? `${style} sticker: ${sticker.prompt}` : sticker.prompt,
    negativePrompt: entry.negativePrompt, style,
    seed: sticker.seed ?? 0, sampler: entry.sampler, steps: entry.steps, guidance: entry.guidance, guidanceRescale: 0,
    width: sticker.width, height: sticker.height, start: entry.start, alpha: 'decoder',
    device: entry.device ?? '', precision: entry.device?.startsWith('CPU') ? 'f32' : 'f16', program: 'sticker-studio 0.1.0',
  };
  return { ...view, json: JSON.stringify(view, null, 2) };
}
