const KEY = 'studio.emoji';
const MOST = 14;

function remembered(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

let list = $state.raw(remembered());

/** The emoji used last, the newest first. */
export const recent = {
  get list(): readonly string[] {
    return list;
  },
  add(emoji: string) {
    list = [emoji, ...list.filter((each) => each !== emoji)].slice(0, MOST);
    localStorage.setItem(KEY, JSON.stringify(list));
  },
};
