// The README's pictures can still be made: the script that makes them walks through every screen.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './studio.mjs';

const DOCS = join(ROOT, 'docs/screens');

test('the pictures of the README are made from the real window', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sticker-pictures-'));
  try {
    execFileSync('node', [join(ROOT, 'tests/window/pictures.mjs'), folder], { stdio: 'inherit', timeout: 240_000 });
    assert.deepEqual(readdirSync(folder).sort(), readdirSync(DOCS).sort());
    for (const name of readdirSync(folder)) {
      const png = readFileSync(join(folder, name));
      // An IHDR chunk comes first: width and height. A blank screen takes a few kilobytes.
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1180, 780], name);
      assert.ok(png.length > 40_000, `${name} has ${png.length} bytes`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
