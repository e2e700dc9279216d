//! Pictures that come from outside: read within limits and brought to a model's size.

use std::io::Cursor;
use std::path::Path;

use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgba, Rgba32FImage};

pub use diffusion::Picture;

use crate::Error;
use crate::hash::sha256;

/// A picture from outside may have this many pixels a side, and need this much memory.
const MAX_SIDE: u32 = 16_384;
const MAX_MEMORY: u64 = 512 << 20;
/// And its file may have this many bytes.
const MAX_FILE: u64 = 128 << 20;

/// Reads a PNG, JPEG or WebP file as straight-alpha sRGB.
///
/// # Errors
/// When the file cannot be read, is none of these, is damaged, or is larger than 16384 pixels a side.
pub fn read_picture(path: &Path) -> Result<Picture, Error> {
    decode(&read_limited(path)?, path)
}

/// A picture and the SHA-256 of its file's bytes.
pub(crate) fn read_hashed_picture(path: &Path) -> Result<(Picture, String), Error> {
    let bytes = read_limited(path)?;
    Ok((decode(&bytes, path)?, sha256(&bytes)))
}

/// The bytes of a picture file, if it is not larger than pictures are.
pub(crate) fn read_limited(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |reason| Error::file("could not read the picture", path, &reason);
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > MAX_FILE {
        return Err(Error::input(format!(
            "the picture's file is larger than {} MB: {}",
            MAX_FILE >> 20,
            path.display()
        )));
    }
    std::fs::read(path).map_err(failed)
}

/// The picture in a file's bytes, within the limits of pictures from outside.
pub(crate) fn decode(bytes: &[u8], path: &Path) -> Result<Picture, Error> {
    let failed = |reason: &dyn std::fmt::Display| {
        Error::input(format!(
            "could not read the picture ({reason}); use a PNG, JPEG or WebP file: {}",
            path.display()
        ))
    };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|reason| failed(&reason))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|reason| failed(&reason))?;
    limits
        .reserve(decoder.total_bytes())
        .and_then(|()| decoder.set_limits(limits))
        .map_err(|reason| failed(&reason))?;
    // A camera notes how it was held, and the pixels lie as they came.
    let orientation = decoder.orientation().map_err(|reason| failed(&reason))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|reason| failed(&reason))?;
    image.apply_orientation(orientation);
    let image = image.into_rgba8();
    Ok(Picture {
        width: image.width(),
        height: image.height(),
        rgba: image.into_raw(),
    })
}

/// The picture scaled (Lanczos) so that it just fits into `width` x `height`, centred on transparent ground. Colours are
/// weighed by alpha, so that what is transparent does not bleed in. A picture of that size is returned as it is.
pub(crate) fn fit_into(picture: Picture, width: u32, height: u32) -> Picture {
    if (picture.width, picture.height) == (width, height) {
        return picture;
    }
    let scale = (f64::from(width) / f64::from(picture.width)).min(f64::from(height) / f64::from(picture.height));
    let scaled = |side: u32, limit: u32| ((f64::from(side) * scale).round() as u32).clamp(1, limit);
    let (inner_width, inner_height) = (scaled(picture.width, width), scaled(picture.height, height));
    let inner = imageops::resize(
        &premultiplied(&picture),
        inner_width,
        inner_height,
        FilterType::Lanczos3,
    );
    let mut rgba = vec![0; width as usize * height as usize * 4];
    let (left, top) = ((width - inner_width) / 2, (height - inner_height) / 2);
    for (x, y, pixel) in inner.enumerate_pixels() {
        let start = ((top + y) as usize * width as usize + (left + x) as usize) * 4;
        rgba[start..start + 4].copy_from_slice(&straight(pixel));
    }
    Picture { width, height, rgba }
}

/// The picture scaled down so that its longer side has at most `side` pixels. A smaller one is returned as it is.
pub(crate) fn shrink_to(picture: &Picture, side: u32) -> Picture {
    let longer = picture.width.max(picture.height);
    if longer <= side {
        return picture.clone();
    }
    let scaled = |length: u32| (u64::from(length) * u64::from(side) / u64::from(longer)).max(1) as u32;
    fit_into(picture.clone(), scaled(picture.width), scaled(picture.height))
}

fn premultiplied(picture: &Picture) -> Rgba32FImage {
    Rgba32FImage::from_fn(picture.width, picture.height, |x, y| {
        let start = (y as usize * picture.width as usize + x as usize) * 4;
        let [r, g, b, a] = std::array::from_fn(|channel| f32::from(picture.rgba[start + channel]) / 255.0);
        Rgba([r * a, g * a, b * a, a])
    })
}

fn straight(pixel: &Rgba<f32>) -> [u8; 4] {
    let [r, g, b, a] = pixel.0;
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    if a <= 0.0 {
        [0; 4]
    } else {
        [byte(r / a), byte(g / a), byte(b / a), byte(a)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn a_picture_of_the_right_size_stays_as_it_is() {
        let picture = Picture {
            width: 2,
            height: 1,
            rgba: vec![1, 2, 3, 0, 5, 6, 7, 8],
        };
        assert_eq!(fit_into(picture.clone(), 2, 1).rgba, picture.rgba);
    }

    #[test]
    fn a_wide_picture_is_centred_between_transparent_bars() {
        let picture = Picture {
            width: 8,
            height: 4,
            rgba: [200, 100, 50, 255].repeat(32),
        };
        let fitted = fit_into(picture, 16, 16);
        let pixel = |x: usize, y: usize| &fitted.rgba[(y * 16 + x) * 4..][..4];
        assert_eq!(
            (pixel(8, 3), pixel(8, 4), pixel(8, 11), pixel(8, 12)),
            (
                &[0; 4][..],
                &[200, 100, 50, 255][..],
                &[200, 100, 50, 255][..],
                &[0; 4][..]
            )
        );
    }

    #[test]
    fn the_colour_of_transparent_pixels_does_not_bleed() {
        let rgba = [[255, 0, 0, 255], [0, 255, 0, 0]].concat().repeat(16);
        let fitted = fit_into(
            Picture {
                width: 8,
                height: 4,
                rgba,
            },
            4,
            2,
        );
        for pixel in fitted.rgba.chunks_exact(4).filter(|pixel| pixel[3] > 0) {
            assert_eq!(pixel[1], 0, "no green in {pixel:?}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused_with_its_path() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("note.png");
        std::fs::write(&path, "hello").unwrap();
        for path in [path, root.path().join("absent.png")] {
            let error = read_picture(&path).unwrap_err();
            assert_eq!(error.code, ErrorCode::Input);
            assert!(error.message.starts_with("could not read the picture"), "{error}");
            assert!(error.message.ends_with(&path.display().to_string()), "{error}");
        }
    }
}
