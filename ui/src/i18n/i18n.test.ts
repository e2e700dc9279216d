import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration } from './format';
import { allMessages, setLocale, systemLocale, t, type Message } from './index.svelte';

function flat(tree: Record<string, Record<string, Message>>): Map<string, Message> {
  return new Map(Object.entries(tree).flatMap(([file, list]) => Object.entries(list).map(([key, text]) => [`${file}.${key}`, text] as const)));
}

const forms = (message: Message) => (typeof message === 'string' ? [message] : Object.values(message));
const holes = (message: Message) => [...new Set(forms(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

const en = flat(allMessages.en);
const zh = flat(allMessages.zh);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(svelte|ts)$/.test(entry.name) && !entry.name.includes('.test.') ? [path] : [];
  });
}

describe('messages', () => {
  it('has the same keys in every language', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it.each([...en.keys()])('%s fills the same holes', (key) => {
    // English may spell "one" out; the count itself is never lost in "other".
    expect(holes(zh.get(key) ?? '')).toEqual(holes(en.get(key) ?? ''));
    for (const text of [...forms(en.get(key) ?? ''), ...forms(zh.get(key) ?? '')]) expect(text.trim()).not.toBe('');
  });

  it('has every key that a source names', () => {
    const missing: string[] = [];
    for (const path of sources('src')) {
      const text = readFileSync(path, 'utf8');
      for (const [, key] of text.matchAll(/\bt\(\s*'([^']+)'/g)) if (key && !en.has(key)) missing.push(`${path}: ${key}`);
    }
    expect(missing).toEqual([]);
  });
});

describe('t', () => {
  it('chooses the plural and writes numbers the language’s way', () => {
    setLocale('en');
    expect(t('create.make.count', { count: 1 })).toBe('Make 1 sticker');
    expect(t('create.make.count', { count: 1200 })).toBe('Make 1,200 stickers');
    expect(t('create.viewer.seed', { seed: '4294967295' })).toBe('Seed 4294967295');
    setLocale('zh');
    expect(t('create.make.count', { count: 1 })).toBe('制作 1 张贴纸');
    setLocale('en');
  });

  it('follows the desktop’s language', () => {
    expect(systemLocale(['zh-CN', 'en'])).toBe('zh');
    expect(systemLocale(['de-DE', 'zh'])).toBe('en');
    expect(systemLocale([])).toBe('en');
  });
});

describe('formats', () => {
  it.each([[0.2, '1 s'], [59, '59 s'], [150, '3 min'], [7500, '2 h 5 min']])('%d seconds', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([[0, '0 B'], [999, '999 B'], [1500, '1.5 kB'], [43_000_000, '43 MB']])('%d bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
