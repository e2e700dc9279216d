//! The files of a folder.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::super::DataError;
use super::has_suffix;

/// How many folders deep files are looked for.
const DEPTH: usize = 8;
/// Suffixes of pictures, also of those that are then said not to be readable.
const PICTURES: [&str; 13] = [
    "png", "jpg", "jpeg", "webp", "gif", "apng", "bmp", "tif", "tiff", "avif", "heic", "jxl", "svg",
];
/// What OneTrainer calls a picture's mask.
const MASK: &str = "-masklabel";

/// All files in a folder and its folders, sorted. Hidden ones are left out. Links to files are followed, for so does Hugging Face's cache
/// store its data sets; links to folders are not.
pub(super) fn files(root: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut found = Vec::new();
    let mut open = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for (path, kind) in entries(&folder)? {
            if kind.is_dir() && depth < DEPTH {
                open.push((path, depth + 1));
            } else if kind.is_file() || (kind.is_symlink() && path.is_file()) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The pictures that lie in a folder itself, sorted.
pub(super) fn pictures_in(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let files = entries(folder)?.into_iter().map(|(path, _)| path);
    let mut pictures: Vec<_> = files.filter(|path| is_picture(path) && path.is_file()).collect();
    pictures.sort();
    Ok(pictures)
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, fs::FileType)>, DataError> {
    let read = || {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".") || entry.file_name() == "__MACOSX";
            if !hidden {
                entries.push((entry.path(), entry.file_type()?));
            }
        }
        Ok(entries)
    };
    read().map_err(|reason| DataError::read(folder, reason))
}

/// Whether a file looks like a picture by its name.
pub(super) fn is_picture(path: &Path) -> bool {
    let mask = path
        .file_stem()
        .is_some_and(|stem| stem.to_string_lossy().ends_with(MASK));
    !mask && PICTURES.iter().any(|suffix| has_suffix(path, suffix))
}

/// A path that a list gives, relative to the list's folder; `None` where it leads out of it. Both `/` and, as lists from Windows have it,
/// `\` stand between folders.
pub(super) fn inside(folder: &Path, given: &str) -> Option<PathBuf> {
    let given = given.replace('\\', "/");
    let drive = given.as_bytes().get(1) == Some(&b':');
    let parts = Path::new(&given).components();
    let plain = parts
        .clone()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    (plain && !drive).then(|| folder.join(parts.collect::<PathBuf>()))
}
