import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import type { Range } from '../bindings';
import NumberRow from './NumberRow.svelte';
import { fromShown, shownAs, snapped, typed } from './numbers';

const width: Range = { field: 'width', min: 0, max: 96, step: 0.5, unit: 'pixels' };
const opacity: Range = { field: 'opacity', min: 0, max: 1, step: 0.01, unit: 'part' };

describe('numbers', () => {
  it('shows parts as percent', () => {
    expect([shownAs(opacity, 0.29), shownAs(width, 14)]).toEqual([29, 14]);
    expect([fromShown(opacity, 29), fromShown(opacity, 200), fromShown(width, 14.3)]).toEqual([0.29, 1, 14.5]);
  });

  it('has no dust of binary fractions', () => {
    for (let percent = 0; percent <= 100; percent++) expect(shownAs(opacity, fromShown(opacity, percent))).toBe(percent);
    expect(snapped(opacity, 0.1 + 0.2)).toBe(0.3);
  });

  it.each([['12', 12], [' 7,5 px', 7.5], ['30%', 30], ['45°', 45], ['', null], ['much', null], ['1e999', null]])('reads %j', (text, value) => {
    expect(typed(text)).toBe(value);
  });
});

describe('a row', () => {
  function open(range: Range, value: number) {
    const [onset, onsettle] = [vi.fn(), vi.fn()];
    render(NumberRow, { label: 'Width', range, value, onset, onsettle });
    return { onset, onsettle, slider: screen.getByRole<HTMLInputElement>('slider'), box: screen.getByRole<HTMLInputElement>('textbox') };
  }

  it('is set by its slider: moving until it is let go', async () => {
    const { onset, onsettle, slider } = open(width, 14);
    await fireEvent.input(slider, { target: { value: '20' } });
    expect(onset.mock.calls).toEqual([[20, true]]);
    expect(onsettle).not.toHaveBeenCalled();
    await fireEvent.change(slider);
    expect(onsettle).toHaveBeenCalledOnce();
  });

  it('is set by typing and by arrows', async () => {
    const { onset, box } = open(opacity, 0.3);
    expect(box.value).toBe('30');
    await fireEvent.input(box, { target: { value: '45' } });
    expect(onset).toHaveBeenLastCalledWith(0.45, false);
    await fireEvent.keyDown(box, { key: 'ArrowUp', shiftKey: true });
    expect(onset).toHaveBeenLastCalledWith(0.4, false);
  });

  it('says when it cannot be that, and takes the nearest when it is left', async () => {
    const { onset, box } = open(width, 14);
    await fireEvent.input(box, { target: { value: '500' } });
    expect(onset).not.toHaveBeenCalled();
    expect(screen.getByRole('alert').textContent).toBe('A number from 0 to 96');
    expect(box.getAttribute('aria-invalid')).toBe('true');
    await fireEvent.blur(box);
    expect(onset).toHaveBeenLastCalledWith(96, false);
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
