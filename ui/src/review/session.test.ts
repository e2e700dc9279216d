import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Action } from './keys';
import { actionOf } from './keys';
import { ReviewSession } from './session';
import { random, shuffled } from './shuffle';
import { coverage, detailOf, ids, options, studioError, TestLibrary } from './testing';

const press = (session: ReviewSession, keys: string): void => {
  for (const key of keys) {
    const action = actionOf({
      key,
      code: '',
      repeat: false,
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      isComposing: false,
    });
    if (action) session.act(action);
  }
};

const rating = (alignment: 'strong' | 'weak' | 'fail' | null, quality: number | null) => ({ alignment, quality });

describe('the pass', () => {
  test('goes on by itself once both parts are given, in either order', async () => {
    const library = new TestLibrary();
    const session = new ReviewSession(ids(3), library, options());
    press(session, 'q');
    expect(session.view().position).toBe(0);
    press(session, '5');
    expect(session.view().position).toBe(1);
    press(session, '2e');
    expect(session.view().position).toBe(2);
    press(session, 'w3');
    expect(session.view().finished).toBe(true);
    await session.saved();
    expect(library.ratings).toEqual(
      new Map([
        ['s0', rating('strong', 5)],
        ['s1', rating('fail', 2)],
        ['s2', rating('weak', 3)],
      ]),
    );
  });

  test('stays when auto-advance is off, and space goes on', () => {
    const session = new ReviewSession(ids(2), new TestLibrary(), options({ autoAdvance: false }));
    press(session, 'q5');
    expect(session.view().position).toBe(0);
    press(session, ' ');
    expect(session.view().position).toBe(1);
  });

  test('a sticker that came rated needs both parts anew, one that lacks a part only that', async () => {
    const library = new TestLibrary();
    library.ratings.set('s0', rating('weak', 2));
    library.ratings.set('s1', rating('weak', null));
    const session = new ReviewSession(ids(3), library, options());
    await vi.waitFor(() => expect(session.view().ahead.every((card) => card.detail)).toBe(true));
    press(session, 'q');
    expect(session.view().position).toBe(0);
    press(session, '4');
    expect(session.view().position).toBe(1);
    press(session, '3');
    expect(session.view().position).toBe(2);
    await session.saved();
    expect(library.ratings.get('s1')).toEqual(rating('weak', 3));
  });

  test('one part given before the sticker is known does not wipe the other', async () => {
    const library = new TestLibrary(() => new Promise((done) => setTimeout(done, 5)));
    library.ratings.set('s0', rating('strong', 4));
    const session = new ReviewSession(ids(1), library, options());
    press(session, 'w');
    await session.saved();
    expect(library.ratings.get('s0')).toEqual(rating('weak', 4));
  });

  test('an empty queue is finished and takes every key in its stride', () => {
    const session = new ReviewSession([], new TestLibrary(), options());
    press(session, 'q5 zfs');
    expect(session.view()).toMatchObject({ finished: true, total: 0, current: null });
  });
});

describe('undo', () => {
  test('takes back the last key and returns to its sticker', async () => {
    const library = new TestLibrary();
    const session = new ReviewSession(ids(3), library, options());
    press(session, 'q5e');
    press(session, 'z');
    expect(session.view().current).toMatchObject({ id: 's1', rating: rating(null, null) });
    press(session, 'z');
    expect(session.view().current).toMatchObject({ id: 's0', rating: rating('strong', null) });
    press(session, '3');
    expect(session.view().position).toBe(1);
    await session.saved();
    expect(library.ratings.get('s0')).toEqual(rating('strong', 3));
    expect(library.ratings.get('s1')).toEqual(rating(null, null));
  });

  test('covers favourites, sets and skips, and leaves the end screen', async () => {
    const library = new TestLibrary();
    const session = new ReviewSession(ids(1), library, options({ set: 'cats' }));
    press(session, 'fs ');
    expect(session.view().finished).toBe(true);
    press(session, 'z');
    expect(session.view()).toMatchObject({ finished: false, current: { favourite: true, inSet: true } });
    press(session, 'zz');
    expect(session.view()).toMatchObject({ canUndo: false, current: { favourite: false, inSet: false } });
    press(session, 'zzz');
    await session.saved();
    expect(library.favourites.get('s0')).toBe(false);
    expect(library.sets.get('cats')?.has('s0') ?? false).toBe(false);
  });

  test('undoing everything leaves the library as it was', async () => {
    const library = new TestLibrary();
    library.ratings.set('s2', rating('fail', 1));
    const session = new ReviewSession(ids(6), library, options({ set: 'cats' }));
    press(session, 'q1fs w2 e3f 45sq');
    while (session.view().canUndo) press(session, 'z');
    await session.saved();
    for (const id of ids(6)) {
      expect((await library.sticker(id)).sticker.rating).toEqual(
        id === 's2' ? rating('fail', 1) : rating(null, null),
      );
      expect(library.favourites.get(id) ?? false).toBe(false);
    }
    expect([...(library.sets.get('cats') ?? [])]).toEqual([]);
    expect(session.view().position).toBe(0);
  });
});

