import { backend } from '../backend';
import type { Emoji, EmojiGroup } from '../bindings';

let asked: Promise<EmojiGroup[]> | null = null;

/** The list is long and never changes: fetched once. */
export function emojiGroups(): Promise<EmojiGroup[]> {
  asked ??= backend.emojiGroups().catch((thrown: unknown) => {
    asked = null;
    throw thrown;
  });
  return asked;
}

/** Those with every word of the text in their name or keywords; names that begin with it come first. */
export function find(groups: readonly EmojiGroup[], text: string, most = 96): Emoji[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0];
  if (first === undefined) return [];
  const all = groups.flatMap((group) => group.emoji);
  const fits = (each: Emoji) => words.every((word) => each.text === word || each.name.toLowerCase().includes(word) || each.keywords.some((keyword) => keyword.toLowerCase().startsWith(word)));
  const worth = ({ name, keywords }: Emoji) => (name.toLowerCase().startsWith(first) ? 2 : 0) + (keywords.some((keyword) => keyword.toLowerCase() === first) ? 1 : 0);
  return all.filter(fits).sort((a, b) => worth(b) - worth(a)).slice(0, most);
}

const GROUPS = ['smileysEmotion', 'peopleBody', 'animalsNature', 'foodDrink', 'travelPlaces', 'activities', 'objects', 'symbols', 'flags'] as const;
export type GroupKey = (typeof GROUPS)[number];

/** The group by which the page has a name for it, however Unicode's name is spelled ("Food & Drink", "foodAndDrink"). */
export function groupKey(name: string): GroupKey | null {
  const plain = name.toLowerCase().replace(/[^a-z]+/g, '').replace('and', '');
  return GROUPS.find((each) => each.toLowerCase() === plain) ?? null;
}
