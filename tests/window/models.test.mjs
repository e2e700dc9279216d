// A model's folder that goes away.
import assert from 'node:assert/strict';
import { closeSync, cpSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { make, stickers, windowTest } from './harness.mjs';
import { MODEL, until } from './studio.mjs';

/** A copy of the built-in model that is another one by its hash: the low byte of its last weight differs. */
function otherModel(folder) {
  cpSync(MODEL, folder, { recursive: true });
  const weights = join(folder, 'unet/diffusion_pytorch_model.safetensors');
  const file = openSync(weights, 'r+');
  writeSync(file, Buffer.from([0x5a]), 0, 1, statSync(weights).size - 2);
  closeSync(file);
}

windowTest('a model folder is added, deleted by somebody, and said to be gone where it matters', async ({ home, start }) => {
  const folder = join(home, 'my-model');
  otherModel(folder);
  let studio = await start(home);

  // A closed dialog changes nothing; the folder is checked before it is listed.
  await studio.goTo('models');
  await studio.find('[data-testid^=model-]');
  await studio.click('[data-testid=add-model]');
  await until(() => studio.dialogs.asked.length === 1, 'the folder dialog is asked');
  assert.match(studio.dialogs.asked[0], /--directory/);
  await until(() => studio.run('return !document.querySelector("[data-testid=add-model]").disabled'), 'the button works again');
  assert.equal(await studio.count('[data-testid^=model-]'), 1);
  studio.dialogs.choose(join(home, 'stub'));
  await studio.click('[data-testid=add-model]');
  await studio.says('[data-testid=toast]', /model_index\.json|no model|not a model/i);
  assert.equal(await studio.count('[data-testid^=model-]'), 1, 'what is no model is not listed');
  studio.dialogs.choose(MODEL);
  await studio.click('[data-testid=add-model]');
  await studio.says('[data-testid=toast]:last-child', /in the list already/);
  studio.dialogs.choose(folder);
  await studio.click('[data-testid=add-model]');
  await until(async () => (await studio.count('[data-testid^=model-]')) === 2, 'the model is listed');
  const added = (await studio.invoke('models')).find(({ builtIn }) => !builtIn);
  const card = `[data-testid="model-${added.id}"]`;
  await studio.says(card, /my-model/);
  assert.match(await studio.text(card), new RegExp(added.sha256.slice(0, 12)));
  assert.equal(added.problem, null);

  // It can be chosen and draws.
  await studio.goTo('create');
  await studio.click('[data-testid=advanced] summary, [data-testid=advanced] button');
  await until(() => studio.run(`
    const choice = [...document.querySelectorAll('select')].find((each) => [...each.options].some(({ value }) => value === arguments[0]));
    if (!choice) return false;
    choice.value = arguments[0];
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    return true;`, added.id), 'the model is offered');
  await studio.fill('[data-testid=prompt]', 'a blue bird');
  await until(async () => (await studio.invoke('start')).draft.model === added.id, 'the draft is kept with the model');
  await make(studio, { prompt: 'a first bird', model: added.id });
  await studio.close();

  // Gone: Models says so, a draft with it says so, the built-in one still draws.
  const hidden = join(home, 'hidden');
  renameSync(folder, hidden);
  studio = await start(home);
  await studio.goTo('models');
  const problem = await studio.says(`${card} .problem`, /./);
  assert.match(problem, /my-model/, `it names the folder: ${problem}`);
  await studio.goTo('create');
  await studio.click('[data-testid=make]');
  const alert = await studio.says('form[aria-label] [role=alert]', /./);
  assert.match(alert, /model/i, `the form says so: ${alert}`);
  assert.equal((await studio.invoke('queue')).jobs.length, 1, 'nothing was queued');
  await make(studio, { prompt: 'a second bird' });
  assert.equal((await stickers(studio)).length, 2, 'the built-in model still draws, and the sticker of the lost one is there');

  // Back again, as a plugged-in drive is.
  renameSync(hidden, folder);
  await studio.goTo('models');
  await studio.gone(`${card} .problem`);
  await make(studio, { prompt: 'a third bird', model: added.id });

  // Forgotten: only from the list.
  await studio.click(`${card} button[aria-label^=Remove]`);
  await studio.find('[data-testid=remove-model]');
  await studio.clickText('Remove', '[data-testid=remove-model]');
  await studio.gone(card);
  assert.ok(existsSync(join(folder, 'model_index.json')), 'its files stay');
  rmSync(folder, { recursive: true });
});
