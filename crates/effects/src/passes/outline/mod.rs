//! The die-cut outline: the matte's shape grown by the width, gaps closed, under the picture.
//!
//! The shape is where alpha is at least a half, its border placed between pixels by alpha. With the reach
//! `R = max(width, bridge / 2)` it is grown by `R` and shrunk by `R - width`: a morphological closing that fills gaps of at most
//! `bridge` and leaves the outline `width` wide elsewhere. Parts too small for a closing to join them are joined by lines
//! ([`bridge`]). Coverage is taken from the distance, so that the border is antialiased.

mod bridge;
mod extent;
mod mitre;
#[cfg(feature = "gpu")]
pub(crate) mod on_gpu;

use rayon::prelude::*;

use self::extent::Extent;
use super::flood::{EXACT, Seed, alpha_byte, contour, flood, offset, signed_distance};
use super::grid::Grid;
use crate::{Corners, Error, Linear, Outline};
#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

/// The picture over its outline, on a canvas that has room for it. A picture without a shape gets the larger canvas only.
pub(crate) fn cpu(outline: &Outline, picture: Linear) -> Result<Linear, Error> {
    if outline.width <= 0.0 {
        return Ok(picture);
    }
    let extent = Extent::new(outline, picture.width, picture.height)?;
    let matte = matte(&picture, &extent);
    let [seeds, nearest] = seeds(outline, &extent, &matte);
    let grown = match outline.corners {
        Corners::Round => signed_distance(&matte, &nearest, extent.reach),
        Corners::Mitre => mitre::grow(&matte, &seeds, &nearest, outline.width),
    };
    Ok(under(outline, &extent, &picture, &close(outline, &extent, grown)))
}

/// Shrinks what was grown by more than the width back to it.
fn close(outline: &Outline, extent: &Extent, grown: Grid<f32>) -> Grid<f32> {
    if extent.closing <= 0.0 {
        return grown;
    }
    match outline.corners {
        Corners::Round => offset(&grown, -extent.closing),
        Corners::Mitre => offset(&offset(&grown, extent.closing), -extent.closing),
    }
}

/// Half of alpha less alpha, in bytes, on the working canvas: at most zero inside of the shape.
fn matte(picture: &Linear, extent: &Extent) -> Grid<f32> {
    let (width, height) = (picture.width as i32, picture.height as i32);
    Grid::from_fn(extent.work[0], extent.work[1], |x, y| {
        let (x, y) = (x - extent.margin as i32, y - extent.margin as i32);
        if x < 0 || y < 0 || x >= width || y >= height {
            return 127.5;
        }
        127.5 - alpha_byte(picture.at(x as u32, y as u32)[3]) as f32
    })
}

/// The border of the shape and, where gaps are to be closed, lines across them; and for each pixel the nearest of these seeds.
fn seeds(outline: &Outline, extent: &Extent, matte: &Grid<f32>) -> [Grid<Seed>; 2] {
    let seeds = contour(matte, EXACT);
    let nearest = flood(seeds.clone(), extent.search);
    match bridge::join(matte, &seeds, &nearest, outline.bridge) {
        Some(joined) => {
            let nearest = flood(joined.clone(), extent.search);
            [joined, nearest]
        }
        None => [seeds, nearest],
    }
}

/// The picture over the colour where `field` is inside, half a pixel of it soft.
fn under(outline: &Outline, extent: &Extent, picture: &Linear, field: &Grid<f32>) -> Linear {
    let [r, g, b] = outline.color.linear();
    let mut grown = Linear::empty(extent.canvas[0], extent.canvas[1]);
    let width = grown.width.max(1) as usize;
    let inset = (extent.margin - extent.growth) as i32;
    grown.pixels.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
        for (x, pixel) in row.iter_mut().enumerate() {
            let (x, y) = (x as i32, y as i32);
            let coverage = (0.5 - field.at(x + inset, y + inset)).clamp(0.0, 1.0);
            let over = extent.source(picture, x, y);
            let behind = coverage * (1.0 - over[3]);
            *pixel = [
                over[0] + r * behind,
                over[1] + g * behind,
                over[2] + b * behind,
                over[3] + behind,
            ];
        }
    });
    grown
}

#[cfg(test)]
mod tests;
