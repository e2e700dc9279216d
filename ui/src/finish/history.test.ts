import { describe, expect, it } from 'vitest';
import { History } from './history.svelte';

function at(times: number[]) {
  const left = [...times];
  return new History(0, () => left.shift() ?? 1e9);
}

describe('the history', () => {
  it('goes back and forth', () => {
    const history = at([]);
    expect([history.canUndo, history.canRedo]).toEqual([false, false]);
    history.change(1);
    history.change(2);
    expect(history.undo()).toBe(true);
    expect(history.now).toBe(1);
    history.undo();
    expect([history.now, history.undo(), history.canRedo]).toEqual([0, false, true]);
    history.redo();
    history.redo();
    expect([history.now, history.redo()]).toEqual([2, false]);
  });

  it('forgets what was undone when something else is done', () => {
    const history = at([]);
    history.change(1);
    history.undo();
    history.change(2);
    expect(history.canRedo).toBe(false);
    history.undo();
    expect(history.now).toBe(0);
  });

  it('takes a drag as one step, however long it takes', () => {
    const history = at([0, 5000, 90_000]);
    history.change(1, 'width', true);
    history.change(2, 'width', true);
    history.change(3, 'width', true);
    history.undo();
    expect([history.now, history.canUndo]).toEqual([0, false]);
  });

  it('takes quick steps of one thing as one, slow ones and those of another as several', () => {
    const history = at([0, 300, 2000, 2100]);
    history.change(1, 'width');
    history.change(2, 'width');
    history.change(3, 'width');
    history.change(4, 'blur');
    const values = [];
    while (history.undo()) values.push(history.now);
    expect(values).toEqual([3, 2, 0]);
  });

  it('keeps a limited number of steps', () => {
    const history = at([]);
    for (let value = 1; value <= 500; value++) history.change(value);
    let steps = 0;
    while (history.undo()) steps++;
    expect(steps).toBe(200);
  });

  it('begins anew', () => {
    const history = at([]);
    history.change(1);
    history.undo();
    history.restart(7);
    expect([history.now, history.canUndo, history.canRedo]).toEqual([7, false, false]);
  });
});
