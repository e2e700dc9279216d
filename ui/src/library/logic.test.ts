import { describe, expect, it } from 'vitest';
import type { Query, RecipeView } from '../bindings';
import * as grid from './grid';
import * as query from './query';
import * as recipe from './recipe';
import * as selection from './selection';

describe('grid', () => {
  it('fills the width with squares', () => {
    const at = grid.layout(1000, 150, 10_000, 8);
    expect(at).toMatchObject({ columns: 6, tile: 160, rows: 1667 });
    expect(at.columns * at.tile + (at.columns - 1) * at.gap).toBeLessThanOrEqual(1000);
    expect(grid.layout(0, 150, 3, 8)).toMatchObject({ columns: 1, tile: 1, rows: 3 });
    expect(grid.layout(1000, 150, 0, 8)).toMatchObject({ rows: 0, height: 0 });
  });

  it('keeps a bounded number of tiles and covers what is in view', () => {
    const count = 10_000;
    for (const width of [300, 733, 1180, 2560])
      for (const wanted of [96, 144, 260]) {
        const at = grid.layout(width, wanted, count);
        for (const top of [-50, 0, 1, 777, at.height / 2, at.height - 600, at.height + 500]) {
          const { first, last } = grid.span(at, count, top, 600);
          const seen = Math.min(Math.max(0, top), Math.max(0, at.height - 600));
          expect(last - first).toBeLessThanOrEqual((Math.ceil(600 / (at.tile + at.gap)) + 1 + 2 * grid.OVERSCAN_ROWS) * at.columns);
          expect(first % at.columns).toBe(0);
          for (let i = 0; i < count; i += 97) {
            const { y } = grid.place(at, i);
            if (y + at.tile > seen && y < seen + 600) expect(i >= first && i < last, `${width} ${wanted} ${top} ${i}`).toBe(true);
          }
        }
      }
  });

  it('scrolls no further than needed', () => {
    const at = grid.layout(408, 96, 100, 8); // 4 columns of 96
    expect(grid.scrollFor(at, 0, 300, 200)).toBe(0);
    expect(grid.scrollFor(at, 5, 0, 200)).toBe(0);
    expect(grid.scrollFor(at, 8, 0, 200)).toBe(104); // the third row is cut off at 200
    expect(grid.scrollFor(at, 99, 0, 200)).toBe(at.height - 200);
  });

  it('moves by keys', () => {
    const at = grid.layout(408, 96, 10, 8); // rows of 4, 4 and 2
    const to = (key: string, from: number) => grid.step(key, from, at, 10, 210);
    expect(to('ArrowRight', 3)).toBe(4);
    expect(to('ArrowLeft', 0)).toBe(0);
    expect(to('ArrowDown', 1)).toBe(5);
    expect(to('ArrowDown', 6)).toBe(9); // nothing below: the last one
    expect(to('ArrowDown', 9)).toBe(9);
    expect(to('ArrowUp', 2)).toBe(2);
    expect(to('PageDown', 0)).toBe(8);
    expect(to('PageUp', 9)).toBe(1);
    expect(to('Home', 9)).toBe(0);
    expect(to('End', 0)).toBe(9);
    expect(to('x', 0)).toBeNull();
    expect(grid.step('End', 0, grid.layout(408, 96, 0), 0, 200)).toBeNull();
  });
});

describe('selection', () => {
  const order = [...'abcdefgh'];
  const click = (from: selection.Selection, id: string, toggle = false, range = false) => selection.choose(from, order, id, { toggle, range });
  const got = (from: selection.Selection) => selection.inOrder(from, order).join('');

  it('chooses one, some and ranges', () => {
    let now = click(selection.NOTHING, 'c');
    expect(got(now)).toBe('c');
    now = click(now, 'f', false, true);
    expect(got(now)).toBe('cdef');
    now = click(now, 'a', false, true);
    expect(got(now)).toBe('abc');
    now = click(now, 'h', true);
    expect(got(now)).toBe('abch');
    now = click(now, 'f', true, true);
    expect(got(now)).toBe('abcfgh');
    now = click(now, 'b', true);
    expect(got(now)).toBe('acfgh');
    expect(got(click(now, 'e'))).toBe('e');
  });

  it('has everything and nothing', () => {
    const everything = selection.all(selection.only('c'), order);
    expect(got(everything)).toBe('abcdefgh');
    expect(everything.active).toBe('c');
    expect(selection.none(everything)).toMatchObject({ active: 'c', anchor: 'c' });
    expect(got(selection.none(everything))).toBe('');
    expect(got(selection.range(selection.NOTHING, order, 'd'))).toBe('d');
  });

  it('survives a changed list', () => {
    const from = click(click(selection.NOTHING, 'c'), 'e', false, true);
    const after = selection.keep(from, order, [...'abdfgh']);
    expect([...after.ids]).toEqual(['d']);
    expect(after.active).toBe('f');
    expect(selection.keep(selection.only('h'), order, [...'abc']).active).toBe('c');
    expect(selection.keep(selection.only('h'), order, []).active).toBeNull();
  });
});

