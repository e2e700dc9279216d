import type { Pack, PackChange, PackDetail, PackExported, Platform, WrittenSticker } from '../../bindings';
import { StudioError } from '..';
import type { FakeCalls } from './calls';
import { EMOJI, suggest } from './emoji';
import type { FakeLibrary } from './library';
import type { FakeOptions } from './options';
import { check, fix } from './packChecks';
import { limitsOf, PLATFORMS } from './platforms';
import { hash, makeId, Random } from './random';
import type { FakeWork } from './work';

type Names =
  | 'packs' | 'pack' | 'createPack' | 'changePack' | 'addToPack' | 'deletePack' | 'platforms' | 'checkPack' | 'fixPack' | 'exportPack'
  | 'revealExport' | 'printSheet' | 'emojiGroups' | 'suggestEmoji';
type Stored = PackChange & { id: string; createdAt: number };

const HOUR = 3_600_000;
const HOME = '/home/mei/Documents';

class FakePacks {
  private readonly random = new Random(5);
  private packs: Stored[] = [];

  constructor(private readonly library: FakeLibrary) {
    const ids = [...library.entries.values()].filter((e) => e.sticker.trashedAt === null).map((e) => e.sticker.id);
    if (ids.length < 40) return;
    const happy = ids.filter((id) => /happy|love|cool/.test(this.prompt(id))).slice(0, 18);
    this.seed('Good mood', 'Mei', happy, 1, 4);
    if (ids.length > 140) this.seed('Everything for every day', 'Mei', ids.slice(20, 20 + 124), 2, 1);
    this.seed('Hello!', '', ids.slice(0, 2), 3, 0);
  }

  private seed(title: string, author: string, ids: string[], age: number, bare: number): void {
    const pack = this.add({ title, author, cover: ids[0] ?? null, stickers: [] }, Date.now() - age * 26 * HOUR);
    pack.stickers = ids.map((sticker, i) => ({ sticker, emoji: bare > 0 && i % 5 === bare ? [] : suggest(this.prompt(sticker)).slice(0, 1 + (i % 3)), text: i < 3 ? this.prompt(sticker) : '' }));
  }

  prompt(id: string): string {
    return this.library.entries.get(id)?.sticker.prompt ?? '';
  }

  add(content: PackChange, createdAt = Date.now()): Stored {
    const pack = { ...structuredClone(content), id: makeId(createdAt, this.random), createdAt };
    this.packs.push(pack);
    return pack;
  }

  find(id: string): Stored {
    const pack = this.packs.find((each) => each.id === id);
    if (!pack) throw new StudioError('input', `there is no such pack: ${id}`);
    return pack;
  }

  /** Deleted stickers are in no pack. */
  content(id: string): Stored {
    const pack = this.find(id);
    pack.stickers = pack.stickers.filter((each) => this.library.entries.has(each.sticker));
    if (!pack.stickers.some((each) => each.sticker === pack.cover)) pack.cover = null;
    return pack;
  }

  row(id: string): Pack {
    const { title, author, createdAt, stickers } = this.content(id);
    return { id, title, author, createdAt, count: stickers.length };
  }

  detail(id: string): PackDetail {
    const { cover, stickers } = this.content(id);
    return {
      pack: this.row(id),
      cover,
      stickers: stickers.map(({ sticker, emoji, text }) => ({ sticker: this.library.entry(sticker).sticker, emoji, text })),
    };
  }

  all(): Pack[] {
    return this.packs.map((each) => this.row(each.id)).sort((a, b) => b.createdAt - a.createdAt);
  }

  change(id: string, change: PackChange): PackDetail {
    const ids = change.stickers.map((each) => this.library.entry(each.sticker).sticker.id);
    if (new Set(ids).size < ids.length) throw new StudioError('usage', 'a sticker can be in a pack once');
    Object.assign(this.find(id), structuredClone(change));
    return this.detail(id);
  }

  delete(id: string): null {
    const gone = this.find(id);
    this.packs = this.packs.filter((each) => each !== gone);
    return null;
  }
}

