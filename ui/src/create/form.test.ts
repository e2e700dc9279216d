import { beforeEach, expect, it, vi } from 'vitest';
import type { DraftCheck } from '../bindings';
import { createFake, DEFAULTS } from '../backend/fake';
import { backend, install } from '../backend';
import { form } from './form.svelte';

// jsdom lacks it.
vi.hoisted(() => {
  globalThis.matchMedia = () => new EventTarget() as MediaQueryList;
});

const fine: DraftCheck = { pictures: 1, prompts: ['a cat'], problem: null };
const bad: DraftCheck = { pictures: 0, prompts: [], problem: { field: 'prompt', message: 'a wildcard is not closed' } };

let fake: ReturnType<typeof createFake>;
const sent = () => fake.hooks.called.filter((call) => call.name === 'submitDraft');

beforeEach(async () => {
  fake = createFake({ ...DEFAULTS, stickers: 0, latency: 0, jobs: 'none' });
  install(fake.studio);
  form.load({ ...(await backend.start()).draft, prompt: 'a cat' });
});

/** Checks are answered when and as the test likes. */
function slowChecks(): ((check: DraftCheck) => void)[] {
  const answers: ((check: DraftCheck) => void)[] = [];
  install({ ...fake.studio, checkDraft: () => new Promise((resolve) => answers.push(resolve)) });
  return answers;
}

it('sends by the check of what is sent, though another has overtaken it', async () => {
  const answers = slowChecks();
  const submitted = form.submit();
  const later = form.recheck({ ...form.draft });
  answers[1]?.(bad);
  await later;
  answers[0]?.(fine);
  expect(await submitted).toBe(true);
  expect(sent()).toHaveLength(1);
  expect(form.check).toEqual(bad);
});

it('does not send what its own check refuses, though a later check is fine', async () => {
  const answers = slowChecks();
  const submitted = form.submit();
  const later = form.recheck({ ...form.draft });
  answers[1]?.(fine);
  await later;
  answers[0]?.(bad);
  expect(await submitted).toBe(false);
  expect(sent()).toEqual([]);
});

it('makes a job of each idea, once, however often it is asked meanwhile', async () => {
  const before = form.submitted;
  const ideas = [
    { prompt: 'one', bucket: 'emotion' as const },
    { prompt: 'two', bucket: 'scene' as const },
  ];
  const first = form.submitIdeas(ideas);
  expect(form.submitting).toBe(true);
  await Promise.all([first, form.submitIdeas(ideas), form.submit()]);
  expect(sent().map(({ args }) => args[0])).toMatchObject(ideas);
  expect(form.submitted).toBe(before + 2);
  expect(form.submitting).toBe(false);
});

it('can send again after ideas that were refused', async () => {
  const before = form.submitted;
  fake.hooks.options.fail = ['submitDraft'];
  await form.submitIdeas([{ prompt: 'one', bucket: null }, { prompt: 'two', bucket: null }]);
  expect(sent()).toHaveLength(1);
  expect(form.submitted).toBe(before);
  fake.hooks.options.fail = [];
  expect(await form.submit()).toBe(true);
});
