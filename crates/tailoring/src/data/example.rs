//! One picture with its caption, and sets of them.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage};

use super::DataError;

/// The largest picture that is decoded, in pixels.
pub const MAX_PIXELS: u64 = 64 << 20;
/// The largest file that is read as a picture, in bytes.
pub(super) const MAX_FILE: u64 = 256 << 20;
/// Bytes of a pixel with four channels of 16 bit.
const WIDEST_PIXEL: u64 = 8;

/// One picture and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Unique in its set: a path relative to the set's folder with `/` between folders, or an archive's key.
    pub name: String,
    /// Where its picture is.
    pub picture: PictureSource,
    /// The prompt to learn it with.
    pub caption: String,
    /// The prompt bucket, concept or class it belongs to.
    pub bucket: Option<String>,
}

/// Pictures with captions, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataSet {
    /// In the order of their names.
    pub examples: Vec<Example>,
}

/// Where a picture is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureSource {
    /// A file.
    File(PathBuf),
    /// An encoded picture in memory: one out of an archive.
    Bytes(Arc<[u8]>),
}

impl PictureSource {
    /// The encoded picture, as it is stored.
    pub fn bytes(&self) -> Result<Vec<u8>, DataError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.to_vec()),
            Self::File(path) => file_bytes(path),
        }
    }

    /// The picture as straight-alpha sRGB, upright. Reads PNG, JPEG and WebP of at most [`MAX_PIXELS`] pixels.
    pub fn decode(&self) -> Result<RgbaImage, DataError> {
        let decoded = match self {
            Self::Bytes(bytes) => decode(bytes),
            Self::File(path) => decode(&file_bytes(path)?),
        };
        decoded.map_err(|reason| DataError::picture(&self.shown(), reason))
    }

    /// What an error calls it.
    fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Bytes(_) => "a picture of an archive".to_owned(),
        }
    }
}

fn file_bytes(path: &Path) -> Result<Vec<u8>, DataError> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|reason| DataError::read(path, reason))?;
    if bytes.len() as u64 > MAX_FILE {
        let reason = format!("the file is larger than {} MiB", MAX_FILE >> 20);
        return Err(DataError::picture(&path.display().to_string(), reason));
    }
    Ok(bytes)
}

/// Decodes a picture; an error is the reason alone.
pub(super) fn decode(bytes: &[u8]) -> Result<RgbaImage, String> {
    let format = format(bytes)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * WIDEST_PIXEL);
    reader.limits(limits);
    let damaged = |reason: image::ImageError| format!("the picture is damaged: {reason}");
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("the picture has {width} x {height} pixels, make it smaller"));
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    Ok(picture.into_rgba8())
}

/// PNG, JPEG or WebP, by the first bytes: suffixes lie.
pub(super) fn format(bytes: &[u8]) -> Result<ImageFormat, &'static str> {
    if bytes.is_empty() {
        return Err("the file is empty");
    }
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => Ok(format),
        _ => Err("it is no PNG, JPEG or WebP, save it as one of these"),
    }
}
