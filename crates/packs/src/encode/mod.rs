//! Pictures as files that meet a platform's size and its budget of bytes.

mod canvas;
mod png;
mod resample;
mod search;
mod ssim;
mod webp;

use image::{ImageFormat, RgbaImage};

pub use canvas::place;
use search::{Candidate, Floor};

use crate::{Canvas, Error, Format, StillRule};

/// A picture as a platform takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: Format,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// What is left of the picture as it was placed on the canvas: structural similarity over white and over black, the lower of both;
    /// 1: every visible pixel is the same.
    pub ssim: f64,
    /// What was done: "lossless", "nearly lossless 60", "quality 83", "64 shades a channel", "128 colours", "scaled to 96 pixels, 32 colours".
    pub how: String,
}

/// Writes a picture under a rule: placed on the canvas, then the file with the least loss that fits the budget. In order: without loss, in
/// the first format of the rule that fits; WebP that is nearly lossless, then lossy of the highest quality, or, where there is only PNG,
/// fewer shades, then palettes with error diffusion; a smaller picture, where the rule lets it; and what remains, however much is lost.
/// The same picture gives the same bytes every time.
pub fn encode(picture: &RgbaImage, rule: &StillRule) -> Result<Encoded, Error> {
    let placed = place(picture, rule.canvas, rule.margin)?;
    if let Some(found) = search::lossless(&placed, rule)? {
        return Ok(encoded(found, placed.dimensions(), 1.0));
    }
    let whole = if rule.least_side.is_some() {
        Floor::Good
    } else {
        Floor::Any
    };
    if let Some(found) = search::lossy(&placed, rule, whole)? {
        return measured(found, &placed, &placed);
    }
    if let Some((found, smaller)) = smaller(&placed, rule)? {
        return measured(found, &smaller, &placed);
    }
    let budget = rule.budget.unwrap_or(u32::MAX);
    Err(Error::Picture(format!(
        "the picture cannot be brought down to {budget} bytes; simplify it, or make it smaller"
    )))
}

/// The largest picture whose file fits, and the file.
fn smaller(placed: &RgbaImage, rule: &StillRule) -> Result<Option<(Candidate, RgbaImage)>, Error> {
    let longest = placed.width().max(placed.height());
    let Some(least) = rule.least_side.filter(|least| *least < longest) else {
        return Ok(search::lossy(placed, rule, Floor::Any)?.map(|found| (found, placed.clone())));
    };
    let attempt = |side: u32, floor: Floor| {
        let scaled = shrink(placed, side, rule.canvas);
        let found = search::lossy(&scaled, rule, floor)?;
        let named = |found: Candidate| Candidate {
            how: format!("scaled to {side} pixels, {}", found.how),
            ..found
        };
        Ok(found.map(|found| (named(found), scaled)))
    };
    let sides: Vec<u32> = (least..longest).rev().collect();
    match search::first_that_fits(&sides, |side| attempt(side, Floor::Good))? {
        Some(found) => Ok(Some(found)),
        None => attempt(least, Floor::Any),
    }
}

/// The picture with its longer side `side` pixels long, as far as the canvas has such sizes.
fn shrink(placed: &RgbaImage, side: u32, canvas: Canvas) -> RgbaImage {
    let step = if let Canvas::Within { step, .. } = canvas {
        step
    } else {
        1
    };
    let scale = f64::from(side) / f64::from(placed.width().max(placed.height()));
    let scaled = |length: u32| ((f64::from(length) * scale) as u32 / step * step).max(step);
    resample::resample(placed, scaled(placed.width()), scaled(placed.height()))
}

/// A file with loss, and how much of `placed` is left in it. `written` is what was encoded, which may be smaller.
fn measured(found: Candidate, written: &RgbaImage, placed: &RgbaImage) -> Result<Encoded, Error> {
    let format = match found.format {
        Format::Png => ImageFormat::Png,
        Format::Webp => ImageFormat::WebP,
    };
    let read = image::load_from_memory_with_format(&found.bytes, format);
    let read = read
        .map_err(|error| Error::Internal(format!("an encoded picture cannot be read ({error})")))?
        .to_rgba8();
    let restored = resample::resample(&read, placed.width(), placed.height());
    Ok(encoded(found, written.dimensions(), ssim::ssim(&restored, placed)))
}

fn encoded(found: Candidate, (width, height): (u32, u32), ssim: f64) -> Encoded {
    Encoded {
        bytes: found.bytes,
        format: found.format,
        width,
        height,
        ssim,
        how: found.how,
    }
}

#[cfg(test)]
mod tests;
