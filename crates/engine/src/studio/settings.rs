//! What a person chose once, in a TOML file beside (not in) the data folder: where the data is, is itself a setting.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::overlay::over_default;

use crate::{DeviceChoice, Error};

/// What the Settings screen shows and changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// Of the window.
    pub language: Language,
    /// `auto`, `cpu`, `gpu` or `gpu:N`.
    #[cfg_attr(feature = "bindings", specta(type = String))]
    pub device: DeviceChoice,
    /// Whether pictures are shown while they form.
    pub previews: bool,
    /// GPU memory that a job may plan with, in MB of 1,000,000 bytes; without it what the driver says is free.
    pub memory_limit_mb: Option<u32>,
    /// What lies behind a sticker on the screen.
    pub ground: Ground,
    /// The short hint of the first run has been closed.
    pub hint_seen: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            language: Language::default(),
            device: DeviceChoice::default(),
            previews: true,
            memory_limit_mb: None,
            ground: Ground::default(),
            hint_seen: false,
        }
    }
}

impl Settings {
    /// In bytes, as a request names it.
    pub(crate) fn memory_limit(&self) -> Option<u64> {
        self.memory_limit_mb.map(|mb| u64::from(mb) * 1_000_000)
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Language {
    /// Chinese when the desktop's language is Chinese, else English.
    #[default]
    System,
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// What lies behind a sticker on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Ground {
    /// Squares, as in picture editors.
    #[default]
    Checker,
    /// White.
    Light,
    /// Near black.
    Dark,
    /// As behind the messages of a chat.
    Wallpaper,
}

/// A model folder that the person added, with what it said when it was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddedModel {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
    pub(crate) sha256: String,
    pub(crate) licence: Option<String>,
    pub(crate) bytes: u64,
}

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SettingsFile {
    /// Where the library is, when the person chose a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_folder: Option<PathBuf>,
    #[serde(deserialize_with = "known_settings")]
    pub(crate) window: Settings,
    pub(crate) models: Vec<AddedModel>,
}

/// Settings of an older program lack some, those of a later one have more.
fn known_settings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
    let mut stored = serde_json::Map::deserialize(deserializer)?;
    let known = serde_json::to_value(Settings::default()).map_err(D::Error::custom)?;
    stored.retain(|name, _| known.get(name).is_some());
    over_default(stored).map_err(D::Error::custom)
}

impl SettingsFile {
    /// Reads the file. One that is missing gives the defaults; a damaged one, too, and is kept under another name, which a
    /// sentence tells.
    ///
    /// # Errors
    /// When it is there and cannot be read at all.
    pub(crate) fn read(path: &Path) -> Result<(Self, Option<String>), Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(reason) if reason.kind() == ErrorKind::NotFound => return Ok((Self::default(), None)),
            Err(reason) if reason.kind() == ErrorKind::InvalidData => String::from('\0'),
            Err(reason) => return Err(Error::file("could not read the settings", path, &reason)),
        };
        match toml::from_str(&text) {
            Ok(file) => Ok((file, None)),
            Err(reason) => {
                let kept = path.with_extension("damaged.toml");
                fs::rename(path, &kept)
                    .map_err(|reason| Error::file("could not put the damaged settings aside", path, &reason))?;
                let told = format!(
                    "the settings could not be read ({}) and are back to their defaults; the old file is kept: {}",
                    reason.message(),
                    kept.display()
                );
                Ok((Self::default(), Some(told)))
            }
        }
    }

    /// Writes the file whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written to or the disk is full; the former file stays then.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        let text = toml::to_string_pretty(self)
            .map_err(|reason| Error::internal(format!("could not write the settings: {reason}")))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let failed = |reason| Error::file("could not write the settings", path, &reason);
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|failure| failed(failure.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_their_file() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/settings.toml");
        assert_eq!(SettingsFile::read(&path), Ok((SettingsFile::default(), None)));
        let file = SettingsFile {
            data_folder: Some("/data/贴纸".into()),
            window: Settings {
                theme: Theme::Dark,
                device: DeviceChoice::GpuIndex(1),
                memory_limit_mb: Some(4000),
                ..Settings::default()
            },
            models: vec![AddedModel {
                folder: "/models/sd".into(),
                name: "sd".into(),
                sha256: "ab".into(),
                licence: None,
                bytes: 5,
            }],
        };
        file.write(&path).unwrap();
        assert_eq!(SettingsFile::read(&path), Ok((file, None)));
    }

    #[test]
    fn a_file_of_an_older_program_gets_the_defaults_of_what_is_new() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("settings.toml");
        fs::write(&path, "[window]\ntheme = \"light\"\nunknown = 1\n").unwrap();
        let (file, told) = SettingsFile::read(&path).unwrap();
        assert_eq!(
            (file.window.theme, file.window.previews, told),
            (Theme::Light, true, None)
        );
    }

    #[test]
    fn a_damaged_file_is_kept_and_told() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("settings.toml");
        for damage in [&b"[window\n"[..], b"\xff\xfe", b"[window]\ndevice = \"toaster\"\n"] {
            fs::write(&path, damage).unwrap();
            let (file, told) = SettingsFile::read(&path).unwrap();
            assert_eq!(file, SettingsFile::default());
            assert!(told.unwrap().contains("damaged.toml"));
            assert_eq!(fs::read(root.path().join("settings.damaged.toml")).unwrap(), damage);
        }
    }
}
