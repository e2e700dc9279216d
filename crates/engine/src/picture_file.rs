//! A picture file from outside: its pixels, its recipe and its A1111 text, and nothing else of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::picture::{decode, read_limited};
use crate::png_metadata::{decode_png, is_png};
use crate::{Error, MAX_PROMPT_BYTES, Picture, Recipe, svg};

/// A1111 texts are a few hundred bytes; one of more than this is left behind.
const MAX_PARAMETERS: usize = 100_000;

/// What a folder's files may end with to be taken.
const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "webp", "svg"];

/// What is in a picture file.
#[derive(Clone, Debug)]
pub struct PictureFile {
    /// Its pixels.
    pub picture: Picture,
    /// How this program made it.
    pub recipe: Option<Recipe>,
    /// What another program wrote into it.
    pub parameters: Option<String>,
}

impl PictureFile {
    /// Reads a PNG, JPEG, WebP or SVG file within the limits of pictures from outside.
    ///
    /// # Errors
    /// When it is none of these, is damaged, too large, or cannot be read.
    pub fn read(path: &Path) -> Result<Self, Error> {
        if path.is_dir() {
            return Err(Error::input(format!(
                "this is a folder; drop the pictures in it: {}",
                path.display()
            )));
        }
        let facts = fs::metadata(path).map_err(|reason| Error::file("could not read the picture", path, &reason))?;
        if !facts.is_file() {
            // A pipe or a device would be read for ever.
            return Err(Error::input(format!(
                "this is no file; use a PNG, JPEG, WebP or SVG file: {}",
                path.display()
            )));
        }
        let bytes = read_limited(path)?;
        if is_png(&bytes) {
            let (picture, metadata) =
                decode_png(&bytes).map_err(|reason| Error::input(format!("{reason}: {}", path.display())))?;
            // A recipe that cannot be read is no reason to refuse the picture.
            let recipe = metadata.recipe().unwrap_or_else(|error| {
                log::warn!("{}: {error}", path.display());
                None
            });
            let recipe =
                recipe.filter(|recipe| recipe.prompt.len().max(recipe.negative_prompt.len()) <= MAX_PROMPT_BYTES);
            let parameters = metadata
                .parameters
                .filter(|text| recipe.is_none() && text.len() <= MAX_PARAMETERS);
            return Ok(Self {
                picture,
                recipe,
                parameters,
            });
        }
        let picture = if svg::is_svg(&bytes) {
            svg::draw(&bytes).map_err(|reason| Error::input(format!("{reason}: {}", path.display())))?
        } else {
            decode(&bytes, path)?
        };
        Ok(Self {
            picture,
            recipe: None,
            parameters: None,
        })
    }
}

/// The picture files that these paths mean: a file itself; of a folder every picture in it, by name, but none of the folders in it.
///
/// # Errors
/// When a path is not there or cannot be read, or a folder holds no picture.
pub fn picture_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = pictures_in(path).map_err(|reason| Error::file("could not read the folder", path, &reason))?;
            if found.is_empty() {
                return Err(Error::input(format!(
                    "there is no PNG, JPEG, WebP or SVG file in this folder: {}",
                    path.display()
                )));
            }
            files.extend(found);
        } else {
            fs::metadata(path).map_err(|reason| Error::file("could not read the picture", path, &reason))?;
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn pictures_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .map(str::to_lowercase);
        if path.is_file() && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_means_its_pictures_by_name() {
        let root = tempfile::tempdir().unwrap();
        for name in ["b.PNG", "a.webp", "notes.txt", "c.jpeg"] {
            fs::write(root.path().join(name), "").unwrap();
        }
        fs::create_dir(root.path().join("d.png")).unwrap();
        let found = picture_files(&[root.path().to_path_buf(), root.path().join("notes.txt")]).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["a.webp", "b.PNG", "c.jpeg", "notes.txt"]);
    }

    #[test]
    fn what_is_not_there_or_empty_is_told() {
        let root = tempfile::tempdir().unwrap();
        let empty = picture_files(&[root.path().to_path_buf()]).unwrap_err();
        assert!(
            empty
                .message
                .starts_with("there is no PNG, JPEG, WebP or SVG file in this folder"),
            "{empty}"
        );
        let absent = picture_files(&[root.path().join("cat.png")]).unwrap_err();
        assert!(absent.message.starts_with("could not read the picture"), "{absent}");
    }
}