/** As an encoder would: the small ones without loss. */
function written(name: string, pack: number, index: number, platform: Platform): WrittenSticker {
  const emoji = ['discord-emoji', 'slack', 'mastodon', 'misskey'].includes(platform);
  const lossy = !emoji && hash(name) % 3 === 0;
  const side = emoji ? 128 : platform === 'discord' ? 320 : platform === 'folder' ? 256 : 512;
  const kind = platform === 'whatsapp' || lossy ? 'webp' : 'png';
  return {
    pack, name, file: `${String(index + 1).padStart(2, '0')}.${kind}`, bytes: (emoji ? 9_000 : 62_000) + (hash(name) % 36_000), width: side, height: side,
    ssim: lossy ? 0.93 + (hash(name) % 69) / 1000 : 1, how: lossy ? `quality ${74 + (hash(name) % 20)}` : 'lossless',
  };
}

export function packCalls(library: FakeLibrary, options: FakeOptions, work: FakeWork): Pick<FakeCalls, Names> {
  const packs = new FakePacks(library);
  const content = (id: string): PackChange => {
    const { title, author, cover, stickers } = packs.content(id);
    return { title, author, cover, stickers };
  };

  const exportPack = async (id: string, platform: Platform): Promise<PackExported | null> => {
    if (options.dialogClosed) return null;
    const { label, suffix } = limitsOf(platform);
    const { packs: fixed, fixes } = fix(content(id), platform, (sticker) => packs.prompt(sticker));
    const refused = fixed.flatMap((each) => check(each, platform)).find((each) => each.severity === 'blocks');
    if (refused) throw new StudioError('input', `${label} would refuse this pack: ${refused.message}`);
    const all = fixed.flatMap((each, pack) => each.stickers.map((one, i) => ({ pack, i, name: packs.prompt(one.sticker) })));
    const stickers: WrittenSticker[] = [];
    if (await work.each(all, ({ name, pack, i }) => void stickers.push(written(name, pack, i, platform)), 90)) return null;
    const name = packs.find(id).title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'stickers';
    return {
      paths: fixed.map((_, i) => `${HOME}/${name}${fixed.length > 1 ? `-${i + 1}` : ''}${suffix}`),
      bytes: stickers.reduce((sum, each) => sum + each.bytes, 0),
      stickers,
      fixes,
    };
  };

  return {
    packs: () => packs.all(),
    pack: (id) => packs.detail(id),
    createPack: (title, author) => packs.row(packs.add({ title, author, cover: null, stickers: [] }).id),
    changePack: (id, change) => packs.change(id, change),
    addToPack: (id, ids) => {
      const pack = packs.content(id);
      const known = new Set(pack.stickers.map((each) => each.sticker));
      const fresh = ids.filter((each) => !known.has(library.entry(each).sticker.id)).map((sticker) => ({ sticker, emoji: [], text: '' }));
      return packs.change(id, { ...content(id), stickers: [...pack.stickers, ...fresh] });
    },
    deletePack: (id) => packs.delete(id),
    platforms: () => PLATFORMS,
    checkPack: (id) => PLATFORMS.map(({ platform }) => ({ platform, findings: check(content(id), platform) })),
    fixPack: (id, platform) => {
      const fixed = fix(content(id), platform, (sticker) => packs.prompt(sticker));
      const [first, ...more] = fixed.packs;
      if (first) packs.change(id, first);
      return { packs: [id, ...more.map((each) => packs.add(each).id)], fixes: fixed.fixes };
    },
    exportPack,
    revealExport: () => null,
    printSheet: async (ids, { copies, stickerMm }) => {
      if (options.dialogClosed) return null;
      const many = ids.flatMap((id) => Array.from({ length: copies }, () => library.entry(id)));
      const pages = Math.max(1, Math.ceil(many.length / (Math.max(1, Math.floor(180 / stickerMm)) * Math.max(1, Math.floor(260 / stickerMm)))));
      if (await work.each(Array.from({ length: pages }), () => undefined, 300)) return null;
      const files = Array.from({ length: pages }, (_, i) => [`${HOME}/sheet/page-${i + 1}.png`, `${HOME}/sheet/cut-${i + 1}.svg`]).flat();
      return { paths: [`${HOME}/sheet/sheet.pdf`, ...files], pages, leftOut: [] };
    },
    emojiGroups: () => EMOJI,
    suggestEmoji: (text) => suggest(text),
  };
}
