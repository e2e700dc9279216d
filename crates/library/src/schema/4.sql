-- What a finished sticker was made of, by id and not by reference: its source may be deleted. The finish is JSON.
ALTER TABLE sticker_detail ADD COLUMN source TEXT;
ALTER TABLE sticker_detail ADD COLUMN finish TEXT;

ALTER TABLE pack ADD COLUMN cover INTEGER REFERENCES sticker ON DELETE SET NULL;
-- What the sticker shows, for people who do not see it.
ALTER TABLE pack_sticker ADD COLUMN text TEXT NOT NULL DEFAULT '';
