//! Sticker packs: an order of stickers, each with the emoji that it stands for.

use rusqlite::{OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::database::Failure;
use crate::names::checked;
use crate::{Error, Library, PackId, StickerId};

const LONGEST: usize = 128;
/// Of a text for people who do not see the sticker, and of a sticker's emoji together.
const LONGEST_TEXT: usize = 500;
const SELECT: &str = "SELECT pack.id, title, author, pack.created_at,
    (SELECT count(*) FROM pack_sticker JOIN sticker ON number = sticker WHERE pack = pack.id AND trashed_at IS NULL)
    FROM pack";

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
    /// The sticker that stands for it, if one was chosen.
    pub cover: Option<StickerId>,
    /// In order; what is in the trash is left out.
    pub stickers: Vec<PackSticker>,
}

/// A sticker in a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct PackSticker {
    /// The sticker.
    pub sticker: StickerId,
    /// What it stands for, in order. Not looked into.
    pub emoji: Vec<String>,
    /// What it shows, for people who do not see it; may be empty.
    pub text: String,
}

/// What a pack shall be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct PackChange {
    /// Its title.
    pub title: String,
    /// Who made it; may be empty.
    pub author: String,
    /// The sticker that stands for it; none: the first one does.
    pub cover: Option<StickerId>,
    /// In order.
    pub stickers: Vec<PackSticker>,
}

impl Library {
    /// Makes an empty pack.
    pub fn create_pack(&self, title: &str, author: &str) -> Result<Pack, Error> {
        let (title, author) = named(title, author)?;
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
            let mut statement = transaction.prepare_cached(&format!("{SELECT} ORDER BY pack.id DESC"))?;
            let packs = statement.query_map([], to_pack)?.collect::<rusqlite::Result<_>>()?;
            Ok(packs)
        })
    }

    /// One pack and what is in it.
    pub fn pack(&self, id: &PackId) -> Result<Option<PackRecord>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("{SELECT} WHERE pack.id = ?1"))?;
            let Some(pack) = statement.query_row([id], to_pack).optional()? else {
                return Ok(None);
            };
            let cover = transaction
                .prepare_cached("SELECT sticker.id FROM pack JOIN sticker ON number = cover WHERE pack.id = ?1 AND trashed_at IS NULL")?
                .query_row([id], |row| row.get(0))
                .optional()?;
            let stickers = entries(transaction, id, "NULL")?;
            Ok(Some(PackRecord { pack, cover, stickers }))
        })
    }

    /// Says what a pack is: this and nothing else, in this order. What is in the trash stays in the pack, behind the others, and the cover
    /// with it as long as no other is chosen. On an error nothing has changed.
    pub fn change_pack(&self, id: &PackId, change: &PackChange) -> Result<(), Error> {
        self.split_pack(id, std::slice::from_ref(change)).map(|_| ())
    }

    /// Makes several packs of one, in one piece: the first change is made to the pack itself, the others become new packs, which come
    /// back in order. On an error nothing has changed.
    pub fn split_pack(&self, id: &PackId, changes: &[PackChange]) -> Result<Vec<PackId>, Error> {
        changes.iter().try_for_each(checked_change)?;
        let [first, others @ ..] = changes else {
            return Err(Error::input("a pack becomes at least one pack"));
        };
        self.database.write(|transaction| {
            check(transaction, id)?;
            fill(transaction, id, first)?;
            let mut ids = Vec::with_capacity(others.len());
            for change in others {
                let new = self.ids.next()?;
                transaction.execute(
                    "INSERT INTO pack (id, title, author, created_at) VALUES (?1, '', '', ?2)",
                    (&new.text, new.created_at),
                )?;
                let new = PackId::of(&new);
                fill(transaction, &new, change)?;
                ids.push(new);
            }
            Ok(ids)
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

fn checked_change(change: &PackChange) -> Result<(), Error> {
    named(&change.title, &change.author)?;
    let letters = |text: &str| text.chars().count();
    for sticker in &change.stickers {
        let emoji: usize = sticker.emoji.iter().map(|one| letters(one) + 1).sum();
        if letters(&sticker.text) > LONGEST_TEXT || emoji > LONGEST_TEXT {
            return Err(Error::input(format!(
                "the text and the emoji of a sticker have at most {LONGEST_TEXT} characters each; shorten them"
            )));
        }
    }
    Ok(())
}

/// Puts into a pack what it shall have.
fn fill(transaction: &Transaction<'_>, id: &PackId, change: &PackChange) -> Result<(), Failure> {
    let (title, author) = named(&change.title, &change.author)?;
    transaction.execute(
        "UPDATE pack SET title = ?2, author = ?3, cover = coalesce(
             (SELECT number FROM sticker WHERE id = ?4),
             (SELECT number FROM sticker WHERE number = cover AND trashed_at IS NOT NULL)
         ) WHERE id = ?1",
        (id, title, author, &change.cover),
    )?;
    let in_the_trash: Vec<PackSticker> = entries(transaction, id, "NOT NULL")?;
    transaction.execute("DELETE FROM pack_sticker WHERE pack = ?1", [id])?;
    let mut statement = transaction.prepare_cached(
        "INSERT INTO pack_sticker (pack, position, sticker, emoji, text)
         SELECT ?1, ?2, number, ?4, ?5 FROM sticker WHERE id = ?3",
    )?;
    for (position, entry) in change.stickers.iter().chain(&in_the_trash).enumerate() {
        let row = (id, position as u32, &entry.sticker, entry.emoji.join(" "), &entry.text);
        if statement.execute(row)? == 0 {
            return Err(Error::not_found("sticker", entry.sticker.as_str()).into());
        }
    }
    Ok(())
}

/// The stickers of a pack in order: those whose `trashed_at` is `NULL`, or `NOT NULL`.
fn entries(transaction: &Transaction<'_>, id: &PackId, trashed_at: &'static str) -> rusqlite::Result<Vec<PackSticker>> {
    transaction
        .prepare_cached(&format!(
            "SELECT id, emoji, text FROM pack_sticker JOIN sticker ON number = sticker
             WHERE pack = ?1 AND trashed_at IS {trashed_at} ORDER BY position"
        ))?
        .query_map([id], |row| {
            let emoji = row.get::<_, String>(1)?;
            Ok(PackSticker {
                sticker: row.get(0)?,
                emoji: emoji
                    .split(' ')
                    .filter(|one| !one.is_empty())
                    .map(str::to_owned)
                    .collect(),
                text: row.get(2)?,
            })
        })?
        .collect()
}

/// Title and author as they are kept.
fn named<'a>(title: &'a str, author: &'a str) -> Result<(&'a str, &'a str), Error> {
    let title = checked("the title of a pack", title, LONGEST)?;
    let author = match author.trim() {
        "" => "",
        author => checked("the author of a pack", author, LONGEST)?,
    };
    Ok((title, author))
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
