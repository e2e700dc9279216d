//! A sticker comes into the library.

use rusqlite::{OptionalExtension, Transaction, named_params};
use sha2::{Digest, Sha256};

use crate::database::Failure;
use crate::files::{Folders, remove_file};
use crate::ids::NewId;
use crate::stickers::{COLUMNS, to_sticker};
use crate::{Error, JobId, Library, NewSticker, Rating, Sticker, StickerId, search};

impl Library {
    /// Keeps a sticker. Once this has returned, neither a kill nor a power cut loses it. When the job's tile has a
    /// sticker already, that one is returned and nothing changes.
    pub fn add(&self, new: &NewSticker<'_>) -> Result<Sticker, Error> {
        let mut placed = None;
        let sticker = self.database.write(|transaction| {
            if let Some((job, tile)) = new.job
                && let Some(sticker) = of_tile(transaction, job, tile)?
            {
                return Ok(sticker);
            }
            let id = self.ids.next()?;
            placed = Some(Placed::write(&self.folders, &id, new)?);
            insert(transaction, &id, new)?;
            Ok(to_new_sticker(&id, new))
        })?;
        if let Some(placed) = placed {
            placed.keep();
        }
        Ok(sticker)
    }
}

/// The files of a sticker whose row is not committed yet: they go when it fails.
struct Placed<'a> {
    folders: &'a Folders,
    id: String,
    kept: bool,
}

impl<'a> Placed<'a> {
    fn write(folders: &'a Folders, id: &NewId, new: &NewSticker<'_>) -> Result<Self, Error> {
        let placed = Self {
            folders,
            id: id.text.clone(),
            kept: false,
        };
        folders.write("write the picture", &folders.picture(&id.text), new.png)?;
        folders.write("write the thumbnail", &folders.thumbnail(&id.text), new.thumbnail)?;
        Ok(placed)
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Placed<'_> {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        for path in [self.folders.picture(&self.id), self.folders.thumbnail(&self.id)] {
            if let Err(error) = remove_file(&path) {
                log::warn!("{error}"); // The next start finds it.
            }
        }
    }
}

fn of_tile(transaction: &Transaction<'_>, job: &JobId, tile: u32) -> rusqlite::Result<Option<Sticker>> {
    transaction
        .prepare_cached(&format!("SELECT {COLUMNS} FROM sticker WHERE job = ?1 AND tile = ?2"))?
        .query_row((job, tile), to_sticker)
        .optional()
}

fn insert(transaction: &Transaction<'_>, id: &NewId, new: &NewSticker<'_>) -> Result<(), Failure> {
    transaction
        .prepare_cached(
            "INSERT INTO sticker (id, created_at, width, height, origin, seed, bucket, device, pixels_sha256, prompt, job, tile)
             VALUES (:id, :created_at, :width, :height, :origin, :seed, :bucket, :device, :pixels_sha256, :prompt, :job, :tile)",
        )?
        .execute(named_params! {
            ":id": id.text,
            ":created_at": id.created_at,
            ":width": new.width,
            ":height": new.height,
            ":origin": new.origin,
            ":seed": new.seed.map(u64::cast_signed),
            ":bucket": new.bucket,
            ":device": new.device,
            ":pixels_sha256": new.pixels_sha256,
            ":prompt": new.prompt,
            ":job": new.job.map(|(job, _)| job),
            ":tile": new.job.map(|(_, tile)| tile),
        })?;
    let number = transaction.last_insert_rowid();
    transaction
        .prepare_cached(
            "INSERT INTO sticker_detail (sticker, bytes, sha256, negative_prompt, model, model_sha256, recipe, parameters,
                 source, finish)
             VALUES (:sticker, :bytes, :sha256, :negative_prompt, :model, :model_sha256, :recipe, :parameters, :source, :finish)",
        )?
        .execute(named_params! {
            ":sticker": number,
            ":bytes": (new.png.len() as u64).cast_signed(),
            ":sha256": hexadecimal(&Sha256::digest(new.png)),
            ":negative_prompt": new.negative_prompt,
            ":model": new.model,
            ":model_sha256": new.model_sha256,
            ":recipe": new.recipe,
            ":parameters": new.parameters,
            ":source": new.finished.map(|(source, _)| source),
            ":finish": new.finished.map(|(_, finish)| finish),
        })?;
    transaction
        .prepare_cached("INSERT INTO words (rowid, prompt, tags) VALUES (?1, ?2, '')")?
        .execute((number, search::indexed(new.prompt)))?;
    for adapter in new.adapters {
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO sticker_adapter (sticker, sha256, name, weight) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((number, adapter.sha256, adapter.name, adapter.weight))?;
    }
    Ok(())
}

fn to_new_sticker(id: &NewId, new: &NewSticker<'_>) -> Sticker {
    Sticker {
        id: StickerId::of(id),
        prompt: new.prompt.to_owned(),
        width: new.width,
        height: new.height,
        created_at: id.created_at,
        favourite: false,
        rating: Rating::default(),
        origin: new.origin,
        seed: new.seed,
        bucket: new.bucket,
        trashed_at: None,
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value % 16)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