describe('stickers deleted elsewhere', () => {
  test('leave the queue, before and behind the place', () => {
    const session = new ReviewSession(ids(5), new TestLibrary(), options());
    press(session, 'q1w2');
    session.drop(['s0', 's3', 'unknown']);
    expect(session.view()).toMatchObject({ position: 1, total: 3, current: { id: 's2' }, summary: { rated: 1 } });
    press(session, 'e3');
    expect(session.view().current?.id).toBe('s4');
    for (const _ of 'zzzz') press(session, 'z');
    expect(session.view()).toMatchObject({ canUndo: false, current: { id: 's1' } });
  });

  test('the one on the table makes way for the next, the last one ends the pass', () => {
    const session = new ReviewSession(ids(3), new TestLibrary(), options());
    session.drop(['s0']);
    expect(session.view().current?.id).toBe('s1');
    press(session, ' ');
    session.drop(['s2']);
    expect(session.view()).toMatchObject({ finished: true, total: 1 });
    press(session, 'z');
    expect(session.view().current?.id).toBe('s1');
    session.drop(['s1']);
    expect(session.view()).toMatchObject({ finished: true, total: 0, current: null });
  });
});

describe('blind', () => {
  test('shuffles by the seed and loses none', () => {
    const order = (seed: number): string[] => {
      const session = new ReviewSession(ids(50), new TestLibrary(), options({ blind: true, seed }));
      const seen: string[] = [];
      for (let card = session.view().current; card; card = session.view().current) {
        seen.push(card.id);
        press(session, ' ');
      }
      return seen;
    };
    expect(order(3)).toEqual(order(3));
    expect(order(3)).not.toEqual(order(4));
    expect(order(3)).not.toEqual(ids(50));
    expect([...order(3)].sort()).toEqual([...ids(50)].sort());
  });

  test('switched on and off midway keeps what was seen and restores the order', () => {
    const session = new ReviewSession(ids(20), new TestLibrary(), options());
    press(session, 'q1w2');
    session.setBlind(true);
    expect(session.view().current?.id).toBe('s2');
    expect(session.view().behind.map((card) => card.id)).toEqual(['s0', 's1']);
    session.setBlind(false);
    expect(session.view().ahead.map((card) => card.id)).toEqual(ids(20).slice(3, 11));
  });

  test('the generator spreads', () => {
    const next = random(1);
    const numbers = Array.from({ length: 1000 }, next);
    expect(Math.min(...numbers)).toBeLessThan(0.01);
    expect(Math.max(...numbers)).toBeGreaterThan(0.99);
    expect(shuffled([], 1)).toEqual([]);
  });
});

test('coverage and summary follow the keys, and undo takes them back', async () => {
  const session = new ReviewSession(ids(4), new TestLibrary(), options());
  await vi.waitFor(() => expect(session.view().ahead.every((card) => card.detail)).toBe(true));
  press(session, 'q5w4 e');
  expect(session.view().coverage[0]).toMatchObject({ rated: 7, strong: 3 });
  expect(session.view().coverage[1]).toEqual(coverage()[1]);
  expect(session.view().summary).toMatchObject({ rated: 3, skipped: 1, strong: 1, weak: 1, fail: 1 });
  expect(session.view().summary.qualities).toEqual([0, 0, 0, 1, 1]);
  press(session, 'z');
  expect(session.view().coverage[0]).toMatchObject({ rated: 6, strong: 3 });
});

