//! Stickers as files for other programs.

use std::fs;
use std::path::{Path, PathBuf};

use library::StickerId;
use serde::Serialize;

use super::Studio;
use crate::file_names::slug;
use crate::sticker_file::{replace, write_new};
use crate::{Error, Picture, encode_png, read_png};

/// Whether a file that leaves the studio carries its recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipeInside {
    /// With prompt, seed and all else in it.
    Kept,
    /// The picture only.
    LeftOut,
}

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// So many files.
    pub count: u32,
    /// Where they are.
    pub folder: String,
}

impl Studio {
    /// The pixels of a sticker, for the clipboard.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn picture(&self, id: &StickerId) -> Result<Picture, Error> {
        Ok(read_png(&self.library.file(id))?.0)
    }

    /// The file of a sticker, with its recipe inside.
    ///
    /// # Errors
    /// When there is no such sticker.
    pub fn file(&self, id: &StickerId) -> Result<PathBuf, Error> {
        self.record(id)?;
        Ok(self.library.file(id))
    }

    /// A name for the sticker's file, from its prompt and seed.
    ///
    /// # Errors
    /// When there is no such sticker.
    pub fn suggested_name(&self, id: &StickerId) -> Result<String, Error> {
        let sticker = self.record(id)?.sticker;
        Ok(match sticker.seed {
            Some(seed) => format!("{}-{seed}.png", slug(&sticker.prompt)),
            None => format!("{}.png", slug(&sticker.prompt)),
        })
    }

    /// Writes a sticker to exactly this path, which the person chose; what was there is replaced. A name without an ending
    /// gets one, and then nothing is replaced: the person was not asked about that file.
    ///
    /// # Errors
    /// When it cannot be written; a former file stays as it was then.
    pub fn save_as(&self, id: &StickerId, path: &Path, recipe: RecipeInside) -> Result<PathBuf, Error> {
        let png = self.png(id, recipe)?;
        if let (None, Some(folder), Some(name)) = (path.extension(), path.parent(), path.file_name()) {
            return write_new(folder, &format!("{}.png", name.to_string_lossy()), &png);
        }
        replace(path, &png)?;
        Ok(path.to_path_buf())
    }

    /// Writes stickers as new files into a folder; no file there is replaced.
    ///
    /// # Errors
    /// The first one that cannot be written; those before it are there.
    pub fn export(&self, ids: &[StickerId], folder: &Path, recipe: RecipeInside) -> Result<Exported, Error> {
        for id in ids {
            write_new(folder, &self.suggested_name(id)?, &self.png(id, recipe)?)?;
        }
        Ok(Exported {
            count: ids.len() as u32,
            folder: folder.display().to_string(),
        })
    }

    fn png(&self, id: &StickerId, recipe: RecipeInside) -> Result<Vec<u8>, Error> {
        let path = self.file(id)?;
        match recipe {
            RecipeInside::Kept => {
                fs::read(&path).map_err(|reason| Error::file("could not read the sticker", &path, &reason))
            }
            RecipeInside::LeftOut => encode_png(&self.picture(id)?, None),
        }
    }
}
