// What is in a ZIP archive, each file inflated and checked.
import assert from 'node:assert/strict';
import { crc32, inflateRawSync } from 'node:zlib';

/** The files of an archive by their names. */
export function filesOf(archive) {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  assert.notEqual(end, -1, 'this is no ZIP archive');
  const files = new Map();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    assert.equal(archive.toString('latin1', at, at + 4), 'PK\x01\x02');
    const [packed, nameLength, extraLength, commentLength] = [archive.readUInt32LE(at + 20), ...[28, 30, 32].map((offset) => archive.readUInt16LE(at + offset))];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const head = archive.readUInt32LE(at + 42);
    const begin = head + 30 + archive.readUInt16LE(head + 26) + archive.readUInt16LE(head + 28);
    const bytes = archive.subarray(begin, begin + packed);
    const content = archive.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes);
    assert.equal(crc32(content), archive.readUInt32LE(at + 16), `${name} is whole`);
    files.set(name, content);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}
