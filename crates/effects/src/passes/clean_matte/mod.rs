//! Cleans the matte, in this order: alpha gets contrast, islands go, holes close.
//!
//! An island is a group of pixels that are more than faint and touch at sides or corners; its area is the sum of their alpha. A
//! hole is a group of pixels that are less than solid, touch at sides and do not reach the border; its area is the sum of what
//! they lack. So soft edges count by their part, and go or fill along with what they belong to.

mod components;
#[cfg(feature = "gpu")]
pub(crate) mod on_gpu;

use rayon::prelude::*;

use self::components::Kind;
use super::flood::{flood, is_seed, opaque};
use super::grid::Grid;
use crate::{CleanMatte, Linear};
#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

/// Alpha or its lack up to this is faint, in bytes.
const FAINT: u32 = 12;
/// The least alpha of what is no hole, in bytes.
const SOLID: u32 = 255 - FAINT;

/// The picture with a clean matte.
pub(crate) fn cpu(effect: &CleanMatte, mut picture: Linear) -> Linear {
    let steepness = steepness(effect);
    if steepness > 1.0 {
        picture
            .pixels
            .par_iter_mut()
            .for_each(|pixel| *pixel = steeper(*pixel, steepness));
    }
    let islands = components::small(&picture, Kind::Islands, limit(effect.despeckle));
    picture.pixels.par_iter_mut().zip(islands).for_each(|(pixel, goes)| {
        if goes {
            *pixel = [0.0; 4];
        }
    });
    let holes = components::small(&picture, Kind::Holes, limit(effect.fill_holes));
    if holes.contains(&true) {
        fill(effect, &picture, &holes)
    } else {
        picture
    }
}

/// How much steeper alpha gets: 1 is as it was.
fn steepness(effect: &CleanMatte) -> f32 {
    1.0 / (1.0 - effect.contrast).max(1.0 / 255.0)
}

/// Alpha moved away from a half; the colour stays.
fn steeper([r, g, b, a]: [f32; 4], steepness: f32) -> [f32; 4] {
    if a <= 0.0 {
        return [0.0; 4];
    }
    let alpha = ((a - 0.5) * steepness + 0.5).clamp(0.0, 1.0);
    let part = alpha / a;
    [
        (r * part).min(alpha),
        (g * part).min(alpha),
        (b * part).min(alpha),
        alpha,
    ]
}

/// Square pixels as the sum of bytes that they are.
fn limit(area: f32) -> u32 {
    (area * 255.0) as u32
}

/// The furthest that a pixel of a hole can be from a solid one: the radius of the largest disc of pixels that all lack just more
/// than a faint part.
fn reach(effect: &CleanMatte) -> f32 {
    2.6 * effect.fill_holes.sqrt() + 2.0
}

/// Puts the colour of the nearest solid pixel under the pixels of holes.
fn fill(effect: &CleanMatte, picture: &Linear, holes: &[bool]) -> Linear {
    let nearest = flood(opaque(picture, SOLID), reach(effect));
    let pixels = Grid::from_fn(picture.width, picture.height, |x, y| {
        let pixel = picture.at(x as u32, y as u32);
        let seed = nearest.at(x, y);
        if !holes[y as usize * picture.width as usize + x as usize] || !is_seed(seed) {
            return pixel;
        }
        let source = picture.at(seed[0] as u32, seed[1] as u32);
        let behind = (1.0 - pixel[3]) / source[3];
        [
            pixel[0] + source[0] * behind,
            pixel[1] + source[1] * behind,
            pixel[2] + source[2] * behind,
            1.0,
        ]
    });
    Linear {
        pixels: pixels.cells,
        ..*picture
    }
}

#[cfg(test)]
mod tests;
