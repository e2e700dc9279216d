//! Sticker packs: an order of stickers, each with the emoji that it stands for.

use rusqlite::{OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::database::Failure;
use crate::names::checked;
use crate::{Error, Library, PackId, StickerId};

const LONGEST: usize = 128;
const SELECT: &str =
    "SELECT id, title, author, created_at, (SELECT count(*) FROM pack_sticker WHERE pack = id) FROM pack";

/// A pack in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Pack {
    /// The pack.
    pub id: PackId,
    /// Its title.
    pub title: String,
    /// Who made it; may be empty.
    pub author: String,
    /// ms since 1970.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub created_at: i64,
    /// How many stickers it has.
    pub count: u32,
}

/// A pack and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct PackRecord {
    /// As in a list.
    pub pack: Pack,
    /// In order, each with its emoji.
    pub stickers: Vec<(StickerId, String)>,
}

impl Library {
    /// Makes an empty pack.
    pub fn create_pack(&self, title: &str, author: &str) -> Result<Pack, Error> {
        let title = checked("the title of a pack", title, LONGEST)?;
        let author = match author.trim() {
            "" => "",
            author => checked("the author of a pack", author, LONGEST)?,
        };
        self.database.write(|transaction| {
            let id = self.ids.next()?;
            transaction.execute(
                "INSERT INTO pack (id, title, author, created_at) VALUES (?1, ?2, ?3, ?4)",
                (&id.text, title, author, id.created_at),
            )?;
            Ok(Pack {
                id: PackId::of(&id),
                title: title.to_owned(),
                author: author.to_owned(),
                created_at: id.created_at,
                count: 0,
            })
        })
    }

    /// Every pack, newest first.
    pub fn packs(&self) -> Result<Vec<Pack>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("{SELECT} ORDER BY id DESC"))?;
            let packs = statement.query_map([], to_pack)?.collect::<rusqlite::Result<_>>()?;
            Ok(packs)
        })
    }

    /// One pack and what is in it.
    pub fn pack(&self, id: &PackId) -> Result<Option<PackRecord>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
            let Some(pack) = statement.query_row([id], to_pack).optional()? else {
                return Ok(None);
            };
            let stickers = transaction
                .prepare_cached(
                    "SELECT id, emoji FROM pack_sticker JOIN sticker ON number = sticker WHERE pack = ?1 ORDER BY position",
                )?
                .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some(PackRecord { pack, stickers }))
        })
    }

    /// Says what is in a pack: this and nothing else, in this order.
    pub fn set_pack_stickers(&self, id: &PackId, stickers: &[(StickerId, String)]) -> Result<(), Error> {
        self.database.write(|transaction| {
            check(transaction, id)?;
            transaction.execute("DELETE FROM pack_sticker WHERE pack = ?1", [id])?;
            let mut statement = transaction.prepare_cached(
                "INSERT INTO pack_sticker (pack, position, sticker, emoji)
                 SELECT ?1, ?2, number, ?4 FROM sticker WHERE id = ?3",
            )?;
            for (position, (sticker, emoji)) in stickers.iter().enumerate() {
                if statement.execute((id, position as u32, sticker, emoji))? == 0 {
                    return Err(Error::not_found("sticker", sticker.as_str()).into());
                }
            }
            Ok(())
        })
    }

    /// Deletes a pack; its stickers stay.
    pub fn delete_pack(&self, id: &PackId) -> Result<(), Error> {
        self.database.write(|transaction| {
            check(transaction, id)?;
            transaction.execute("DELETE FROM pack WHERE id = ?1", [id])?;
            Ok(())
        })
    }
}

fn check(transaction: &Transaction<'_>, id: &PackId) -> Result<(), Failure> {
    match transaction.query_row("SELECT count(*) FROM pack WHERE id = ?1", [id], |row| {
        row.get::<_, u32>(0)
    })? {
        0 => Err(Error::not_found("pack", id.as_str()).into()),
        _ => Ok(()),
    }
}

fn to_pack(row: &Row<'_>) -> rusqlite::Result<Pack> {
    Ok(Pack {
        id: row.get(0)?,
        title: row.get(1)?,
        author: row.get(2)?,
        created_at: row.get(3)?,
        count: row.get(4)?,
    })
}
