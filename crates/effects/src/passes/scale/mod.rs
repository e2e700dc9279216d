//! Another size. Larger: by whole factors of at most four with [`variation`], which keeps edges crisp, and then down to the size
//! by averaging areas. Smaller: by averaging areas.

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu;
mod variation;

use super::resample;
use super::taps::Taps;
use crate::{Linear, Scale};
#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

/// Factors up to this one are left to cubic interpolation: there is no detail to find.
const SLIGHT: f64 = 1.25;
/// The most times that a side grows at once.
const MOST: u32 = 4;
/// The most pixels that are made with crisp edges, a matter of time and memory (48 bytes each); beyond it edges are interpolated.
const LARGEST: u64 = 1536 * 1536;

/// How a picture gets its size: whole factors one after the other, then the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Plan {
    factors: Vec<u32>,
    size: [u32; 2],
}

impl Plan {
    fn new(scale: &Scale, width: u32, height: u32) -> Self {
        let longer = f64::from(width.max(height).max(1));
        let ratio = f64::from(scale.side.round()) / longer;
        let side = |pixels: u32| ((f64::from(pixels) * ratio).round() as u32).max(1);
        let (mut factors, mut left) = (Vec::new(), ratio);
        let mut pixels = u64::from(width) * u64::from(height);
        while left > SLIGHT {
            let factor = (left.ceil() as u32).min(MOST);
            pixels *= u64::from(factor * factor);
            if pixels > LARGEST {
                break;
            }
            left /= f64::from(factor);
            factors.push(factor);
        }
        Self {
            factors,
            size: [side(width), side(height)],
        }
    }
}

/// The picture in its new size.
pub(crate) fn cpu(scale: &Scale, picture: Linear) -> Linear {
    let plan = Plan::new(scale, picture.width, picture.height);
    let picture = plan
        .factors
        .iter()
        .fold(picture, |picture, factor| variation::enlarge(&picture, *factor));
    match plan.size {
        size if size == [picture.width, picture.height] => picture,
        [width, height] => resample::cpu(&picture, &rest(picture.width, width), &rest(picture.height, height)),
    }
}

/// Cubic to make larger, areas to make smaller.
fn rest(from: u32, to: u32) -> Taps {
    if to > from {
        Taps::cubic(from, 0..from, to, 0..to)
    } else {
        Taps::area(from, to)
    }
}

#[cfg(test)]
mod tests;
