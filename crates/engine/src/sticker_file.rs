//! Writes PNG files: whole or not at all, and never over another sticker.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::file_names::{file_name, slug};
use crate::png_metadata::encode_png;
use crate::{Error, Picture, Recipe};

/// So many stickers of one slug and seed in one folder are enough.
const MAX_ATTEMPTS: u32 = 10_000;

/// Whether a sticker's file carries its recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipeInPng {
    /// As A1111 `parameters` and as the studio's JSON.
    Written,
    /// The file holds the picture only.
    LeftOut,
}

/// Writes a sticker as a new file `SLUG-SEED.png` in `folder` (`-2`, `-3` ... when the name is taken) and returns its
/// path. The folder is made when it is missing. The file appears whole, or not at all.
///
/// # Errors
/// When the folder cannot be made or written to, or the disk is full; nothing is left behind then.
pub fn save_sticker(
    folder: &Path,
    picture: &Picture,
    recipe: &Recipe,
    metadata: RecipeInPng,
) -> Result<PathBuf, Error> {
    let written = (metadata == RecipeInPng::Written).then_some(recipe);
    let png = encode_png(picture, written)?;
    let slug = slug(&recipe.prompt);
    write_numbered(folder, &png, |attempt| file_name(&slug, recipe.seed, attempt))
}

/// Writes a new file `name` in `folder`, or `STEM-2`, `STEM-3` ... when the name is taken. Returns its path.
///
/// # Errors
/// As [`save_sticker`].
pub(crate) fn write_new(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Error> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "png"));
    write_numbered(folder, bytes, |attempt| match attempt {
        0 | 1 => format!("{stem}.{ending}"),
        number => format!("{stem}-{number}.{ending}"),
    })
}

fn write_numbered(folder: &Path, bytes: &[u8], name: impl Fn(u32) -> String) -> Result<PathBuf, Error> {
    make_folder(folder)?;
    let mut file = temporary_file(folder, bytes)?;
    for attempt in 1..=MAX_ATTEMPTS {
        let path = folder.join(name(attempt));
        file = match file.persist_noclobber(&path) {
            Ok(_) => {
                sync_folder(folder);
                return Ok(path);
            }
            Err(failure) if failure.error.kind() == ErrorKind::AlreadyExists => failure.file,
            Err(failure) => return Err(Error::file("could not write the sticker", &path, &failure.error)),
        };
    }
    Err(Error::input(format!(
        "there are already {MAX_ATTEMPTS} stickers named {}; choose another folder: {}",
        name(1),
        folder.display()
    )))
}

/// Writes a picture without a recipe to exactly `path`, in the place of what a former run left there.
///
/// # Errors
/// When the folder cannot be made or written to, or the disk is full; the former file stays as it was then.
pub fn write_png(path: &Path, picture: &Picture) -> Result<(), Error> {
    replace(path, &encode_png(picture, None)?)
}

/// Writes a file to exactly `path`, in the place of what was there.
///
/// # Errors
/// As [`write_png`].
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    make_folder(folder)?;
    temporary_file(folder, bytes)?
        .persist(path)
        .map_err(|failure| Error::file("could not write the file", path, &failure.error))?;
    sync_folder(folder);
    Ok(())
}

/// Tries whether stickers can be written in `folder`, so that a job fails before a model is loaded for it. Leaves nothing
/// behind: a folder that was missing is missing again.
///
/// # Errors
/// When stickers cannot be written there.
pub fn check_out_folder(folder: &Path) -> Result<(), Error> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| is_missing(folder)).collect();
    let tried = make_folder(folder).and_then(|()| temporary_file(folder, b"\0").map(drop));
    for made in missing {
        // One that another program has put something into by now stays.
        if let Err(reason) = fs::remove_dir(made) {
            log::debug!("a folder made for a trial stays: {reason}");
        }
    }
    tried
}

fn is_missing(folder: &Path) -> bool {
    !folder.as_os_str().is_empty() && !folder.exists()
}

fn make_folder(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|reason| Error::file("could not make the folder", folder, &reason))
}

/// A file with `bytes` on the disk, in the folder of its later name (a rename does not cross file systems). It is removed
/// when it is dropped.
fn temporary_file(folder: &Path, bytes: &[u8]) -> Result<NamedTempFile, Error> {
    let failed = |reason: std::io::Error| Error::file("could not write in the folder", folder, &reason);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sticker-").suffix(".part");
    // The crate's own default keeps others from reading the file; a sticker gets the permissions of any new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(failed)?;
    Ok(file)
}

/// Makes a rename last through a power cut. Not every file system can; the file itself is safe by then.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Err(reason) = fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        log::debug!("the folder was not synced: {reason}");
    }
    #[cfg(not(unix))]
    let _ = folder;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use crate::png_metadata::read_png;
    use crate::recipe::tests::recipe;

    fn picture() -> Picture {
        Picture {
            width: 2,
            height: 1,
            rgba: vec![255, 0, 0, 255, 0, 0, 0, 0],
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn stickers_of_one_name_are_numbered_and_none_is_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("new/folder");
        let recipe = Recipe {
            prompt: "a cat".into(),
            seed: 7,
            ..recipe()
        };
        for _ in 0..3 {
            save_sticker(&folder, &picture(), &recipe, RecipeInPng::Written).unwrap();
        }
        assert_eq!(
            names(&folder),
            ["a-cat-7-2.png", "a-cat-7-3.png", "a-cat-7.png"],
            "and no temporary file"
        );
        assert_eq!(
            read_png(&folder.join("a-cat-7.png")).unwrap().1.recipe().unwrap(),
            Some(recipe)
        );
    }

    #[test]
    fn a_recipe_can_be_left_out() {
        let root = tempfile::tempdir().unwrap();
        let path = save_sticker(root.path(), &picture(), &recipe(), RecipeInPng::LeftOut).unwrap();
        let (read, metadata) = read_png(&path).unwrap();
        assert_eq!(read.rgba, picture().rgba);
        assert_eq!((metadata.recipe().unwrap(), metadata.parameters), (None, None));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_input_error() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        for result in [check_out_folder(&file.join("out")), check_out_folder(&file)] {
            let error = result.unwrap_err();
            assert_eq!(error.code, ErrorCode::Input);
            assert!(error.message.starts_with("could not make the folder ("), "{error}");
        }
    }

    #[test]
    fn checking_a_folder_leaves_nothing_behind() {
        let root = tempfile::tempdir().unwrap();
        for folder in [root.path().to_path_buf(), root.path().join("new/folder")] {
            check_out_folder(&folder).unwrap();
            assert!(names(root.path()).is_empty());
        }
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_a_sticker_as_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let plain = root.path().join("plain");
        fs::write(&plain, "").unwrap();
        let path = save_sticker(root.path(), &picture(), &recipe(), RecipeInPng::Written).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }

    #[test]
    fn a_picture_replaces_the_one_of_its_exact_path() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("sheet.png");
        fs::write(&path, "old").unwrap();
        write_png(&path, &picture()).unwrap();
        assert_eq!(read_png(&path).unwrap().0.rgba, picture().rgba);
        assert_eq!(names(root.path()), ["sheet.png"]);
    }
}
