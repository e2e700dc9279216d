//! Puts a finished picture into the library: PNG with recipe, thumbnail, and the row by which it is found.

use library::{Bucket, JobId, Library, NewSticker, Origin, Sticker, StickerRecord, UsedAdapter};

use crate::hash::sha256;
use crate::picture::shrink_to;
use crate::{Error, Picture, Recipe, encode_png};

/// The longer side of a thumbnail in pixels.
const THUMBNAIL: u32 = 192;

/// Where a picture comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// A job of this studio.
    Job {
        job: &'a JobId,
        tile: u32,
        bucket: Option<Bucket>,
    },
    /// A file of the person's. `prompt` is what is known of it: a prompt, or the file's name.
    File {
        prompt: &'a str,
        negative_prompt: &'a str,
        seed: Option<u64>,
        parameters: Option<&'a str>,
    },
    /// A sticker of the library, finished.
    Finish { record: &'a StickerRecord, json: &'a str },
}

impl<'a> Source<'a> {
    /// Prompt, negative prompt and seed of a picture without a recipe.
    fn said(self) -> (&'a str, &'a str, Option<u64>) {
        match self {
            Self::Job { .. } => ("", "", None),
            Self::Finish { record, .. } => (&record.sticker.prompt, "", record.sticker.seed),
            Self::File {
                prompt,
                negative_prompt,
                seed,
                ..
            } => (prompt, negative_prompt, seed),
        }
    }
}

/// Keeps a picture. When this returns, it is safe on the disk.
///
/// # Errors
/// When it cannot be written; then nothing is kept.
pub(crate) fn keep(
    library: &Library,
    picture: &Picture,
    recipe: Option<&Recipe>,
    source: Source<'_>,
) -> Result<Sticker, Error> {
    let png = encode_png(picture, recipe)?;
    let thumbnail = thumbnail(picture)?;
    let json = recipe.map(Recipe::to_json).transpose()?;
    let adapters: Vec<_> = recipe.iter().flat_map(|recipe| &recipe.adapters).map(used).collect();
    let known = match recipe {
        Some(recipe) => (
            recipe.prompt.as_str(),
            recipe.negative_prompt.as_str(),
            Some(recipe.seed),
        ),
        None => source.said(),
    };
    let (origin, job, bucket, parameters, finished) = match source {
        Source::Job { job, tile, bucket } => (Origin::Made, Some((job, tile)), bucket, None, None),
        Source::File { parameters, .. } => (Origin::Imported, None, None, parameters, None),
        Source::Finish { record, json } => (
            record.sticker.origin,
            None,
            record.sticker.bucket,
            record.parameters.as_deref(),
            Some((&record.sticker.id, json)),
        ),
    };
    Ok(library.add(&NewSticker {
        png: &png,
        thumbnail: &thumbnail,
        pixels_sha256: &pixels_sha256(picture),
        width: picture.width,
        height: picture.height,
        origin,
        prompt: known.0,
        negative_prompt: known.1,
        recipe: json.as_deref(),
        parameters,
        seed: known.2,
        model: recipe.map(|recipe| recipe.model.name.as_str()),
        model_sha256: recipe.map(|recipe| recipe.model.sha256.as_str()),
        device: recipe.map(|recipe| recipe.device.as_str()),
        bucket,
        adapters: &adapters,
        job,
        finished,
    })?)
}

fn used(adapter: &crate::AdapterReference) -> UsedAdapter<'_> {
    UsedAdapter {
        name: &adapter.name,
        sha256: &adapter.sha256,
        weight: adapter.weight,
    }
}

/// The PNG of a thumbnail.
///
/// # Errors
/// When it cannot be encoded.
pub(crate) fn thumbnail(picture: &Picture) -> Result<Vec<u8>, Error> {
    encode_png(&shrink_to(picture, THUMBNAIL), None)
}

/// By which the same picture is known, whatever file it comes in.
pub(crate) fn pixels_sha256(picture: &Picture) -> String {
    let mut bytes = Vec::with_capacity(picture.rgba.len() + 8);
    bytes.extend_from_slice(&picture.width.to_le_bytes());
    bytes.extend_from_slice(&picture.height.to_le_bytes());
    bytes.extend_from_slice(&picture.rgba);
    sha256(&bytes)
}
