//! What a start finds amiss, and mends before anything is listed.

use std::collections::{HashMap, HashSet};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Transaction;

use crate::changes::delete;
use crate::database::Failure;
use crate::files::{is_part, is_shard, remove_file};
use crate::open::pictures_are_missing;
use crate::{AdapterId, Error, Library, StickerId};

/// More stickers than these are not taken out unasked when their pictures are missing: a part of a disk is not there.
const FEW: usize = 10;

impl Library {
    /// Mends, and says in sentences what was amiss. `consent`: stickers without pictures may go, however many they are.
    pub(crate) fn repair(&self, consent: bool) -> Result<Vec<String>, Error> {
        // Before anything is changed: without their folder, what is to be deleted would only be forgotten.
        let pictures = self.match_pictures()?;
        let missing = pictures.missing.len();
        if missing > 0 && (missing == pictures.all || missing > FEW) && !consent {
            return Err(pictures_are_missing(&self.folders, missing, pictures.all));
        }
        let mut told = Vec::new();
        let recovered = self.folders.recovered();
        let mut tell = |count: usize, one: &str, many: &str| match count {
            0 => {}
            1 => told.push(one.replace("FOLDER", &recovered.display().to_string())),
            _ => told.push(format!(
                "{count} {}",
                many.replace("FOLDER", &recovered.display().to_string())
            )),
        };
        tell(
            self.remove_parts()?,
            "an unfinished file was removed",
            "unfinished files were removed",
        );
        tell(
            self.remove_doomed_files()? as usize,
            "a file that was deleted before is now gone",
            "files that were deleted before are now gone",
        );
        tell(
            self.keep_apart(&pictures)?,
            "a picture that was not in the library yet was kept: FOLDER",
            "pictures that were not in the library yet were kept: FOLDER",
        );
        self.take_out(&pictures.missing)?;
        tell(
            missing,
            "a sticker has lost its picture; how it was made was kept: FOLDER",
            "stickers have lost their pictures; how they were made was kept: FOLDER",
        );
        let (stray, missing) = self.match_adapters()?;
        tell(
            stray,
            "an adapter that was not in the library yet was kept: FOLDER",
            "adapters that were not in the library yet were kept: FOLDER",
        );
        tell(
            missing,
            "an adapter has lost its file; import it again",
            "adapters have lost their files; import them again",
        );
        tell(
            self.interrupt_jobs()?,
            "a job was interrupted; it can go on where it was",
            "jobs were interrupted; they can go on where they were",
        );
        Ok(told)
    }

