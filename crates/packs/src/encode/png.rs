//! PNG: without loss, or with a palette.

use image::RgbaImage;
use oxipng::{BitDepth, ColorType, Options, RawImage, StripChunks};
use quantizr::QuantizeResult;

use crate::Error;

/// A way to make a PNG smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// So many shades (2 to 255) of each colour channel; alpha stays.
    Shades(u8),
    /// So many colours with alpha (2 to 256).
    Palette(u16),
}

/// Every way, falling in size and in what is left. A palette is far smaller than full colour, and far worse: on stickers that the
/// built-in model made, 64 shades keep an SSIM of 0.99 and 256 colours 0.92.
pub(super) const LOSSES: [Loss; 20] = [
    Loss::Shades(128),
    Loss::Shades(96),
    Loss::Shades(64),
    Loss::Shades(48),
    Loss::Shades(32),
    Loss::Shades(24),
    Loss::Palette(256),
    Loss::Palette(192),
    Loss::Palette(128),
    Loss::Palette(96),
    Loss::Palette(64),
    Loss::Palette(48),
    Loss::Palette(32),
    Loss::Palette(24),
    Loss::Palette(16),
    Loss::Palette(12),
    Loss::Palette(8),
    Loss::Palette(6),
    Loss::Palette(4),
    Loss::Palette(2),
];

/// How strong error diffusion is. Measured at 256 colours: the full strength makes a file a quarter larger and costs 0.03 of SSIM;
/// without any, shading has bands.
const DITHERING: f32 = 0.5;

/// What becomes of the colour of transparent pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    /// It is kept.
    Kept,
    /// It is what compresses best.
    Free,
}

/// Every visible pixel as it is.
pub(super) fn lossless(picture: &RgbaImage, hidden: Hidden) -> Result<Vec<u8>, Error> {
    let options = Options {
        optimize_alpha: hidden == Hidden::Free,
        ..options()
    };
    write(
        picture.dimensions(),
        ColorType::RGBA,
        picture.as_raw().clone(),
        &options,
    )
}

/// With a loss.
pub(super) fn lossy(picture: &RgbaImage, loss: Loss) -> Result<Vec<u8>, Error> {
    match loss {
        Loss::Shades(shades) => lossless(&with_shades(picture, shades), Hidden::Free),
        Loss::Palette(colours) => with_palette(picture, colours),
    }
}

/// The nearest of `shades` evenly spaced bytes from 0 to 255 for each colour channel.
fn with_shades(picture: &RgbaImage, shades: u8) -> RgbaImage {
    let steps = u32::from(shades - 1);
    let nearest: [u8; 256] = std::array::from_fn(|byte| {
        let step = (byte as u32 * steps + 127) / 255;
        ((step * 255 + steps / 2) / steps) as u8
    });
    let mut fewer = picture.clone();
    for pixel in fewer.pixels_mut() {
        let [r, g, b, a] = pixel.0;
        pixel.0 = [
            nearest[usize::from(r)],
            nearest[usize::from(g)],
            nearest[usize::from(b)],
            a,
        ];
    }
    fewer
}

/// At most `colours` (2 to 256) colours with alpha, with error diffusion.
fn with_palette(picture: &RgbaImage, colours: u16) -> Result<Vec<u8>, Error> {
    let failed = |error: quantizr::Error| Error::Internal(format!("could not reduce the colours ({error:?})"));
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let source = quantizr::Image::new(picture.as_raw(), width, height).map_err(failed)?;
    let mut wish = quantizr::Options::default();
    // One is kept for what is wholly transparent.
    wish.set_max_colors(i32::from(colours.clamp(3, 256)) - 1)
        .map_err(failed)?;
    let mut result = QuantizeResult::quantize(&source, &wish);
    result.set_dithering_level(DITHERING).map_err(failed)?;
    let mut indices = vec![0; width * height];
    result.remap_image(&source, &mut indices).map_err(failed)?;
    let chosen = result.get_palette();
    let mut palette: Vec<_> = chosen.entries[..chosen.count as usize]
        .iter()
        .copied()
        .map(entry)
        .collect();
    // Error diffusion must not sow dots into the ground.
    let clear = palette.len() as u8;
    palette.push([0; 4]);
    for (index, pixel) in indices.iter_mut().zip(picture.pixels()) {
        if pixel.0[3] == 0 {
            *index = clear;
        }
    }
    let palette = palette
        .into_iter()
        .map(|[r, g, b, a]| oxipng::RGBA8::new(r, g, b, a))
        .collect();
    write(
        picture.dimensions(),
        ColorType::Indexed { palette },
        indices,
        &options(),
    )
}

/// A colour of a palette. What is nearly opaque was opaque: a mean of few others.
fn entry(colour: quantizr::Color) -> [u8; 4] {
    let alpha = if colour.a >= 250 { 255 } else { colour.a };
    [colour.r, colour.g, colour.b, alpha]
}

fn options() -> Options {
    Options {
        strip: StripChunks::All,
        ..Options::from_preset(2)
    }
}

fn write((width, height): (u32, u32), colour: ColorType, data: Vec<u8>, options: &Options) -> Result<Vec<u8>, Error> {
    RawImage::new(width, height, colour, BitDepth::Eight, data)
        .and_then(|raw| raw.create_optimized_png(options))
        .map_err(|error| Error::Internal(format!("could not write a PNG ({error})")))
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn shades_are_even_and_keep_black_white_and_alpha() {
        let ramp = RgbaImage::from_fn(256, 1, |x, _| Rgba([x as u8, 255 - x as u8, 0, x as u8]));
        for shades in [2, 24, 48, 128, 255] {
            let fewer = with_shades(&ramp, shades);
            let mut reds: Vec<_> = fewer.pixels().map(|pixel| pixel.0[0]).collect();
            assert!(reds.is_sorted() && reds[0] == 0 && reds[255] == 255);
            let off = ramp
                .pixels()
                .zip(fewer.pixels())
                .map(|(a, b)| a.0[0].abs_diff(b.0[0]))
                .max()
                .unwrap();
            assert!(
                u32::from(off) <= 255 / (2 * u32::from(shades - 1)) + 1,
                "{shades}: {off}"
            );
            reds.dedup();
            assert_eq!(reds.len(), usize::from(shades));
            assert!(ramp.pixels().zip(fewer.pixels()).all(|(a, b)| a.0[3] == b.0[3]));
        }
    }
}
