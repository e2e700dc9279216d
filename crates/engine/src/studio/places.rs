//! Where a studio keeps its files.

use std::env;
use std::path::{Path, PathBuf};

use super::settings::SettingsFile;
use crate::Error;

/// The environment variable that overrides all places, for tests and portable installations.
pub const HOME_VARIABLE: &str = "STICKER_STUDIO_HOME";

/// The settings' file, and the data folder as long as the settings name no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// A TOML file; it may not exist yet.
    pub settings: PathBuf,
    /// The library's folder; it may not exist yet.
    pub data: PathBuf,
}

impl Places {
    /// Where the system wants them, or in the folder that `STICKER_STUDIO_HOME` names.
    ///
    /// # Errors
    /// When the system names no home folder and the variable is not set.
    pub fn find() -> Result<Self, Error> {
        if let Some(home) = env::var_os(HOME_VARIABLE).filter(|value| !value.is_empty()) {
            return Ok(Self::within(Path::new(&home)));
        }
        let folders = directories::ProjectDirs::from("", "", "StickerStudio").ok_or_else(|| {
            Error::input(format!(
                "there is no home folder to keep stickers in; set {HOME_VARIABLE}"
            ))
        })?;
        Ok(Self {
            settings: folders.config_dir().join("settings.toml"),
            data: folders.data_dir().to_path_buf(),
        })
    }

    /// Everything in one folder.
    pub fn within(home: &Path) -> Self {
        Self {
            settings: home.join("settings.toml"),
            data: home.join("data"),
        }
    }

    /// The library's folder as the settings have it now.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub fn current_data_folder(&self) -> Result<PathBuf, Error> {
        let (settings, _) = SettingsFile::read(&self.settings)?;
        Ok(self.data_folder(settings.data_folder.as_deref()))
    }

    pub(super) fn data_folder(&self, chosen: Option<&Path>) -> PathBuf {
        chosen.unwrap_or(&self.data).to_path_buf()
    }
}