    fn remove_parts(&self) -> Result<usize, Error> {
        let folder = self.folders.parts();
        let mut count = 0;
        for (name, kind) in entries(&folder)? {
            // The folder may have been a person's before.
            if is_part(&name) && kind.is_file() {
                remove_file(&folder.join(name))?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Looks which pictures have no row and which rows have no picture. Changes nothing.
    fn match_pictures(&self) -> Result<Pictures, Error> {
        let mut rows: HashMap<String, i64> = self.database.read(|transaction| {
            let mut statement = transaction.prepare("SELECT id, number FROM sticker")?;
            let rows = statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(rows)
        })?;
        let all = rows.len();
        let mut stray = Vec::new();
        let stickers = self.folders.stickers();
        for (shard, _) in entries(&stickers)? {
            let folder = stickers.join(&shard);
            if !is_shard(&shard) || !is_folder(&folder)? {
                continue;
            }
            for (name, kind) in entries(&folder)? {
                let id = name.strip_suffix(".png").filter(|_| !kind.is_dir());
                let Some(id) = id.and_then(|id| id.parse::<StickerId>().ok()) else {
                    continue;
                };
                let right = id.as_str().ends_with(&shard) && rows.remove(id.as_str()).is_some();
                if !right {
                    stray.push((folder.join(name), id));
                }
            }
        }
        Ok(Pictures {
            all,
            stray,
            missing: rows,
        })
    }

    /// Keeps pictures without a row apart, and says how many these were.
    fn keep_apart(&self, pictures: &Pictures) -> Result<usize, Error> {
        let mut count = 0;
        for (path, id) in &pictures.stray {
            // What was to be deleted is gone by now.
            if self.recover(path, &format!("{id}.png"))? {
                if !pictures.missing.contains_key(id.as_str()) {
                    remove_file(&self.folders.thumbnail(id.as_str()))?;
                }
                count += 1;
            }
        }
        Ok(count)
    }

    /// Keeps how these stickers were made and what was said of them, and deletes their rows.
    fn take_out(&self, rows: &HashMap<String, i64>) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        for (id, &number) in rows {
            let id: StickerId = id.parse()?;
            let Some(record) = self.sticker(&id)? else { continue };
            let more = self.database.read(|transaction| more(transaction, number))?;
            let json = serde_json::json!({
                "id": id,
                "prompt": record.sticker.prompt,
                "negativePrompt": more.negative_prompt,
                "seed": record.sticker.seed,
                "createdAt": record.sticker.created_at,
                "favourite": record.sticker.favourite,
                "rating": record.sticker.rating,
                "sets": more.sets,
                "tags": record.tags,
                "job": more.job,
                "tile": more.tile,
                // JSON in JSON where it is some, else as the text that it is.
                "recipe": record.recipe.map(|recipe| serde_json::from_str(&recipe).unwrap_or(serde_json::Value::String(recipe))),
                "parameters": record.parameters,
            });
            let path = self.folders.recovered().join(format!("{id}.json"));
            self.folders
                .write("keep how a sticker was made", &path, format!("{json:#}\n").as_bytes())?;
        }
        let numbers: Vec<i64> = rows.values().copied().collect();
        self.database.write(|transaction| Ok(delete(transaction, &numbers)?))?;
        for id in rows.keys() {
            remove_file(&self.folders.thumbnail(id))?;
        }
        Ok(())
    }

    /// Adapters without a row are kept apart; rows without an adapter stay, for the same file may come again.
    fn match_adapters(&self) -> Result<(usize, usize), Error> {
        let mut rows: HashSet<String> = self.database.read(|transaction| {
            let mut statement = transaction.prepare("SELECT id FROM adapter")?;
            let rows = statement
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(rows)
        })?;
        let mut stray = 0;
        let folder = self.folders.adapters();
        for (name, kind) in entries(&folder)? {
            let id = name.strip_suffix(".safetensors").filter(|_| !kind.is_dir());
            let Some(id) = id.and_then(|id| id.parse::<AdapterId>().ok()) else {
                continue;
            };
            if !rows.remove(id.as_str()) && self.recover(&folder.join(&name), &name)? {
                stray += 1;
            }
        }
        Ok((stray, rows.len()))
    }

    /// Says whether the file was there.
    fn recover(&self, path: &Path, name: &str) -> Result<bool, Error> {
        match fs::rename(path, self.folders.recovered().join(name)) {
            Ok(()) => Ok(true),
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(reason) => Err(Error::file("keep the file in the folder \"recovered\"", path, &reason)),
        }
    }
}

/// What [`Library::match_pictures`] finds.
struct Pictures {
    /// How many rows there are.
    all: usize,
    /// Pictures without a row, or not where the row's picture is looked for.
    stray: Vec<(PathBuf, StickerId)>,
    /// Rows without a picture: ids and numbers.
    missing: HashMap<String, i64>,
}

/// What [`crate::StickerRecord`] does not tell of a sticker.
struct More {
    negative_prompt: String,
    job: Option<String>,
    tile: Option<u32>,
    /// Their names.
    sets: Vec<String>,
}

fn more(transaction: &Transaction<'_>, number: i64) -> Result<More, Failure> {
    let sets = transaction
        .prepare_cached(
            "SELECT name FROM set_sticker JOIN style_set ON number = style_set WHERE sticker = ?1 ORDER BY folded",
        )?
        .query_map([number], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let more = transaction
        .prepare_cached(
            "SELECT negative_prompt, job, tile FROM sticker JOIN sticker_detail ON sticker = number WHERE number = ?1",
        )?
        .query_row([number], |row| {
            Ok(More {
                negative_prompt: row.get(0)?,
                job: row.get(1)?,
                tile: row.get(2)?,
                sets,
            })
        })?;
    Ok(more)
}

/// What lies in a folder. A name that is no text is none of ours.
fn entries(folder: &Path) -> Result<Vec<(String, FileType)>, Error> {
    let told = |reason| Error::file("look into the folder", folder, &reason);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        if let Ok(name) = entry.file_name().into_string() {
            entries.push((name, entry.file_type().map_err(told)?));
        }
    }
    Ok(entries)
}

/// What cannot be looked at is an error: the pictures in it are not missing for that.
fn is_folder(path: &Path) -> Result<bool, Error> {
    fs::metadata(path)
        .map(|found| found.is_dir())
        .map_err(|reason| Error::file("look into the folder", path, &reason))
}
