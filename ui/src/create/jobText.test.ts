import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { Progress } from '../bindings';
import { setLocale } from '../i18n/index.svelte';
import { progressText } from './jobText';

const progress = (part: Partial<Progress>): Progress => ({
  job: 'j', stage: null, step: 0, of: 0, tiles: [0, 0], secondsPerStep: 0, secondsLeft: 0, device: '', ...part,
});

/** The lines of LoadingStage's Display. */
function engineStages(): string[] {
  const source = readFileSync('../crates/engine/src/event.rs', 'utf8');
  const [, body = ''] = /impl fmt::Display for LoadingStage \{([\s\S]*?)\n\}/.exec(source) ?? [];
  return [...body.matchAll(/Self::\w+ => "([^"]+)"/g)].map(([, line]) => line!);
}

afterEach(() => setLocale('en'));

it('says every stage of loading in the page’s language', () => {
  const lines = engineStages();
  expect(lines.length).toBeGreaterThan(5);
  setLocale('zh');
  expect(lines.filter((stage) => !/\p{Script=Han}/u.test(progressText(progress({ stage }))))).toEqual([]);
  setLocale('en');
  expect(progressText(progress({ stage: 'reading the U-Net' }))).toBe('Loading the U-Net');
});

it('shows a stage that it does not know as it is', () => {
  setLocale('zh');
  expect(progressText(progress({ stage: 'warming the cache' }))).toBe('Warming the cache');
});

it('says the step, the pace, the rest and the device', () => {
  expect(progressText(progress({ step: 3, of: 25, secondsPerStep: 0.034, secondsLeft: 8, device: 'CPU' }))).toBe('Step 3 of 25 · 0.03 s/step · 8 s left · CPU');
});
