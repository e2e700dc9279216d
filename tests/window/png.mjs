// Small PNG files with text inside, and the text of others.
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture of `side` pixels; `colour` gives [red, green, blue, alpha] of a place. */
export function png(side, colour, texts = {}) {
  const rows = Array.from({ length: side }, (_, y) => [0, ...Array.from({ length: side }, (_, x) => colour(x, y)).flat()]);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([word(side), word(side), Buffer.from([8, 6, 0, 0, 0])])),
    ...Object.entries(texts).map(([name, text]) => chunk('tEXt', Buffer.from(`${name}\0${text}`, 'latin1'))),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PNG that says it has this many pixels a side, and has none. */
export function pngOfSide(side) {
  return Buffer.concat([SIGNATURE, chunk('IHDR', Buffer.concat([word(side), word(side), Buffer.from([8, 6, 0, 0, 0])])), chunk('IDAT', deflateSync(Buffer.alloc(100)))]);
}

/** The names of a PNG's chunks, and its text. */
export function chunksOf(file) {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('this is no PNG');
  const names = [];
  let text = '';
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const name = file.toString('latin1', at + 4, at + 8);
    names.push(name);
    if (/^(tEXt|iTXt)$/.test(name)) text += file.toString('utf8', at + 8, at + 8 + length);
    at += length + 12;
  }
  return { names, text };
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  return Buffer.concat([word(data.length), body, word(crc32(body))]);
}

function word(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
