//! Stickers, listed and looked up.

use std::path::PathBuf;

use rusqlite::{OptionalExtension, Row, params_from_iter};

use crate::database::Failure;
use crate::filter::Filter;
use crate::{Error, Library, Page, Query, Rating, Sticker, StickerId, StickerRecord};

/// What [`to_sticker`] reads, in its order.
pub(crate) const COLUMNS: &str =
    "id, prompt, width, height, created_at, favourite, alignment, quality, origin, seed, bucket, trashed_at";

pub(crate) fn to_sticker(row: &Row<'_>) -> rusqlite::Result<Sticker> {
    Ok(Sticker {
        id: row.get(0)?,
        prompt: row.get(1)?,
        width: row.get(2)?,
        height: row.get(3)?,
        created_at: row.get(4)?,
        favourite: row.get(5)?,
        rating: Rating {
            alignment: row.get(6)?,
            quality: row.get(7)?,
        },
        origin: row.get(8)?,
        seed: row.get::<_, Option<i64>>(9)?.map(i64::cast_unsigned),
        bucket: row.get(10)?,
        trashed_at: row.get(11)?,
    })
}

/// A part of what a filter finds; limit and offset come after its values. As numbers in the text, every place in a list
/// would be a statement of its own.
pub(crate) fn listing(filter: &Filter) -> String {
    format!(
        "SELECT {COLUMNS} FROM sticker {} {} LIMIT ? OFFSET ?",
        filter.condition, filter.order
    )
}

pub(crate) const BY_FILE: &str =
    "SELECT s.id FROM sticker s JOIN sticker_detail d ON d.sticker = s.number WHERE d.sha256 = ?1 LIMIT 1";

impl Library {
    /// A part of what a query finds. An offset behind the end gives no stickers.
    pub fn page(&self, query: &Query, offset: u32, limit: u32) -> Result<Page, Error> {
        let filter = Filter::of(query);
        self.database.read(|transaction| {
            let total = transaction
                .prepare_cached(&format!("SELECT count(*) FROM sticker {}", filter.condition))?
                .query_row(params_from_iter(&filter.values), |row| row.get(0))?;
            let stickers = transaction
                .prepare_cached(&listing(&filter))?
                .query_map(
                    params_from_iter(filter.values.iter().chain(&[limit.into(), offset.into()])),
                    to_sticker,
                )?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Page {
                total,
                offset,
                stickers,
            })
        })
    }

    /// The ids of all that a query finds, in its order.
    pub fn ids(&self, query: &Query) -> Result<Vec<StickerId>, Error> {
        let filter = Filter::of(query);
        self.database.read(|transaction| {
            let ids = transaction
                .prepare_cached(&format!("SELECT id FROM sticker {} {}", filter.condition, filter.order))?
                .query_map(params_from_iter(&filter.values), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(ids)
        })
    }

    /// All that is known of a sticker, in the trash or not.
    pub fn sticker(&self, id: &StickerId) -> Result<Option<StickerRecord>, Error> {
        self.database.read(|transaction| {
            let record = transaction
                .prepare_cached(&format!(
                    "SELECT {COLUMNS}, number, bytes, sha256, recipe, parameters, source, finish
                     FROM sticker JOIN sticker_detail ON sticker = number WHERE id = ?1"
                ))?
                .query_row([id], |row| {
                    let record = StickerRecord {
                        sticker: to_sticker(row)?,
                        tags: Vec::new(),
                        sets: Vec::new(),
                        bytes: row.get::<_, i64>(13)?.cast_unsigned(),
                        sha256: row.get(14)?,
                        recipe: row.get(15)?,
                        parameters: row.get(16)?,
                        finished: row.get::<_, Option<_>>(17)?.zip(row.get(18)?),
                    };
                    Ok((row.get::<_, i64>(12)?, record))
                })
                .optional()?;
            let Some((number, mut record)) = record else {
                return Ok(None);
            };
            record.tags = transaction
                .prepare_cached("SELECT name FROM sticker_tag JOIN tag ON number = tag WHERE sticker = ?1 ORDER BY folded")?
                .query_map([number], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            record.sets = transaction
                .prepare_cached(
                    "SELECT id FROM set_sticker JOIN style_set ON number = style_set WHERE sticker = ?1 ORDER BY folded",
                )?
                .query_map([number], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            Ok::<_, Failure>(Some(record))
        })
    }

    /// The first sticker outside the trash with these pixels ([`NewSticker::pixels_sha256`](crate::NewSticker)).
    pub fn find_by_sha256(&self, sha256: &str) -> Result<Option<StickerId>, Error> {
        self.find(
            "SELECT id FROM sticker WHERE pixels_sha256 = ?1 AND trashed_at IS NULL ORDER BY number LIMIT 1",
            sha256,
        )
    }

    /// The sticker whose file has these bytes, in the trash or not: a recipe names the picture it began from so.
    pub fn find_by_file_sha256(&self, sha256: &str) -> Result<Option<StickerId>, Error> {
        self.find(BY_FILE, sha256)
    }

    fn find(&self, query: &str, sha256: &str) -> Result<Option<StickerId>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(query)?;
            Ok(statement.query_row([sha256], |row| row.get(0)).optional()?)
        })
    }

    /// Where the picture of a sticker lies, whether there is one or not.
    pub fn file(&self, id: &StickerId) -> PathBuf {
        self.folders.picture(id.as_str())
    }

    /// Where the thumbnail of a sticker lies. It may be missing: see [`Library::write_thumbnail`].
    pub fn thumbnail(&self, id: &StickerId) -> PathBuf {
        self.folders.thumbnail(id.as_str())
    }

    /// Puts a thumbnail in its place, when one is missing or another size is wanted.
    pub fn write_thumbnail(&self, id: &StickerId, png: &[u8]) -> Result<(), Error> {
        self.folders.write("write the thumbnail", &self.thumbnail(id), png)
    }
}
