import type { Finding, PackChange, Platform } from '../../bindings';
import { isEmoji, suggest } from './emoji';
import { limitsOf } from './platforms';

const SIDES: Partial<Record<Platform, string>> = {
  telegram: '512 by 512 pixels', whatsapp: '512 by 512 pixels', signal: '512 by 512 pixels', discord: '320 by 320 pixels', 'discord-emoji': '128 by 128 pixels',
  imessage: '408 by 408 pixels', line: '320 by 320 pixels', slack: '128 by 128 pixels', viber: '490 by 490 pixels', mastodon: '128 by 128 pixels',
};

/** What a platform says to a pack, as crates/packs does; small pictures are 256 by 256 here. */
export function check(pack: PackChange, platform: Platform): Finding[] {
  const { label, least, most, emojiNeeded, emojiMost, title, author, steps } = limitsOf(platform);
  const count = pack.stickers.length;
  const found: Finding[] = [];
  const blocks = (problem: Finding['problem'], message: string, fix: string | null, sticker: number | null = null) =>
    found.push({ severity: 'blocks', problem, message, fix, sticker });
  if (count < least) blocks('tooFew', `${label} wants at least ${least} stickers and this pack has ${count}; add some`, null);
  if (most !== null && count > most) blocks('tooMany', `${label} takes at most ${most} stickers in a pack and this one has ${count}`, `it becomes ${Math.ceil(count / most)} packs of about the same length`);
  else if (steps && count > least && !steps.includes(count)) blocks('oddCount', `${label} takes ${steps.join(', ')} stickers and this pack has ${count}; add or remove some`, null);
  if (pack.title.trim() === '') blocks('missingTitle', 'the pack has no title', 'it is called Stickers');
  if (title !== null && [...pack.title].length > title) blocks('titleTooLong', `the title has ${[...pack.title].length} characters and ${label} takes ${title}`, 'it is cut');
  if (author && pack.author.trim() === '') blocks('missingAuthor', `${label} wants to know who made the pack`, 'the author is called Sticker Studio');
  pack.stickers.forEach((sticker, i) => {
    const wrong = sticker.emoji.find((each) => !isEmoji(each));
    if (emojiNeeded && sticker.emoji.length === 0) blocks('missingEmoji', `sticker ${i + 1} has no emoji`, 'it gets one that suits its prompt', i);
    else if (wrong !== undefined) blocks('noEmoji', `"${wrong}" of sticker ${i + 1} is no emoji`, 'it is left out', i);
    else if (emojiNeeded && sticker.emoji.length > emojiMost) blocks('tooManyEmoji', `sticker ${i + 1} has ${sticker.emoji.length} emoji and ${label} takes ${emojiMost}`, 'the first stay', i);
  });
  const side = SIDES[platform];
  pack.stickers.forEach((_, i) => {
    if (side) found.push({ severity: 'changes', problem: 'size', sticker: i, message: `sticker ${i + 1} is written as ${side}`, fix: null });
  });
  if (platform === 'whatsapp' || platform === 'line')
    pack.stickers.forEach((_, i) => {
      if (i % 5 === 0) found.push({ severity: 'advice', problem: 'margin', sticker: i, message: `sticker ${i + 1} comes closer to the edge than the advised ${platform === 'line' ? 10 : 16} pixels`, fix: null });
    });
  return found;
}

export type FixedContent = { packs: PackChange[]; fixes: string[] };

export function fix(pack: PackChange, platform: Platform, prompts: (id: string) => string): FixedContent {
  const { most, emojiNeeded, emojiMost, title, author } = limitsOf(platform);
  const fixes: string[] = [];
  const whole: PackChange = { ...pack, stickers: pack.stickers.map((each) => ({ ...each })) };
  const cut = (text: string, end = '') => (title === null ? text + end : [...text].slice(0, title - end.length).join('').trimEnd() + end);
  if (whole.title.trim() === '') fixes.push(`the pack is called ${(whole.title = 'Stickers')}`);
  if (cut(whole.title) !== whole.title) fixes.push(`the title was cut to ${title} characters: ${(whole.title = cut(whole.title))}`);
  if (author && whole.author.trim() === '') fixes.push(`the author is called ${(whole.author = 'Sticker Studio')}`);
  whole.stickers.forEach((sticker, i) => {
    const real = sticker.emoji.filter(isEmoji);
    if (real.length < sticker.emoji.length) fixes.push(`sticker ${i + 1}: what is no emoji was left out`);
    sticker.emoji = real;
    if (emojiNeeded && real.length > emojiMost) fixes.push(`sticker ${i + 1} keeps ${(sticker.emoji = real.slice(0, emojiMost)).join(' ')}`);
    if (emojiNeeded && real.length === 0) fixes.push(`sticker ${i + 1} got ${(sticker.emoji = [suggest(prompts(sticker.sticker))[0] ?? '🙂']).join(' ')}`);
  });
  const count = whole.stickers.length;
  if (most === null || count <= most) return { packs: [whole], fixes };
  const parts = Math.ceil(count / most);
  fixes.push(`the pack became ${parts} packs of ${Math.ceil(count / parts)} stickers or one fewer`);
  const packs = Array.from({ length: parts }, (_, i): PackChange => {
    const stickers = whole.stickers.slice(Math.ceil((i * count) / parts), Math.ceil(((i + 1) * count) / parts));
    return { title: cut(whole.title, ` ${i + 1}`), author: whole.author, cover: stickers.some((each) => each.sticker === whole.cover) ? whole.cover : null, stickers };
  });
  return { packs, fixes };
}
