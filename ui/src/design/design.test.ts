import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import NumberField from './NumberField.svelte';
import RatingEditor from './RatingEditor.svelte';
import Segmented from './Segmented.svelte';

it('steps from the fallback, within its limits', async () => {
  const onchange = vi.fn();
  render(NumberField, { label: 'Guidance', value: null, fallback: 4, min: 0, max: 5, step: 0.5, onchange });
  const box = screen.getByLabelText('Guidance');
  await fireEvent.keyDown(box, { key: 'ArrowUp' });
  await fireEvent.click(screen.getByRole('button', { name: 'More: Guidance' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Less: Guidance' }));
  expect(onchange.mock.calls).toEqual([[4.5], [5], [4.5]]);
});

it('says when it is no number', async () => {
  const onchange = vi.fn();
  render(NumberField, { label: 'Steps', value: 20, onchange });
  await fireEvent.input(screen.getByLabelText('Steps'), { target: { value: 'many' } });
  expect(onchange).toHaveBeenLastCalledWith(null);
  expect(screen.getByRole('alert').textContent).toBe('This is not a number');
  await fireEvent.input(screen.getByLabelText('Steps'), { target: { value: '30' } });
  expect(onchange).toHaveBeenLastCalledWith(30);
  expect(screen.queryByRole('alert')).toBeNull();
});

it.each(['2.5', '-1', '99999999999', '4294967296', '1e999', 'many'])('keeps %s in the box and says that it cannot be taken', async (text) => {
  const onchange = vi.fn();
  render(NumberField, { label: 'Steps', value: 20, onchange });
  const box = screen.getByLabelText<HTMLInputElement>('Steps');
  await fireEvent.input(box, { target: { value: text } });
  expect(onchange).toHaveBeenLastCalledWith(null);
  expect(box.value).toBe(text);
  expect(box.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByRole('alert').textContent).toMatch(/^This is not a /);
  await fireEvent.keyDown(box, { key: 'ArrowUp' });
  expect(box.value).toBe('1');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('takes fractions where the step is one', async () => {
  const onchange = vi.fn();
  render(NumberField, { label: 'Guidance', value: 4, step: 0.5, onchange });
  await fireEvent.input(screen.getByLabelText('Guidance'), { target: { value: '2.25' } });
  expect(onchange).toHaveBeenLastCalledWith(2.25);
  expect(screen.queryByRole('alert')).toBeNull();
});

it('shows a value that came from elsewhere instead of what could not be read', async () => {
  const { rerender } = render(NumberField, { label: 'Steps', value: 20 });
  const box = screen.getByLabelText<HTMLInputElement>('Steps');
  await fireEvent.input(box, { target: { value: '2.5' } });
  await rerender({ value: 30 });
  expect(box.value).toBe('30');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('takes a rating away when it is given again', async () => {
  const onrate = vi.fn();
  render(RatingEditor, { rating: { alignment: 'strong', quality: null }, onrate });
  await fireEvent.click(screen.getByRole('button', { name: 'Strong match' }));
  expect(onrate).toHaveBeenLastCalledWith({ alignment: null, quality: null });
  await fireEvent.click(screen.getByRole('button', { name: 'Quality 3 of 5' }));
  expect(onrate).toHaveBeenLastCalledWith({ alignment: 'strong', quality: 3 });
});

it('is a group of radio buttons', async () => {
  const onchange = vi.fn();
  const options = [
    { value: 'a', label: 'First' },
    { value: 'b', label: 'Second' },
  ];
  render(Segmented, { label: 'Choice', value: 'a', options, onchange });
  expect(screen.getByRole('group', { name: 'Choice' })).toBeTruthy();
  await fireEvent.click(screen.getByRole('radio', { name: 'Second' }));
  expect(onchange).toHaveBeenCalledWith('b');
});
