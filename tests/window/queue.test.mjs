// The queue, by its buttons.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fillForm, jobOf, stickers, submit, windowTest } from './harness.mjs';
import { until } from './studio.mjs';

const card = (id) => `[data-testid="job-${id}"]`;
const button = (id, action) => `${card(id)} [data-testid=job-${action}]`;

async function waitingOrder(studio) {
  const { jobs } = await studio.invoke('queue');
  return jobs.filter(({ state }) => state === 'queued').map(({ title }) => title);
}

windowTest('jobs are paused, put in order, cancelled, retried and removed', async ({ home, start }) => {
  const studio = await start(home);
  const slow = await submit(studio, { prompt: 'a slow whale', count: 6, steps: 60 });
  const [apple, banana, cherry] = [
    await submit(studio, { prompt: 'an apple', steps: 2 }),
    await submit(studio, { prompt: 'a banana', steps: 2 }),
    await submit(studio, { prompt: 'a cherry', steps: 2 }),
  ];
  await studio.find(`${card(slow.id)}[data-state=running]`);
  assert.deepEqual(await waitingOrder(studio), ['an apple', 'a banana', 'a cherry']);

  // One job pauses and the next goes on only because it may: the whole queue is held first.
  await studio.click('[data-testid=pause-queue]');
  await until(async () => (await studio.invoke('queue')).paused, 'the queue is paused');
  await studio.click(button(slow.id, 'pause'));
  await studio.find(`${card(slow.id)}[data-state=paused]`);
  await sleep(600);
  assert.deepEqual(await waitingOrder(studio), ['an apple', 'a banana', 'a cherry'], 'a paused queue begins nothing');

  // Order: the last one to the front of the others, and the first down again.
  await studio.click(button(cherry.id, 'up'));
  await until(async () => (await waitingOrder(studio)).join() === 'an apple,a cherry,a banana', 'the cherry goes up');
  await studio.click(button(apple.id, 'down'));
  await until(async () => (await waitingOrder(studio)).join() === 'a cherry,an apple,a banana', 'the apple goes down');
  assert.equal(await studio.run('return document.querySelector(arguments[0]).disabled', button(banana.id, 'down')), true, 'the last one cannot go down');
  const seen = await studio.run('return [...document.querySelectorAll("article[data-state=queued] h3")].map((title) => title.textContent)');
  assert.deepEqual(seen, ['a cherry', 'an apple', 'a banana'], 'and the cards stand in that order');

  // Cancelled before it began, and on its way.
  await studio.click(button(banana.id, 'cancel'));
  await studio.find(`${card(banana.id)}[data-state=cancelled]`);
  await studio.click('[data-testid=pause-queue]');
  await studio.find(`${card(cherry.id)}[data-state=done]`);
  await studio.find(`${card(apple.id)}[data-state=done]`);
  const arrived = (await stickers(studio)).map(({ prompt }) => prompt).filter((prompt) => prompt !== 'a slow whale');
  assert.deepEqual(arrived, ['a cherry', 'an apple'], 'in the order that was chosen, without what was cancelled');
  assert.equal((await jobOf(studio, slow.id)).state, 'paused', 'a paused job stays so while others are made');

  await studio.click(button(slow.id, 'resume'));
  await studio.find(`${card(slow.id)}[data-state=running]`);
  await studio.click(button(slow.id, 'cancel'));
  await studio.find(`${card(slow.id)}[data-state=cancelled]`);
  const left = (await jobOf(studio, slow.id)).tiles.filter(({ sticker }) => sticker).length;
  assert.ok(left < 6, 'it was cancelled on its way');

  // Retried: made after all. Removed: out of the list, and what it made stays.
  await studio.click(button(banana.id, 'retry'));
  await studio.find(`${card(banana.id)}[data-state=done]`);
  const before = (await stickers(studio)).length;
  assert.equal(before, left + 3);
  await studio.click(button(cherry.id, 'remove'));
  await studio.gone(card(cherry.id));
  assert.equal(await jobOf(studio, cherry.id), undefined);
  await studio.click('[data-testid=clear-jobs]');
  await until(async () => (await studio.count('article[data-state]')) <= 1, 'ended jobs are cleared');
  assert.equal((await stickers(studio)).length, before);
});

windowTest('what was made with the form waits its turn and shows where it stands', async ({ home, start }) => {
  const studio = await start(home);
  const slow = await submit(studio, { prompt: 'a slow whale', count: 4, steps: 80 });
  await studio.find(`${card(slow.id)}[data-state=running]`);
  await fillForm(studio, { prompt: 'a red kite', count: 3 });
  await studio.click('[data-testid=make]');
  await studio.says('article[data-state=queued] h3', /^a red kite$/);
  await studio.says('article[data-state=queued] [data-testid=job-state]', /Waiting.*3 pictures/);
  await studio.says(`${card(slow.id)} [data-testid=job-state]`, /Step \d+ of 80 · [\d.]+ s\/step · .* left/);
  const steps = async () => Number(/Step (\d+)/.exec(await studio.text(`${card(slow.id)} [data-testid=job-state]`))?.[1]);
  const first = await until(steps, 'a step is counted');
  await until(async () => (await steps()) !== first, 'the count goes on');
  const bar = `${card(slow.id)} [role=progressbar]`;
  const done = async () => Number(await studio.attribute(bar, 'aria-valuenow'));
  const early = await done();
  await until(async () => (await done()) > early, 'the bar grows');
});
