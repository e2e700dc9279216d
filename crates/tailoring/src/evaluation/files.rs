//! Drawn pictures on disk: whole or not there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use diffusion::Picture;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbaImage};
use tempfile::NamedTempFile;

use super::error::{EvaluationError, Result};

/// Keeps a picture as PNG: beside its place first, to the disk, then under its name.
pub fn keep(path: &Path, picture: &Picture) -> Result<()> {
    let attempt = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        let mut buffered = BufWriter::new(file.as_file_mut());
        PngEncoder::new(&mut buffered)
            .write_image(&picture.rgba, picture.width, picture.height, ExtendedColorType::Rgba8)
            .map_err(io::Error::other)?;
        buffered.flush()?;
        drop(buffered);
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        // The new name, too, shall outlive a power cut.
        if let Ok(folder) = File::open(folder) {
            folder.sync_all().ok();
        }
        Ok(())
    };
    attempt().map_err(|source| EvaluationError::Write {
        path: path.to_owned(),
        source,
    })
}

/// Reads a kept picture.
pub fn read(path: &Path) -> Result<RgbaImage> {
    let picture = image::open(path).map_err(|error| EvaluationError::drawn(path, error))?;
    Ok(picture.into_rgba8())
}

/// Whether there is a whole picture of `side` pixels; one that is damaged is drawn again.
pub fn is_kept(path: &Path, side: u32) -> bool {
    path.is_file() && read(path).is_ok_and(|picture| picture.dimensions() == (side, side))
}