describe('far above two stickers a second', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** 400 stickers at 20 a second, three keys each, against a library that takes 5 to 400 ms and often fails. */
  test('a slow and failing library loses no key, and gets one write at a time', async () => {
    const chance = random(11);
    const library = new TestLibrary(
      () => new Promise((done) => setTimeout(done, 5 + 395 * chance() ** 4)),
      () => {
        const drawn = chance();
        if (drawn < 0.15) return studioError('busy', 'The library is busy.');
        return drawn < 0.2 ? studioError('input', 'The disk is full.') : null;
      },
    );
    const count = 400;
    const session = new ReviewSession(ids(count), library, options());
    const stop = session.subscribe(() => undefined);
    const given = new Map<string, unknown>();
    let mistakes = 0;
    for (const id of ids(count)) {
      expect(session.view().current?.id).toBe(id);
      const alignment = ['q', 'w', 'e'][Math.floor(chance() * 3)] ?? 'q';
      const quality = 1 + Math.floor(chance() * 5);
      press(session, `f${alignment}`);
      await vi.advanceTimersByTimeAsync(25);
      if (chance() < 0.1) {
        press(session, `${(quality % 5) + 1}z`);
        mistakes++;
      }
      press(session, String(quality));
      await vi.advanceTimersByTimeAsync(25);
      const word = ({ q: 'strong', w: 'weak', e: 'fail' } as const)[alignment];
      given.set(id, { alignment: word, quality });
    }
    expect(mistakes).toBeGreaterThan(20);
    expect(session.view()).toMatchObject({ finished: true, summary: { rated: count, skipped: 0 } });

    let saved = false;
    void session.saved().then(() => (saved = true));
    await vi.advanceTimersByTimeAsync(20 * 60_000);
    expect(saved).toBe(true);
    expect(library.ratings).toEqual(given);
    expect([...library.favourites.values()].every(Boolean)).toBe(true);
    expect(library.favourites.size).toBe(count);
    expect(library.mostAtOnce).toBe(1);
    expect(session.view().writes).toEqual({ pending: 0, stalled: null, refused: [] });
    stop();
  });

  test('a full disk is said, held, and goes through when there is room', async () => {
    let full = true;
    const library = new TestLibrary(undefined, () => (full ? studioError('input', 'The disk is full.') : null));
    const session = new ReviewSession(ids(2), library, options());
    press(session, 'q5');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.view().writes).toMatchObject({ pending: 1, stalled: 'The disk is full.' });
    press(session, 'w');
    full = false;
    session.retryWrites();
    await vi.advanceTimersByTimeAsync(10);
    expect(session.view().writes).toEqual({ pending: 0, stalled: null, refused: [] });
    expect(library.ratings.get('s1')).toEqual(rating('weak', null));
  });

  test('a sticker that is gone is said and holds nothing up', async () => {
    const library = new TestLibrary();
    const session = new ReviewSession(
      ids(2),
      {
        sticker: (id) =>
          id === 's0' ? Promise.reject(studioError('usage', 'No such sticker.')) : Promise.resolve(detailOf(id)),
        rate: (id, given) => library.rate(id, given),
        setFavourite: (id, favourite) => library.setFavourite(id, favourite),
        addToSet: (set, id) => library.addToSet(set, id),
        removeFromSet: (set, id) => library.removeFromSet(set, id),
      },
      options(),
    );
    press(session, 'q5w4');
    await vi.advanceTimersByTimeAsync(1000);
    expect(session.view().writes).toMatchObject({ pending: 0, refused: [{ message: 'No such sticker.' }] });
    expect(library.ratings.get('s1')).toEqual(rating('weak', 4));
    session.retryWrites();
    await vi.advanceTimersByTimeAsync(1000);
    expect(session.view().writes.refused).toHaveLength(1);
    session.dismissRefused();
    expect(session.view().writes.refused).toEqual([]);
  });

  test('one write that fails for ever holds no other up', async () => {
    const library = new TestLibrary();
    const whole = library.rate.bind(library);
    library.rate = (id, given) =>
      id === 's0' ? Promise.reject(studioError('internal', 'Damaged row.')) : whole(id, given);
    const session = new ReviewSession(ids(9), library, options());
    for (let n = 0; n < 9; n++) {
      press(session, 'q5');
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(2000);
    expect(library.ratings.size).toBe(8);
    expect(session.view().writes).toMatchObject({ pending: 1, stalled: 'Damaged row.' });
  });

  test('a key that changes while it is being sent is sent again', async () => {
    const library = new TestLibrary(() => new Promise((done) => setTimeout(done, 100)));
    const session = new ReviewSession(ids(1), library, options({ autoAdvance: false }));
    press(session, 'q');
    await vi.advanceTimersByTimeAsync(150);
    press(session, 'w');
    press(session, 'e');
    await vi.advanceTimersByTimeAsync(500);
    expect(library.ratings.get('s0')).toEqual(rating('fail', null));
    expect(library.writes).toBe(2);
  });
});

