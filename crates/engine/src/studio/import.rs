//! Pictures from outside: read within limits, drawn or decoded, and written anew. Nothing of a file but its pixels, its recipe and its
//! A1111 text comes in.

use std::path::{Path, PathBuf};

use library::{Library, Sticker};
use serde::Serialize;

use super::keeping::{Source, keep, pixels_sha256};
use crate::{A1111Parameters, Error, MAX_PROMPT_BYTES, ParametersText, PictureFile};

/// So many files are taken in at once; a folder of more is a mistake, or a data set.
const MAX_FILES: usize = 2_000;
/// A sticker that is imported may have this many pixels a side; a larger picture is refused, not shrunk behind one's back.
const MAX_SIDE: u32 = 4096;

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// What is new in the library.
    pub imported: Vec<Sticker>,
    /// How many were there already: the same pixels.
    pub duplicates: u32,
    /// What could not be taken.
    pub refused: Vec<RefusedFile>,
}

/// A file that could not be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct RefusedFile {
    /// Its name.
    pub name: String,
    /// Why, and what to do.
    pub reason: String,
}

/// Imports files one by one. What cannot be taken does not keep the others out.
pub(crate) fn import(library: &Library, paths: &[PathBuf]) -> ImportReport {
    let mut report = ImportReport::default();
    for path in paths.iter().take(MAX_FILES) {
        match import_one(library, path) {
            Ok(Some(sticker)) => report.imported.push(sticker),
            Ok(None) => report.duplicates += 1,
            Err(error) => report.refused.push(RefusedFile {
                name: name_of(path),
                reason: error.message,
            }),
        }
    }
    if let Some(more) = paths.len().checked_sub(MAX_FILES).filter(|&more| more > 0) {
        report.refused.push(RefusedFile {
            name: format!("{more} more files"),
            reason: format!("one import takes at most {MAX_FILES} files; import the others next"),
        });
    }
    report
}

fn import_one(library: &Library, path: &Path) -> Result<Option<Sticker>, Error> {
    let found = PictureFile::read(path)?;
    if found.picture.width > MAX_SIDE || found.picture.height > MAX_SIDE {
        return Err(Error::input(format!(
            "the picture has {} x {} pixels; use one of at most {MAX_SIDE} a side: {}",
            found.picture.width,
            found.picture.height,
            path.display()
        )));
    }
    if library.find_by_sha256(&pixels_sha256(&found.picture))?.is_some() {
        return Ok(None);
    }
    let name = name_of(path);
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let foreign = found.parameters.as_deref().and_then(foreign_recipe);
    let source = Source::File {
        prompt: foreign.as_ref().map_or(stem, |text| text.prompt.as_str()),
        negative_prompt: foreign.as_ref().map_or("", |text| text.negative_prompt.as_str()),
        seed: foreign.as_ref().and_then(|text| text.setting("Seed")?.parse().ok()),
        parameters: found.parameters.as_deref(),
    };
    keep(library, &found.picture, found.recipe.as_ref(), source).map(Some)
}

/// What another program wrote about the picture, if it says what is on it.
fn foreign_recipe(parameters: &str) -> Option<A1111Parameters> {
    match ParametersText::parse(parameters) {
        ParametersText::A1111(text) => {
            let fits = text.prompt.len().max(text.negative_prompt.len()) <= MAX_PROMPT_BYTES;
            (fits && !text.prompt.is_empty()).then_some(text)
        }
        ParametersText::Json(_) => None,
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}
