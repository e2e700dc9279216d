-- A recipe names the picture it began from by the hash of its file.
CREATE INDEX sticker_detail_sha256 ON sticker_detail (sha256);
