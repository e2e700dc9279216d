//! The settings.

use std::path::{Path, PathBuf};

use super::{Settings, Studio, previews};
use crate::Error;
use crate::sticker_file::check_out_folder;

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

    /// Chooses where the library is from the next start on. What is in the folder now stays there.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn choose_data_folder(&self, folder: &Path) -> Result<PathBuf, Error> {
        check_out_folder(folder)?;
        let mut file = self.settings();
        let mut changed = file.clone();
        changed.data_folder = (folder != self.places.data).then(|| folder.to_path_buf());
        changed.write(&self.places.settings)?;
        *file = changed;
        Ok(folder.to_path_buf())
    }
}
