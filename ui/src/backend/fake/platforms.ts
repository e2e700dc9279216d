import type { Platform, PlatformInfo } from '../../bindings';

type Limits = PlatformInfo & { title: number | null; author: boolean; emojiMost: number; steps: readonly number[] | null };

type Given = Partial<Omit<Limits, 'platform' | 'label'>>;

function limits(platform: Platform, label: string, given: Given): Limits {
  return {
    platform, label, least: 1, most: null, emojiNeeded: false, container: 'folder', suffix: '', shown: 160,
    title: null, author: false, emojiMost: 20, steps: null, ...given,
  };
}

/** As platforms.md has them. */
export const LIMITS: readonly Limits[] = [
  limits('telegram', 'Telegram', { most: 120, emojiNeeded: true, title: 64, shown: 180 }),
  limits('whatsapp', 'WhatsApp', { least: 3, most: 30, emojiNeeded: true, container: 'file', suffix: '.wastickers', title: 128, author: true, emojiMost: 3, shown: 132 }),
  limits('signal', 'Signal', { most: 200, emojiNeeded: true, title: 256, emojiMost: 1, shown: 150 }),
  limits('discord', 'Discord', { most: 60, emojiNeeded: true, emojiMost: 1, shown: 160 }),
  limits('discord-emoji', 'Discord emoji', { most: 250, shown: 48 }),
  limits('imessage', 'iMessage', { shown: 136 }),
  limits('line', 'LINE', { least: 8, most: 40, container: 'file', suffix: '.zip', title: 40, author: true, steps: [8, 16, 24, 32, 40], shown: 148 }),
  limits('slack', 'Slack', { shown: 32 }),
  limits('viber', 'Viber', { most: 24, container: 'file', suffix: '.zip', shown: 160 }),
  limits('mastodon', 'Mastodon', { container: 'file', suffix: '.tar.gz', shown: 24 }),
  limits('misskey', 'Misskey', { container: 'file', suffix: '.zip', shown: 32 }),
  limits('folder', 'Folder of PNG files', { shown: 160 }),
  limits('sticker-convert', 'sticker-convert', { shown: 160 }),
];

export function limitsOf(platform: Platform): Limits {
  return LIMITS.find((each) => each.platform === platform) ?? limits(platform, platform, {});
}

export const PLATFORMS: PlatformInfo[] = LIMITS.map(({ platform, label, least, most, emojiNeeded, container, suffix, shown }) => ({
  platform, label, least, most, emojiNeeded, container, suffix, shown,
}));
