//! A pack of picture files, with what lies beside them: `title.txt`, `author.txt` and `emoji.txt`, as sticker-convert names them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbaImage;
use library::{Library, StickerId};
use packs::{Measured, Pack, Sticker, split_emoji};
use rayon::prelude::*;

use crate::finisher::image_of;
use crate::{Error, PictureFile, Places, Recipe, slug};

/// A text beside pictures may have this many bytes.
const MAX_TEXT: u64 = 1 << 20;

/// A pack whose pictures are files.
#[derive(Clone, Debug)]
pub struct FilePack {
    /// The pack. A sticker's key is the place of its file.
    pub pack: Pack,
    files: Vec<PathBuf>,
}

impl FilePack {
    /// Looks at every file. Title and author that are not given come from beside the first file; a sticker is described by its recipe's
    /// prompt, else by its file's name.
    ///
    /// # Errors
    /// The first file that is no picture or cannot be read.
    pub fn read(mut files: Vec<PathBuf>, title: Option<&str>, author: Option<&str>) -> Result<Self, Error> {
        let folder = files
            .first()
            .and_then(|file| file.parent())
            .unwrap_or(Path::new("."))
            .to_owned();
        let folder = folder.as_path();
        let emoji = emoji_beside(folder)?;
        leave_out_cover(&mut files, folder);
        let given = |given: Option<&str>, name: &str| match given {
            Some(given) => Ok(given.to_owned()),
            None => Ok::<_, Error>(text_beside(folder, name)?.unwrap_or_default().trim().to_owned()),
        };
        let sticker = |(place, file): (usize, &PathBuf)| {
            let found = PictureFile::read(file)?;
            let name = name_of(file, found.recipe.as_ref());
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Ok(Sticker {
                key: place.to_string(),
                emoji: emoji.get(&stem).map(|text| split_emoji(text)).unwrap_or_default(),
                text: found.recipe.map_or_else(|| name.clone(), |recipe| recipe.prompt),
                measured: Measured::of(&image_of(found.picture)?),
                name,
            })
        };
        let stickers = files
            .par_iter()
            .enumerate()
            .map(sticker)
            .collect::<Result<_, Error>>()?;
        Ok(Self {
            pack: Pack {
                title: given(title, "title.txt")?,
                author: given(author, "author.txt")?,
                cover: None,
                stickers,
            },
            files,
        })
    }
}

/// In a folder for sticker-convert the cover is no sticker. Elsewhere a picture may be called so.
fn leave_out_cover(files: &mut Vec<PathBuf>, folder: &Path) {
    let is_sidecar = ["title.txt", "author.txt", "emoji.txt"]
        .iter()
        .any(|name| folder.join(name).is_file());
    if is_sidecar && files.len() > 1 {
        files.retain(|file| *file != folder.join("cover.png"));
    }
}

/// The file's stem; of a file in the library, which is called by its id, the prompt.
fn name_of(file: &Path, recipe: Option<&Recipe>) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    match recipe {
        Some(recipe) if stem.parse::<StickerId>().is_ok() => slug(&recipe.prompt),
        _ => stem.into_owned(),
    }
}

impl packs::Pictures for FilePack {
    fn read(&self, key: &str) -> Result<RgbaImage, packs::Error> {
        let file = key.parse::<usize>().ok().and_then(|place| self.files.get(place));
        let file = file.ok_or_else(|| packs::Error::Internal(format!("{key} is no sticker of this pack")))?;
        let image = PictureFile::read(file).and_then(|found| image_of(found.picture));
        image.map_err(|error| packs::Error::Picture(error.message))
    }
}

/// The files of stickers in the library.
///
/// # Errors
/// When the library cannot be opened (a window has it open), or one of them is not in it.
pub fn library_files(places: &Places, ids: &[StickerId]) -> Result<Vec<PathBuf>, Error> {
    let library = Library::open(&places.current_data_folder()?)?.library;
    let file = |id: &StickerId| match library.sticker(id)? {
        Some(_) => Ok(library.file(id)),
        None => Err(Error::input(format!("there is no sticker {id} in the library"))),
    };
    ids.iter().map(file).collect()
}

fn emoji_beside(folder: &Path) -> Result<BTreeMap<String, String>, Error> {
    let Some(text) = text_beside(folder, "emoji.txt")? else {
        return Ok(BTreeMap::new());
    };
    serde_json::from_str(&text).map_err(|reason| {
        Error::input(format!(
            "could not read which emoji belongs to which picture ({reason}); write {{\"picture\": \"emoji\"}} or take the file away: {}",
            folder.join("emoji.txt").display()
        ))
    })
}

fn text_beside(folder: &Path, name: &str) -> Result<Option<String>, Error> {
    let path = folder.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    let failed = |reason| Error::file("could not read the text", &path, &reason);
    if fs::metadata(&path).map_err(failed)?.len() > MAX_TEXT {
        return Err(Error::input(format!(
            "this text is longer than 1 MB: {}",
            path.display()
        )));
    }
    let text = fs::read_to_string(&path).map_err(failed)?;
    // Some editors begin every file with a byte order mark.
    Ok(Some(text.trim_start_matches('\u{feff}').to_owned()))
}

#[cfg(test)]
mod tests {
    use packs::Pictures;

    use super::*;
    use crate::{Picture, encode_png};

    fn folder() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let picture = Picture {
            width: 2,
            height: 2,
            rgba: vec![9, 9, 9, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        };
        for name in ["cat", "dog"] {
            fs::write(
                root.path().join(format!("{name}.png")),
                encode_png(&picture, None).unwrap(),
            )
            .unwrap();
        }
        root
    }

    fn files(root: &tempfile::TempDir) -> Vec<PathBuf> {
        ["cat.png", "dog.png"].map(|name| root.path().join(name)).to_vec()
    }

    #[test]
    fn what_lies_beside_the_pictures_is_taken() {
        let root = folder();
        fs::write(root.path().join("title.txt"), "Pets\n").unwrap();
        fs::write(root.path().join("emoji.txt"), "\u{feff}{\"dog\": \"🐶🐕\"}").unwrap();
        fs::copy(root.path().join("cat.png"), root.path().join("cover.png")).unwrap();
        let files = |root: &tempfile::TempDir| [files(root), vec![root.path().join("cover.png")]].concat();
        let read = FilePack::read(files(&root), None, Some("me")).unwrap();
        assert_eq!((read.pack.title.as_str(), read.pack.author.as_str()), ("Pets", "me"));
        let told: Vec<_> = read
            .pack
            .stickers
            .iter()
            .map(|sticker| (sticker.name.as_str(), sticker.emoji.len()))
            .collect();
        assert_eq!(told, [("cat", 0), ("dog", 2)]);
        assert_eq!(read.pack.stickers[0].measured.visible.unwrap().width, 1);
        assert_eq!(read.read("1").unwrap().dimensions(), (2, 2));
        assert!(read.read("2").is_err());
    }

    #[test]
    fn damaged_emoji_are_told_with_their_path() {
        let root = folder();
        fs::write(root.path().join("emoji.txt"), "[1]").unwrap();
        let error = FilePack::read(files(&root), None, None).unwrap_err();
        assert!(error.message.ends_with("emoji.txt"), "{error}");
    }
}
