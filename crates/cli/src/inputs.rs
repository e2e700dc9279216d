//! Pictures named on the command line: files, folders, or ids of stickers in the library.

use std::path::PathBuf;

use engine::library::StickerId;
use engine::{Error, Places};

/// The files that the inputs mean, in their order. What is a path of something is a path; only else it may be an id.
///
/// # Errors
/// When an input is neither, or the library cannot be opened.
pub fn files(inputs: &[String]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut ids = Vec::new();
    for input in inputs {
        let path = PathBuf::from(input);
        match input.parse::<StickerId>() {
            Ok(id) if !path.exists() => ids.push((files.len(), id)),
            _ => files.extend(engine::picture_files(&[path])?),
        }
    }
    if ids.is_empty() {
        return Ok(files);
    }
    let (places, ids): (Vec<_>, Vec<_>) = ids.into_iter().unzip();
    let found = engine::library_files(&Places::find()?, &ids)?;
    // From behind, so that the places of the others stay.
    for (place, file) in places.into_iter().zip(found).rev() {
        files.insert(place, file);
    }
    Ok(files)
}
