import type { Platform, StickerId } from '../bindings';

const REMEMBERED = 'studio.packs';
const GROUNDS = ['light', 'dark', 'wallpaper'] as const;
export type ChatGround = (typeof GROUNDS)[number];
type Kept = { platform: Platform; ground: ChatGround };

function remembered(): Kept {
  const first: Kept = { platform: 'telegram', ground: 'wallpaper' };
  try {
    return { ...first, ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Partial<Kept>) };
  } catch {
    return first;
  }
}

const kept = $state(remembered());
const now = $state<{ editing: StickerId | null; adding: boolean; printing: boolean; said: string; width: 'wide' | 'medium' | 'narrow' }>({
  editing: null,
  adding: false,
  printing: false,
  said: '',
  width: 'wide',
});

/** How the screen is laid out and what lies over it. */
export const view = {
  get platform() {
    return kept.platform;
  },
  set platform(platform: Platform) {
    kept.platform = platform;
    keep();
  },

  get ground() {
    return kept.ground;
  },
  set ground(ground: ChatGround) {
    kept.ground = ground;
    keep();
  },

  /** The sticker whose emoji and text are being changed. */
  get editing() {
    return now.editing;
  },
  set editing(id: StickerId | null) {
    now.editing = id;
  },

  get adding() {
    return now.adding;
  },
  set adding(open: boolean) {
    now.adding = open;
  },

  get printing() {
    return now.printing;
  },
  set printing(open: boolean) {
    now.printing = open;
  },

  /** For screen readers: what a move did. */
  get said() {
    return now.said;
  },
  set said(text: string) {
    now.said = text;
  },

  /** wide: list, stickers and platforms side by side; medium: without the list; narrow: one below the other. */
  get width() {
    return now.width;
  },
  /** `rem`: px of the person's text. */
  measure(px: number) {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const width = px / rem;
    now.width = width >= 66 ? 'wide' : width >= 46 ? 'medium' : 'narrow';
  },
};

function keep() {
  localStorage.setItem(REMEMBERED, JSON.stringify(kept));
}
