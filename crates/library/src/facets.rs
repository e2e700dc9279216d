//! What the library can be narrowed to, with counts. Everything here leaves the trash out.

use rusqlite::{Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::{Bucket, Error, Library, StyleSet};

/// A name and how many stickers have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct NameCount {
    /// A tag or a device.
    pub name: String,
    /// Stickers outside the trash.
    pub count: u32,
}

/// An adapter and how many stickers were made with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct AdapterCount {
    /// SHA-256 of its file.
    pub sha256: String,
    /// Its name in the library, or else the one when it was last used.
    pub name: String,
    /// Stickers outside the trash.
    pub count: u32,
}

/// What the library can be narrowed to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Facets {
    /// Stickers outside the trash.
    pub total: u32,
    /// Those of them that are liked.
    pub favourites: u32,
    /// Those of them that have no rating at all.
    pub unrated: u32,
    /// Stickers in the trash.
    pub trashed: u32,
    /// Every style set, by name.
    pub sets: Vec<StyleSet>,
    /// Every tag that is used, by name.
    pub tags: Vec<NameCount>,
    /// Every device that was used, by name.
    pub devices: Vec<NameCount>,
    /// Every adapter that was used, by name.
    pub adapters: Vec<AdapterCount>,
}

/// How one kind of ideas is covered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct BucketCoverage {
    /// The kind.
    pub bucket: Bucket,
    /// Stickers outside the trash.
    pub total: u32,
    /// Those with any rating.
    pub rated: u32,
    /// Those of strong alignment.
    pub strong: u32,
}

// A join with `sticker` for each link costs ten times as much as leaving out the few that lie in the trash.
const SETS: &str = "
    SELECT id, name, created_at, (
        SELECT count(*) FROM set_sticker
        WHERE style_set = number AND sticker NOT IN (SELECT number FROM sticker WHERE trashed_at IS NOT NULL)
    ) FROM style_set ORDER BY folded";
const TAGS: &str = "
    SELECT name, count FROM (
        SELECT tag, count(*) AS count FROM sticker_tag
        WHERE sticker NOT IN (SELECT number FROM sticker WHERE trashed_at IS NOT NULL) GROUP BY tag
    ) JOIN tag ON number = tag ORDER BY folded";
const DEVICES: &str = "
    SELECT device, count(*) FROM sticker WHERE trashed_at IS NULL AND device IS NOT NULL
    GROUP BY device ORDER BY device";
const ADAPTERS: &str = "
    SELECT used.sha256, coalesce(adapter.name, (
        SELECT name FROM sticker_adapter AS one WHERE one.sha256 = used.sha256 ORDER BY sticker DESC LIMIT 1
    )) AS name, count FROM (
        SELECT sha256, count(*) AS count FROM sticker_adapter
        WHERE sticker NOT IN (SELECT number FROM sticker WHERE trashed_at IS NOT NULL) GROUP BY sha256
    ) AS used LEFT JOIN adapter ON adapter.sha256 = used.sha256 ORDER BY name, used.sha256";
const TOTALS: &str = "
    SELECT count(*), coalesce(sum(favourite), 0), count(*) FILTER (WHERE alignment IS NULL AND quality IS NULL)
    FROM sticker WHERE trashed_at IS NULL";
const TRASHED: &str = "SELECT count(*) FROM sticker WHERE trashed_at IS NOT NULL";
const COVERAGE: &str = "
    SELECT count(*), count(*) FILTER (WHERE alignment IS NOT NULL OR quality IS NOT NULL),
        count(*) FILTER (WHERE alignment = 'strong')
    FROM sticker WHERE bucket = ?1 AND trashed_at IS NULL";

impl Library {
    /// What the library can be narrowed to.
    pub fn facets(&self) -> Result<Facets, Error> {
        self.database.read(|transaction| {
            let (total, favourites, unrated) = transaction
                .prepare_cached(TOTALS)?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(Facets {
                total,
                favourites,
                unrated,
                trashed: transaction.prepare_cached(TRASHED)?.query_row([], |row| row.get(0))?,
                sets: all(transaction, SETS, |row| {
                    Ok(StyleSet {
                        id: row.get(0)?,
                        name: row.get(1)?,
                        count: row.get(3)?,
                        created_at: row.get(2)?,
                    })
                })?,
                tags: all(transaction, TAGS, name_count)?,
                devices: all(transaction, DEVICES, name_count)?,
                adapters: all(transaction, ADAPTERS, |row| {
                    Ok(AdapterCount {
                        sha256: row.get(0)?,
                        name: row.get(1)?,
                        count: row.get(2)?,
                    })
                })?,
            })
        })
    }

    /// How each kind of ideas is covered; every kind, also one without stickers.
    pub fn coverage(&self) -> Result<Vec<BucketCoverage>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(COVERAGE)?;
            let coverage = Bucket::ALL.iter().map(|&bucket| {
                statement.query_row([bucket], |row| {
                    Ok(BucketCoverage {
                        bucket,
                        total: row.get(0)?,
                        rated: row.get(1)?,
                        strong: row.get(2)?,
                    })
                })
            });
            Ok(coverage.collect::<rusqlite::Result<_>>()?)
        })
    }
}

fn all<T>(
    transaction: &Transaction<'_>,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    transaction.prepare_cached(sql)?.query_map([], read)?.collect()
}

fn name_count(row: &Row<'_>) -> rusqlite::Result<NameCount> {
    Ok(NameCount {
        name: row.get(0)?,
        count: row.get(1)?,
    })
}
