//! Pictures as curves, so that they print at any size.
//!
//! Colours are reduced to a palette first; then vtracer fits curves around what each of them covers.

mod labels;
mod layers;
mod palette;

use image::imageops::{self, FilterType};
use image::{ImageBuffer, Rgba, RgbaImage};

use crate::{Error, Linear, oklab};

use labels::Labels;
use palette::Palette;

/// The numbers of colours that can be asked for.
const COLORS: std::ops::RangeInclusive<u8> = 2..=64;

/// Pictures up to this side are traced at twice their size, where antialiased edges tell more than whole pixels.
const ENLARGED: u32 = 1024;

/// An SVG of the picture's size with at most `colors` (2 to 64) flat colours. What is less than half visible is transparent,
/// everything else opaque; specks of a few pixels are left out. The same picture gives the same text.
///
/// # Errors
/// [`Error::Vector`] for another number of colours, a picture without pixels, and when tracing fails.
pub fn vectorise(picture: &RgbaImage, colors: u8) -> Result<String, Error> {
    if !COLORS.contains(&colors) {
        return Err(Error::Vector(format!(
            "{colors} colours were asked for; it can be 2 to 64"
        )));
    }
    let (width, height) = picture.dimensions();
    if width == 0 || height == 0 {
        return Err(Error::Vector("it has no pixels".into()));
    }
    let scale = if width.max(height) <= ENLARGED { 2 } else { 1 };
    let tones = labels::smooth_gradients(&labels::settle_edges(&Tones::of(picture, scale), scale), scale);
    let palette = Palette::of(&tones, usize::from(colors));
    let labels = Labels::of(&tones, &palette).without_specks(6 * (scale * scale) as usize);
    let paths = layers::trace(&labels, &palette)?;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\">\n{paths}</svg>\n",
        width * scale,
        height * scale
    ))
}

/// The visible pixels' colours in Oklab, row by row.
struct Tones {
    width: usize,
    height: usize,
    colors: Vec<Option<[f32; 3]>>,
}

impl Tones {
    fn of(picture: &RgbaImage, scale: u32) -> Self {
        let linear = Linear::from_srgb(picture);
        let flat = linear.pixels.into_iter().flatten().collect();
        let Some(linear) = ImageBuffer::<Rgba<f32>, Vec<f32>>::from_raw(linear.width, linear.height, flat) else {
            return Self {
                width: 0,
                height: 0,
                colors: Vec::new(),
            };
        };
        let (width, height) = (picture.width() * scale, picture.height() * scale);
        let enlarged = match scale {
            1 => linear,
            _ => imageops::resize(&linear, width, height, FilterType::CatmullRom),
        };
        let tone = |&Rgba([r, g, b, alpha]): &Rgba<f32>| {
            (alpha >= 0.5).then(|| oklab::from_linear([r, g, b].map(|color| (color / alpha).clamp(0.0, 1.0))))
        };
        Self {
            width: width as usize,
            height: height as usize,
            colors: enlarged.pixels().map(tone).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
