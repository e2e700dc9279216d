import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { backend, install } from '../backend';
import { createFake, DEFAULTS } from '../backend/fake';
import CountAndSeed from './CountAndSeed.svelte';
import { form } from './form.svelte';

// jsdom lacks it.
vi.hoisted(() => {
  globalThis.matchMedia = () => new EventTarget() as MediaQueryList;
});

beforeEach(async () => {
  install(createFake({ ...DEFAULTS, stickers: 0, latency: 0, jobs: 'none' }).studio);
  form.load({ ...(await backend.start()).draft, prompt: 'a cat', count: 4, seed: 7 });
  await form.recheck({ ...form.draft });
  render(CountAndSeed);
});

const type = (box: HTMLElement, value: string) => fireEvent.input(box, { target: { value } });

it('leaves an emptied count empty, refuses it, and takes another draft’s', async () => {
  const box = screen.getByTestId<HTMLInputElement>('count');
  await type(box, '');
  expect(box.value).toBe('');
  expect(form.draft.count).toBe(0);
  await form.recheck({ ...form.draft });
  expect(form.problem('count')).toMatch(/^Between 1 and/);
  form.load({ ...form.draft, count: 3 });
  await vi.waitFor(() => expect(box.value).toBe('3'));
});

it.each(['2.5', '-1', '99999999999', 'x'])('does not take %s for a seed, and says so until it is left', async (text) => {
  const box = screen.getByTestId<HTMLInputElement>('seed');
  await type(box, text);
  expect(form.draft.seed).toBe(7);
  expect(screen.getByRole('alert').textContent).toBe('This is not a whole number from 0 to 4,294,967,295');
  await fireEvent.blur(box);
  expect(box.value).toBe('7');
  expect(screen.queryByRole('alert')).toBeNull();
  await type(box, '4294967295');
  expect(form.draft.seed).toBe(4294967295);
  await type(box, '');
  await fireEvent.blur(box);
  expect(form.draft.seed).toBeNull();
});
