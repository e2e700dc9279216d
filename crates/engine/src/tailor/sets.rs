//! A set by its name: a path, or a set of the library.

use std::path::Path;

use library::{Alignment, Library, Query, StickerId};
use tailoring::data::{self, DataSet, Example, Finding, PictureSource};

use super::{CONTENT_OF_RATINGS, RecipeCaptions};
use crate::{Error, Places};

/// The pictures of a folder, an archive or a list of pictures; else of the library's set of that name, or those that passed for
/// [`CONTENT_OF_RATINGS`].
///
/// # Errors
/// When there is no such thing, it is damaged, or it has too few pictures.
pub fn read_set(name: &str) -> Result<(DataSet, Vec<Finding>), Error> {
    let path = Path::new(name);
    if path.exists() {
        return Ok(data::read(path, &RecipeCaptions)?);
    }
    let set = of_library(name)?;
    let findings = data::check(&set)?;
    Ok((set, findings))
}

fn of_library(name: &str) -> Result<DataSet, Error> {
    let folder = Places::find()?.current_data_folder()?;
    let nothing = || {
        Error::input(format!(
            "there is no folder or file `{name}`, and no set of that name in the library; check the name"
        ))
    };
    if !Library::is_in(&folder) {
        return Err(nothing());
    }
    let library = Library::open(&folder)?.library;
    let mut query = Query::default();
    if name == CONTENT_OF_RATINGS {
        query.alignment = vec![Alignment::Strong];
    } else {
        let sets = library.facets()?.sets;
        let found = sets
            .into_iter()
            .find(|set| set.name.to_lowercase() == name.to_lowercase());
        query.set = Some(found.ok_or_else(nothing)?.id);
    }
    let examples = library
        .ids(&query)?
        .iter()
        .map(|id| example(&library, id))
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(DataSet {
        examples: examples.into_iter().flatten().collect(),
    })
}

/// The sticker with its prompt as caption; nothing when it has none.
fn example(library: &Library, id: &StickerId) -> Result<Option<Example>, Error> {
    let Some(record) = library.sticker(id)? else {
        return Ok(None);
    };
    let caption = record.sticker.prompt.trim().to_owned();
    Ok((!caption.is_empty()).then(|| Example {
        name: format!("{id}.png"),
        picture: PictureSource::File(library.file(id)),
        caption,
        bucket: record.sticker.bucket.map(|bucket| bucket.as_str().to_owned()),
    }))
}
