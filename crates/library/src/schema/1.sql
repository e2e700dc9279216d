-- Stickers as lists and filters need them; the files lie beside the database. `number` is the rowid that everything refers to.
CREATE TABLE sticker (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('made', 'imported')),
    favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
    alignment TEXT CHECK (alignment IN ('strong', 'weak', 'fail')),
    quality INTEGER CHECK (quality BETWEEN 1 AND 5),
    seed INTEGER, -- a u64 in the bits of an i64
    bucket TEXT CHECK (bucket IN ('emotion', 'action', 'scene')),
    device TEXT,
    trashed_at INTEGER,
    pixels_sha256 TEXT NOT NULL,
    prompt TEXT NOT NULL
) STRICT;
CREATE INDEX sticker_pixels ON sticker (pixels_sha256);
CREATE INDEX sticker_trashed ON sticker (trashed_at) WHERE trashed_at IS NOT NULL;

-- What only the view of one sticker shows. Apart, so that a list reads few pages.
CREATE TABLE sticker_detail (
    sticker INTEGER PRIMARY KEY REFERENCES sticker ON DELETE CASCADE,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    negative_prompt TEXT NOT NULL,
    model TEXT,
    model_sha256 TEXT,
    recipe TEXT,
    parameters TEXT
) STRICT;

-- `folded` is the name in lower case: SQLite's NOCASE knows ASCII only.
CREATE TABLE tag (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE sticker_tag (
    sticker INTEGER NOT NULL REFERENCES sticker ON DELETE CASCADE,
    tag INTEGER NOT NULL REFERENCES tag,
    PRIMARY KEY (sticker, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX sticker_tag_tag ON sticker_tag (tag);

CREATE TABLE style_set (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE set_sticker (
    style_set INTEGER NOT NULL REFERENCES style_set ON DELETE CASCADE,
    sticker INTEGER NOT NULL REFERENCES sticker ON DELETE CASCADE,
    PRIMARY KEY (style_set, sticker)
) STRICT, WITHOUT ROWID;
CREATE INDEX set_sticker_sticker ON set_sticker (sticker);

-- rowid = sticker.number. `So` are symbols such as emoji: people search for them.
CREATE VIRTUAL TABLE words USING fts5 (
    prompt,
    tags,
    content = '',
    contentless_delete = 1,
    prefix = '1 2 3',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"
);
