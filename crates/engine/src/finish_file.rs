//! Picture files, finished into a folder.

use std::path::{Path, PathBuf};

use effects::{Finish, Wallpaper};

use crate::sticker_file::write_new;
use crate::{Error, FinishSource, Finisher, PictureFile, Recipe, encode_png};

/// What is done to files.
#[derive(Clone, Debug, Default)]
pub struct FinishJob {
    /// Edits and effects.
    pub finish: Finish,
    /// The finished stickers are put on a chat's wallpaper, to look at: no recipe goes along.
    pub wallpaper: Option<Wallpaper>,
}

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
pub fn finish_file(finisher: &mut Finisher, path: &Path, job: &FinishJob, out: &Path) -> Result<FinishedFile, Error> {
    let found = PictureFile::read(path)?;
    let source = FinishSource::new(found.picture)?;
    let mut finished = finisher.finish(&source, &job.finish)?;
    // What was finished before is not made by its recipe's effects and these.
    let recipe = found
        .recipe
        .filter(|recipe| recipe.effects.is_empty())
        .map(|recipe| Recipe {
            effects: job.finish.clone(),
            ..recipe
        });
    let png = match job.wallpaper {
        Some(wallpaper) => {
            finished.picture = finisher.on_wallpaper(finished.picture, wallpaper)?;
            encode_png(&finished.picture, None)?
        }
        None => encode_png(&finished.picture, recipe.as_ref())?,
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(FinishedFile {
        path: write_new(out, &format!("{stem}.png"), &png)?,
        warnings: finished.warnings,
    })
}
