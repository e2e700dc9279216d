//! Picture files, finished into a folder.

use std::path::{Path, PathBuf};

use effects::Finish;

use crate::sticker_file::write_new;
use crate::{Error, FinishSource, Finisher, PictureFile, Recipe, encode_png};

/// A file that was finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedFile {
    /// The new file.
    pub path: PathBuf,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// Finishes a picture file into a new PNG file of the same stem in `out`. A recipe inside goes along, with the effects.
///
/// # Errors
/// When it is no picture, a value of the finish is outside of its range, or it cannot be written.
pub fn finish_file(finisher: &mut Finisher, path: &Path, finish: &Finish, out: &Path) -> Result<FinishedFile, Error> {
    let found = PictureFile::read(path)?;
    let source = FinishSource::new(path.to_string_lossy(), found.picture)?;
    let finished = finisher.finish(&source, finish)?;
    // What was finished before is not made by its recipe's effects and these.
    let recipe = found
        .recipe
        .filter(|recipe| recipe.effects.is_empty())
        .map(|recipe| Recipe {
            effects: finish.clone(),
            ..recipe
        });
    let png = encode_png(&finished.picture, recipe.as_ref())?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(FinishedFile {
        path: write_new(out, &format!("{stem}.png"), &png)?,
        warnings: finished.warnings,
    })
}