test('a held key rates one sticker, foreign layouts and input methods have their keys', () => {
  const base = { key: '', code: '', repeat: false, ctrlKey: false, metaKey: false, altKey: false, isComposing: false };
  const action = (change: Partial<typeof base>): Action | null => actionOf({ ...base, ...change });
  expect(action({ key: 'q', repeat: true })).toBeNull();
  expect(action({ key: ' ', repeat: true })).toBeNull();
  expect(action({ key: 'ArrowRight', repeat: true })).toEqual({ kind: 'next' });
  expect(action({ key: 'Process', code: 'KeyW' })).toEqual({ kind: 'alignment', value: 'weak' });
  expect(action({ key: 'й', code: 'KeyQ' })).toEqual({ kind: 'alignment', value: 'strong' });
  expect(action({ key: 'a', code: 'KeyQ' })).toBeNull();
  expect(action({ key: 'é', code: 'Digit2' })).toEqual({ kind: 'quality', value: 2 });
  expect(action({ key: 'z', ctrlKey: true })).toEqual({ kind: 'undo' });
  expect(action({ key: 'q', ctrlKey: true })).toBeNull();
});

describe('changes elsewhere', () => {
  const loaded = (session: ReviewSession) => vi.waitFor(() => expect(session.view().ahead.every((card) => card.detail)).toBe(true));

  test('show after a refresh, and the other part of a rating given elsewhere stays', async () => {
    const library = new TestLibrary();
    const session = new ReviewSession(ids(4), library, options());
    session.subscribe(() => undefined);
    await loaded(session);
    press(session, 'q5');
    await session.saved();
    library.ratings.set('s1', rating('weak', 2));
    expect(session.view().current?.rating).toEqual(rating(null, null));
    session.refresh();
    await vi.waitFor(() => expect(session.view().current?.rating).toEqual(rating('weak', 2)));
    press(session, '4');
    expect(session.view().current?.id).toBe('s1');
    await session.saved();
    expect(library.ratings.get('s1')).toEqual(rating('weak', 4));
  });

  test('a refresh keeps what undo goes back to', async () => {
    const library = new TestLibrary();
    library.ratings.set('s0', rating('fail', 1));
    const session = new ReviewSession(ids(2), library, options());
    session.subscribe(() => undefined);
    await loaded(session);
    press(session, 'q5');
    await session.saved();
    expect(library.ratings.get('s0')).toEqual(rating('strong', 5));
    session.refresh();
    await new Promise((later) => setTimeout(later, 20));
    press(session, 'zz');
    await session.saved();
    expect(session.view().current).toMatchObject({ id: 's0', rating: rating('fail', 1) });
    expect(library.ratings.get('s0')).toEqual(rating('fail', 1));
  });

  test('count for what was rated here, too', async () => {
    const library = new TestLibrary();
    const session = new ReviewSession(ids(3), library, options());
    await loaded(session);
    press(session, 'q5f');
    await session.saved();
    session.learn(['s0', 's1', 'unknown'], { rating: rating('fail', 1), favourite: false });
    library.ratings.set('s0', rating('fail', 1));
    expect(session.view().current).toMatchObject({ id: 's1', rating: rating('fail', 1), favourite: false });
    session.act({ kind: 'previous' });
    expect(session.view().current?.rating).toEqual(rating('fail', 1));
    press(session, '3');
    await session.saved();
    expect(library.ratings.get('s0')).toEqual(rating('fail', 3));
  });
});
