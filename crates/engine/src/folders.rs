//! Where this program keeps what it can make again.

use std::env;
use std::path::PathBuf;

use crate::Error;

/// Overrides the cache folder.
const CACHE_VARIABLE: &str = "STICKER_CACHE_DIR";

/// The program's cache folder: kernel measurements of the GPU. It may not exist yet.
///
/// # Errors
/// When the system names no home folder and `STICKER_CACHE_DIR` is not set.
pub fn cache_folder() -> Result<PathBuf, Error> {
    if let Some(folder) = env::var_os(CACHE_VARIABLE).filter(|value| !value.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    directories::ProjectDirs::from("", "", "StickerStudio")
        .map(|folders| folders.cache_dir().to_path_buf())
        .ok_or_else(|| {
            Error::input(format!(
                "there is no home folder to keep a cache in; set {CACHE_VARIABLE}"
            ))
        })
}
