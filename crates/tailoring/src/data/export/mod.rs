//! Data sets to disk, in forms that other tools read.

mod image_folder;
mod kohya;
mod stems;
mod web_dataset;
mod writer;

use std::path::Path;

use image::ImageFormat;

use self::writer::Writer;
use super::example::format;
use super::{DataError, DataSet, Example};

/// A form of data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Hugging Face's: `train/` with the pictures and a `metadata.jsonl` of `file_name`, `text` and, where there are some, `bucket`.
    ImageFolder,
    /// kohya's: `dataset.toml` and a folder `1_bucket` for each bucket, with a `.txt` beside each picture. Every picture counts once.
    Kohya,
    /// WebDataset's: shards `00000.tar` of at most 256 MB, with a picture, a `.txt` and, where there is a bucket, a `.json` for each key.
    WebDataset,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Pictures.
    pub pictures: usize,
    /// Files, lists and captions among them.
    pub files: usize,
    /// Their size together.
    pub bytes: u64,
}

/// Writes a data set to the new folder `destination`, which appears whole or not at all; one that is there has to be empty. Pictures keep
/// their encoded form, and with it what is written in them. Their names become such as every system takes. The same set gives the
/// same bytes.
pub fn export(set: &DataSet, format: Format, destination: &Path) -> Result<Exported, DataError> {
    if set.examples.is_empty() {
        return Err(DataError::NothingToWrite);
    }
    let mut writer = Writer::new(destination)?;
    match format {
        Format::ImageFolder => image_folder::write(set, &mut writer)?,
        Format::Kohya => kohya::write(set, &mut writer)?,
        Format::WebDataset => web_dataset::write(set, web_dataset::SHARD_BYTES, &mut writer)?,
    }
    let (files, bytes) = writer.publish()?;
    let pictures = set.examples.len();
    Ok(Exported { pictures, files, bytes })
}

/// A picture as it is stored, and the suffix that belongs to its form.
fn encoded(example: &Example) -> Result<(Vec<u8>, &'static str), DataError> {
    let bytes = example.picture.bytes()?;
    match format(&bytes) {
        Ok(ImageFormat::Png) => Ok((bytes, "png")),
        Ok(ImageFormat::Jpeg) => Ok((bytes, "jpg")),
        Ok(_) => Ok((bytes, "webp")),
        Err(reason) => Err(DataError::picture(&example.name, reason)),
    }
}

#[cfg(test)]
mod tests;
