//! What a person does to stickers: like, rate, throw away.

use std::collections::BTreeSet;

use rusqlite::{ToSql, Transaction};

use crate::database::Failure;
use crate::ids::now;
use crate::{Error, Library, Rating, StickerId, tags};

impl Library {
    /// Says of these stickers whether they are liked.
    pub fn set_favourite(&self, ids: &[StickerId], favourite: bool) -> Result<(), Error> {
        self.update(ids, "favourite = ?2", &[&favourite])
    }

    /// Sets both parts of the rating; `None` takes a part away.
    pub fn rate(&self, ids: &[StickerId], rating: Rating) -> Result<(), Error> {
        if rating.quality.is_some_and(|quality| !(1..=5).contains(&quality)) {
            return Err(Error::input("the quality of a sticker is 1 to 5"));
        }
        self.update(
            ids,
            "alignment = ?2, quality = ?3",
            &[&rating.alignment, &rating.quality],
        )
    }

    /// Puts stickers into the trash. One that is there keeps its time.
    pub fn trash(&self, ids: &[StickerId]) -> Result<(), Error> {
        self.update(ids, "trashed_at = coalesce(trashed_at, ?2)", &[&now()])
    }

    /// Takes stickers out of the trash.
    pub fn restore(&self, ids: &[StickerId]) -> Result<(), Error> {
        self.update(ids, "trashed_at = NULL", &[])
    }

    /// Deletes what is in the trash for good, and says how many stickers that were.
    pub fn empty_trash(&self) -> Result<u32, Error> {
        let ids = self.database.write(|transaction| {
            let trashed: Vec<(i64, String)> = transaction
                .prepare_cached("SELECT number, id FROM sticker WHERE trashed_at IS NOT NULL")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            transaction.execute(
                "INSERT INTO doomed_file (id) SELECT id FROM sticker WHERE trashed_at IS NOT NULL",
                [],
            )?;
            let (numbers, ids): (Vec<i64>, Vec<String>) = trashed.into_iter().unzip();
            delete(transaction, &numbers)?;
            Ok(ids)
        })?;
        self.tidy();
        Ok(ids.len() as u32)
    }

    /// Removes the files of rows that are gone, as far as possible: the next start tries again.
    pub(crate) fn tidy(&self) {
        if let Err(error) = self.remove_doomed_files() {
            log::warn!("{error}");
        }
    }

    /// Removes the files of rows that are gone, and says of how many.
    pub(crate) fn remove_doomed_files(&self) -> Result<u32, Error> {
        let ids: Vec<String> = self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT id FROM doomed_file")?;
            let ids = statement
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(ids)
        })?;
        if ids.is_empty() {
            return Ok(0);
        }
        for id in &ids {
            // The database may come from anywhere: only an id names a file of ours.
            if id.parse::<StickerId>().is_ok() {
                self.folders.remove(id)?;
            }
        }
        self.database.write(|transaction| {
            // These alone: another thread may have put more in since they were read.
            let mut statement = transaction.prepare_cached("DELETE FROM doomed_file WHERE id = ?1")?;
            for id in &ids {
                statement.execute([id])?;
            }
            Ok(ids.len() as u32)
        })
    }

    /// `?1` in `change` is taken.
    fn update(&self, ids: &[StickerId], change: &str, values: &[&dyn ToSql]) -> Result<(), Error> {
        self.database.write(|transaction| {
            let numbers = numbers(transaction, ids)?;
            let mut all: Vec<&dyn ToSql> = vec![&numbers];
            all.extend(values);
            transaction
                .prepare_cached(&format!(
                    "UPDATE sticker SET {change} WHERE number IN (SELECT value FROM json_each(?1))"
                ))?
                .execute(all.as_slice())?;
            Ok(())
        })
    }
}

/// The numbers of these stickers as a JSON array, for `json_each`. Refuses when one of them is not there.
pub(crate) fn numbers(transaction: &Transaction<'_>, ids: &[StickerId]) -> Result<String, Failure> {
    let mut statement = transaction.prepare_cached("SELECT number FROM sticker WHERE id = ?1")?;
    let mut numbers = BTreeSet::new();
    for id in ids {
        let number: i64 = statement
            .query_row([id], |row| row.get(0))
            .map_err(|reason| match reason {
                rusqlite::Error::QueryReturnedNoRows => Failure::Told(Error::not_found("sticker", id.as_str())),
                other => Failure::Sql(other),
            })?;
        numbers.insert(number);
    }
    Ok(array(numbers))
}

fn array(numbers: impl IntoIterator<Item = i64>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

/// Deletes rows of stickers and all that refers to them; the files are the caller's.
pub(crate) fn delete(transaction: &Transaction<'_>, numbers: &[i64]) -> rusqlite::Result<()> {
    let numbers = array(numbers.iter().copied());
    transaction.execute(
        "DELETE FROM words WHERE rowid IN (SELECT value FROM json_each(?1))",
        [&numbers],
    )?;
    transaction.execute(
        "DELETE FROM sticker WHERE number IN (SELECT value FROM json_each(?1))",
        [&numbers],
    )?;
    tags::forget_unused(transaction)
}
