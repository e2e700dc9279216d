CREATE TABLE adapter (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    rank INTEGER,
    form TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- By hash and name, not by reference: a sticker remembers an adapter that was deleted or never imported.
CREATE TABLE sticker_adapter (
    sticker INTEGER NOT NULL REFERENCES sticker ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    weight REAL NOT NULL,
    PRIMARY KEY (sticker, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX sticker_adapter_sha256 ON sticker_adapter (sha256);

CREATE TABLE pack (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE pack_sticker (
    pack TEXT NOT NULL REFERENCES pack ON DELETE CASCADE,
    position INTEGER NOT NULL,
    sticker INTEGER NOT NULL REFERENCES sticker ON DELETE CASCADE,
    emoji TEXT NOT NULL,
    PRIMARY KEY (pack, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_sticker_sticker ON pack_sticker (sticker);

CREATE TABLE job (
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled')),
    request TEXT NOT NULL,
    pictures INTEGER NOT NULL,
    error TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE job_prompt (
    job TEXT NOT NULL REFERENCES job ON DELETE CASCADE,
    place INTEGER NOT NULL,
    prompt TEXT NOT NULL,
    PRIMARY KEY (job, place)
) STRICT, WITHOUT ROWID;

-- No reference: a sticker outlives its job.
ALTER TABLE sticker ADD COLUMN job TEXT;
ALTER TABLE sticker ADD COLUMN tile INTEGER;
CREATE UNIQUE INDEX sticker_job ON sticker (job, tile) WHERE job IS NOT NULL;

CREATE TABLE note (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Ids whose rows are gone and whose files may not be yet: a kill in between must not bring a deleted picture back.
CREATE TABLE doomed_file (
    id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
