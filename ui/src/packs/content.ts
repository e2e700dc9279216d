import type { PackChange, PackDetail, PackedSticker, StickerId } from '../bindings';

/** What is in a pack, as the page shows and changes it. Never changed in place. */
export type Content = {
  readonly title: string;
  readonly author: string;
  readonly cover: StickerId | null;
  readonly stickers: readonly PackedSticker[];
};

export const MOST_EMOJI = 3;

export function contentOf({ pack, cover, stickers }: PackDetail): Content {
  return { title: pack.title, author: pack.author, cover, stickers };
}

export function changeOf({ title, author, cover, stickers }: Content): PackChange {
  return { title, author, cover, stickers: stickers.map(({ sticker, emoji, text }) => ({ sticker: sticker.id, emoji: [...emoji], text })) };
}

/** The sticker that stands for the pack: the chosen one, else the first. */
export function coverOf({ cover, stickers }: Pick<Content, 'cover' | 'stickers'>): StickerId | null {
  return cover ?? stickers[0]?.sticker.id ?? null;
}

/** Puts some stickers, in their order, before what stands at place `to` now (the length: at the end). */
export function moveTo(content: Content, ids: ReadonlySet<StickerId>, to: number): Content {
  const moved = content.stickers.filter((each) => ids.has(each.sticker.id));
  const stays = (part: readonly PackedSticker[]) => part.filter((each) => !ids.has(each.sticker.id));
  const stickers = [...stays(content.stickers.slice(0, to)), ...moved, ...stays(content.stickers.slice(to))];
  return sameOrder(stickers, content.stickers) ? content : { ...content, stickers };
}

/** Moves them together by so many places; at an end they stop. */
export function moveBy(content: Content, ids: ReadonlySet<StickerId>, by: number): Content {
  const places = content.stickers.flatMap((each, i) => (ids.has(each.sticker.id) ? [i] : []));
  const [first] = places;
  const last = places.at(-1);
  if (first === undefined || last === undefined) return content;
  const to = by < 0 ? Math.max(0, first + by) : Math.min(content.stickers.length, last + 1 + by);
  return moveTo(content, ids, to);
}

function sameOrder(a: readonly PackedSticker[], b: readonly PackedSticker[]): boolean {
  return a.length === b.length && a.every((each, i) => each.sticker.id === b[i]?.sticker.id);
}

export function without(content: Content, ids: ReadonlySet<StickerId>): Content {
  const stickers = content.stickers.filter((each) => !ids.has(each.sticker.id));
  return { ...content, stickers, cover: content.cover !== null && ids.has(content.cover) ? null : content.cover };
}

export function changed(content: Content, id: StickerId, part: Partial<Pick<PackedSticker, 'emoji' | 'text'>>): Content {
  return { ...content, stickers: content.stickers.map((each) => (each.sticker.id === id ? { ...each, ...part } : each)) };
}

/** Takes it away when it is there; a fourth takes the place of the last. */
export function toggleEmoji(emoji: readonly string[], one: string): string[] {
  if (emoji.includes(one)) return emoji.filter((each) => each !== one);
  return [...emoji.slice(0, MOST_EMOJI - 1), one];
}

/** How many stickers each pack gets when one is split evenly. */
export function split(count: number, most: number | null): number[] {
  const parts = most === null ? 1 : Math.max(1, Math.ceil(count / most));
  return Array.from({ length: parts }, (_, i) => Math.ceil(((i + 1) * count) / parts) - Math.ceil((i * count) / parts));
}
