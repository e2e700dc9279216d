//! Trims to what is visible and fits it into a canvas.

use std::ops::Range;

use super::bounds::{self, Bounds};
use super::resample;
use super::taps::Taps;
use crate::{Fit, Linear};

/// What is smaller than the room by at most this many pixels is not resampled: so what was fitted stays sharp when it is fitted again.
const TOLERANCE: u32 = 2;

/// The visible part, centred in the canvas and as large as the margin allows. Nothing visible gives an empty canvas.
pub(crate) fn cpu(effect: &Fit, picture: &Linear) -> Linear {
    let [width, height] = canvas(effect);
    match bounds::cpu(picture) {
        None => Linear::empty(width, height),
        Some(bounds) => {
            let [across, down] = taps(effect, bounds, [picture.width, picture.height]);
            resample::cpu(picture, &across, &down)
        }
    }
}

fn canvas(effect: &Fit) -> [u32; 2] {
    [effect.width, effect.height].map(|pixels| pixels.round().max(1.0) as u32)
}

/// How columns and rows of the canvas are made of the picture's.
fn taps(effect: &Fit, bounds: Bounds, input: [u32; 2]) -> [Taps; 2] {
    let canvas = canvas(effect);
    let margin = effect.margin.round() as u32;
    let room = canvas.map(|pixels| pixels.saturating_sub(2 * margin).max(1));
    let visible = [bounds.width(), bounds.height()];
    let size = fitted(visible, room);
    let from = [bounds.left..bounds.right, bounds.top..bounds.bottom];
    let taps = |axis: usize| {
        let start = (canvas[axis] - size[axis]) / 2;
        let onto: Range<u32> = start..start + size[axis];
        Taps::cubic(input[axis], from[axis].clone(), canvas[axis], onto)
    };
    [taps(0), taps(1)]
}

/// The size that a part gets which is to fill the room, in its own proportions.
fn fitted(visible: [u32; 2], room: [u32; 2]) -> [u32; 2] {
    let scale = |axis: usize| f64::from(room[axis]) / f64::from(visible[axis]);
    let tight = usize::from(scale(1) < scale(0));
    if (room[tight].saturating_sub(TOLERANCE)..=room[tight]).contains(&visible[tight]) {
        return visible;
    }
    let scaled = |axis: usize| (f64::from(visible[axis]) * scale(tight)).round() as u32;
    [scaled(0).clamp(1, room[0]), scaled(1).clamp(1, room[1])]
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
mod on_gpu {
    //! The same on the GPU.

    use super::{Fit, bounds, canvas, resample, taps};
    use crate::Error;
    use crate::gpu::Frame;

    /// The visible part, centred in the canvas and as large as the margin allows.
    pub(crate) fn gpu(effect: &Fit, frame: &mut Frame) -> Result<(), Error> {
        if let Some(bounds) = bounds::gpu(frame)? {
            let [across, down] = taps(effect, bounds, [frame.width(), frame.height()]);
            return resample::on_gpu::gpu(frame, &across, &down);
        }
        let [width, height] = canvas(effect);
        let empty = frame.storage(u64::from(width) * u64::from(height) * 16)?;
        frame.set(empty, width, height);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::pictures;

    fn fit(width: f32, height: f32, margin: f32) -> Fit {
        Fit { width, height, margin }
    }

    #[test]
    fn the_margin_is_free_and_the_longer_side_fills_the_rest() {
        let disc = pictures::disc(200, 37.0, [0.6, 0.0, 0.0]);
        let fitted = cpu(&fit(100.0, 120.0, 10.0), &disc);
        assert_eq!((fitted.width, fitted.height), (100, 120));
        assert_eq!(
            bounds::cpu(&fitted),
            Some(Bounds {
                left: 10,
                top: 20,
                right: 90,
                bottom: 100
            })
        );
    }

    #[test]
    fn a_full_picture_stays_full_up_to_the_margin() {
        let full = pictures::drawn(30, 20, |_, _| [0.5, 0.5, 0.5, 1.0]);
        let fitted = cpu(&fit(70.0, 64.0, 2.0), &full);
        let inside = fitted
            .pixels
            .iter()
            .filter(|pixel| (pixel[3] - 1.0).abs() < 1e-6)
            .count();
        let outside = fitted.pixels.iter().filter(|pixel| pixel[3] == 0.0).count();
        assert_eq!((inside, outside), (66 * 44, 70 * 64 - 66 * 44));
    }

    #[test]
    fn what_fits_is_only_moved() {
        let disc = pictures::disc(100, 30.0, [0.6, 0.0, 0.0]);
        let fitted = cpu(&fit(80.0, 80.0, 9.0), &disc);
        for y in 0..80 {
            for x in 0..80 {
                assert_eq!(fitted.at(x, y), disc.at(x + 10, y + 10));
            }
        }
    }

    #[test]
    fn extreme_proportions_keep_at_least_a_pixel() {
        let line = pictures::drawn(2000, 1, |_, _| [1.0; 4]);
        let fitted = cpu(&fit(64.0, 64.0, 0.0), &line);
        assert_eq!(
            bounds::cpu(&fitted).map(|bounds| (bounds.width(), bounds.height())),
            Some((64, 1))
        );
    }
}
