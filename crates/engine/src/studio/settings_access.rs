//! The settings.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use library::Library;

use super::{Settings, Studio, previews};
use crate::Error;
use crate::sticker_file::check_out_folder;

/// What the library's folder is called among others.
const OWN_FOLDER: &str = "Sticker Studio";
/// Less memory than this runs no model.
const LEAST_MEMORY_MB: u32 = 256;

impl Studio {
    /// Changes the settings, and gives them back as they are now.
    ///
    /// # Errors
    /// When a value is out of its range, or they cannot be written.
    pub fn change_settings(&self, settings: Settings) -> Result<Settings, Error> {
        if settings.memory_limit_mb.is_some_and(|limit| limit < LEAST_MEMORY_MB) {
            return Err(Error::usage(format!(
                "the memory limit is below {LEAST_MEMORY_MB} MB; use more"
            )));
        }
        let mut file = self.settings();
        let mut changed = file.clone();
        changed.window = settings;
        changed.write(&self.places.settings)?;
        self.runner.engine().set_previews(previews(&changed.window));
        *file = changed;
        Ok(file.window.clone())
    }

    /// Chooses where the library is from the next start on: in the folder itself when it is empty or holds a library, else in one of its
    /// own within it. What is in the folder now stays as it is.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn choose_data_folder(&self, folder: &Path) -> Result<PathBuf, Error> {
        let folder = own_folder(folder)?;
        check_out_folder(&folder)?;
        let mut file = self.settings();
        let mut changed = file.clone();
        changed.data_folder = (folder != self.places.data).then(|| folder.clone());
        changed.write(&self.places.settings)?;
        *file = changed;
        Ok(folder)
    }
}

/// A library among other files would take their folders for its own.
fn own_folder(chosen: &Path) -> Result<PathBuf, Error> {
    if Library::is_in(chosen) {
        return Ok(chosen.to_path_buf());
    }
    let is_empty = match std::fs::read_dir(chosen) {
        Ok(mut entries) => entries.next().is_none(),
        Err(reason) if reason.kind() == ErrorKind::NotFound => true,
        Err(reason) => return Err(Error::file("could not read the folder", chosen, &reason)),
    };
    Ok(if is_empty {
        chosen.to_path_buf()
    } else {
        chosen.join(OWN_FOLDER)
    })
}
