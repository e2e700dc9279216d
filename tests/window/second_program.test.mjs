// Two programs on one library.
import assert from 'node:assert/strict';
import { make, stickers, windowTest } from './harness.mjs';

windowTest('a second program says that the library is open elsewhere, and opens it once it is free', async ({ home, start }) => {
  const first = await start(home);
  const [id] = await make(first, { prompt: 'a lonely cactus' });

  let second = await start(home);
  const sentence = await second.says('main > [role=alert]', /another Sticker Studio has this library open/i);
  assert.ok(sentence.includes(home), 'it names the folder');
  await second.goTo('library');
  assert.equal(await second.has('[data-testid^=sticker-]'), false);
  await assert.rejects(second.invoke('trash', { ids: [id] }), 'nothing can be changed from there');
  await assert.rejects(second.invoke('submit_draft', { draft: (await second.invoke('start')).draft }));
  await second.close();

  assert.deepEqual((await stickers(first)).map((sticker) => sticker.id), [id], 'the first is not disturbed');
  await make(first, { prompt: 'another cactus' });
  await first.close();
  second = await start(home);
  assert.equal(await second.has('main > [role=alert]'), false);
  assert.equal((await stickers(second)).length, 2);
});