describe('query', () => {
  const all = query.EVERYTHING;

  it('knows its place', () => {
    for (const place of [{ kind: 'all' }, { kind: 'favourites' }, { kind: 'unrated' }, { kind: 'trash' }, { kind: 'set', id: 'x' }] as const) {
      const there = query.goTo(place, { ...all, tag: 'work', order: 'best' });
      expect(query.samePlace(query.placeOf(there), place)).toBe(true);
      expect(there).toMatchObject({ tag: null, order: 'best' });
    }
    expect(query.samePlace({ kind: 'set', id: 'x' }, { kind: 'set', id: 'y' })).toBe(false);
  });

  it('lists its filters and takes each away', () => {
    const now = new Date();
    const full: Query = {
      ...all, text: 'cat', alignment: ['strong', 'weak'], minQuality: 3, tag: 'work', adapter: 'abc', device: 'CPU', bucket: 'scene', origin: 'made', job: 'j', from: query.since('week', now),
    };
    let left = full;
    const listed = query.filters(full, null);
    expect(listed).toHaveLength(10);
    expect(listed).toContainEqual({ key: 'date', value: 'week' });
    for (const each of listed) left = query.without(left, each);
    expect(left).toEqual({ ...all, text: 'cat' });
    expect(query.narrowed(left, null)).toBe(true);
    expect(query.withoutFilters({ ...full, set: 's' })).toEqual({ ...all, set: 's' });
    expect(query.narrowed({ ...all, text: '  ' }, null)).toBe(false);
  });

  it('reads periods back from dates', () => {
    for (const period of query.PERIODS) expect(query.periodOf({ ...all, from: query.since(period, new Date()) })).toBe(period);
    expect(query.periodOf({ ...all, from: 5 })).toBeNull();
    expect(query.periodOf(all)).toBeNull();
  });
});

describe('recipe', () => {
  const one: RecipeView = {
    model: 'built-in', modelSha256: 'abcdef0123456789', adapters: [{ name: 'Ink', sha256: 'ff', weight: 0.8 }],
    prompt: 'a cat', fullPrompt: 'a cat', negativePrompt: '', style: null, seed: 0, sampler: 'ddim', steps: 25, guidance: 4, guidanceRescale: 0,
    width: 128, height: 128, start: null, alpha: 'decoder', device: 'CPU', precision: 'f32', program: 'sticker-studio 0.1.0', json: '{}',
  };

  it('lists what it says and leaves out what it does not', () => {
    const listed = Object.fromEntries(recipe.rows(one).map(({ key, value }) => [key, value]));
    expect(listed).toMatchObject({ seed: '0', size: '128 × 128', model: 'Built-in model (abcdef01)', adapters: 'Ink × 0.8', sampler: 'DDIM', alpha: 'From the model' });
    for (const key of ['fullPrompt', 'negativePrompt', 'style', 'guidanceRescale', 'start']) expect(listed).not.toHaveProperty(key);
  });

  it('is said in words, and what it does not know as it is', () => {
    const listed = (of: Partial<RecipeView>) => Object.fromEntries(recipe.rows({ ...one, ...of }).map(({ key, value }) => [key, value]));
    expect(listed({ style: 'noto', sampler: 'dpmpp_2m_karras', alpha: 'cutout' })).toMatchObject({ style: 'Emoji', sampler: 'DPM++ 2M Karras', alpha: 'Background removed' });
    expect(listed({ style: '3d', alpha: 'none' })).toMatchObject({ style: '3D', alpha: 'None' });
    expect(listed({ model: 'mine', sampler: 'new', alpha: 'magic' })).toMatchObject({ model: 'mine (abcdef01)', sampler: 'new', alpha: 'magic' });
  });

  it('marks what differs', () => {
    const differing = (a: RecipeView | null, b: RecipeView | null) => recipe.compare(a, b).filter((row) => row.differs).map((row) => row.key);
    expect(differing(one, one)).toEqual([]);
    expect(differing(one, { ...one, seed: 7, style: 'flat', start: { sha256: '0123456789', strength: 0.5 } })).toEqual(['style', 'seed', 'start']);
    expect(differing(one, null)).toContain('prompt');
  });
});
