//! What a start finds amiss, and mends before anything is listed.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use crate::changes::delete;
use crate::files::remove_file;
use crate::{Error, Library, StickerId};

impl Library {
    /// Mends, and says in sentences what was amiss.
    pub(crate) fn repair(&self) -> Result<Vec<String>, Error> {
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
        let (stray, missing) = self.match_pictures()?;
        tell(
            stray,
            "a picture that was not in the library yet was kept: FOLDER",
            "pictures that were not in the library yet were kept: FOLDER",
        );
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
        let parts = names(&self.folders.parts())?;
        for name in &parts {
            remove_file(&self.folders.parts().join(name))?;
        }
        Ok(parts.len())
    }

    /// Every picture has a row and every row a picture afterwards. Returns how many pictures and how many rows had none.
    fn match_pictures(&self) -> Result<(usize, usize), Error> {
        let mut rows: HashMap<String, i64> = self.database.read(|transaction| {
            let mut statement = transaction.prepare("SELECT id, number FROM sticker")?;
            let rows = statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(rows)
        })?;
        let mut stray = 0;
        let stickers = self.folders.stickers();
        for shard in names(&stickers)? {
            let folder = stickers.join(&shard);
            for name in names_if_folder(&folder)? {
                let id = name.strip_suffix(".png").filter(|id| id.parse::<StickerId>().is_ok());
                match id {
                    Some(id) if id.ends_with(&shard) && rows.remove(id).is_some() => {}
                    Some(id) => {
                        self.recover(&folder.join(&name), &name)?;
                        if !rows.contains_key(id) {
                            remove_file(&self.folders.thumbnail(id))?;
                        }
                        stray += 1;
                    }
                    None => {}
                }
            }
        }
        let missing = rows.len();
        if missing > 0 {
            self.take_out(&rows)?;
        }
        Ok((stray, missing))
    }

    /// Keeps how these stickers were made and deletes their rows.
    fn take_out(&self, rows: &HashMap<String, i64>) -> Result<(), Error> {
        for id in rows.keys() {
            let id: StickerId = id.parse()?;
            let Some(record) = self.sticker(&id)? else { continue };
            let json = serde_json::json!({
                "id": id,
                "prompt": record.sticker.prompt,
                "seed": record.sticker.seed,
                "createdAt": record.sticker.created_at,
                "tags": record.tags,
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
        for name in names(&self.folders.adapters())? {
            if let Some(id) = name.strip_suffix(".safetensors")
                && !rows.remove(id)
            {
                self.recover(&self.folders.adapters().join(&name), &name)?;
                stray += 1;
            }
        }
        Ok((stray, rows.len()))
    }

    fn recover(&self, path: &Path, name: &str) -> Result<(), Error> {
        fs::rename(path, self.folders.recovered().join(name))
            .map_err(|reason| Error::file("keep the file in the folder \"recovered\"", path, &reason))
    }
}

/// What lies in a folder. A name that is no text is none of ours.
fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let told = |reason| Error::file("look into the folder", folder, &reason);
    let entries = fs::read_dir(folder).map_err(told)?;
    let mut names = Vec::new();
    for entry in entries {
        if let Ok(name) = entry.map_err(told)?.file_name().into_string() {
            names.push(name);
        }
    }
    Ok(names)
}

fn names_if_folder(path: &Path) -> Result<Vec<String>, Error> {
    if path.is_dir() { names(path) } else { Ok(Vec::new()) }
}
