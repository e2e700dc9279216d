//! The Gaussian blur of a picture's alpha, which may move it, too.

use rayon::prelude::*;

use crate::canvas::Growth;
use crate::{Error, Linear};

/// A kernel along one axis: `output[x] = sum of weights[k] * input[x + first + k]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kernel {
    /// Where it begins, relative to the pixel.
    pub first: i32,
    /// They sum to 1.
    pub weights: Vec<f32>,
}

/// Below this standard deviation (pixels) a sampled Gaussian is no longer one.
const SHARP: f32 = 0.25;

impl Kernel {
    /// A Gaussian of the standard deviation `sigma`, sampled and cut off beyond 3 sigma, that moves the picture by `shift` pixels,
    /// parts of one included. Without blur it moves by linear interpolation.
    pub(crate) fn gaussian(sigma: f32, shift: f32) -> Self {
        let reach = if sigma < SHARP { 0.0 } else { (3.0 * sigma).ceil() };
        let (first, last) = ((-shift - reach).floor() as i32, (-shift + reach).ceil() as i32);
        let weight = |offset: i32| {
            let distance = f64::from(offset) + f64::from(shift);
            if sigma < SHARP {
                (1.0 - distance.abs()).max(0.0)
            } else {
                (-0.5 * (distance / f64::from(sigma)).powi(2)).exp()
            }
        };
        let weights: Vec<f64> = (first..=last).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        Self {
            first,
            weights: weights.iter().map(|weight| (weight / sum) as f32).collect(),
        }
    }

    /// How far the result reaches beyond the picture, before and after it.
    fn overhang(&self) -> [u32; 2] {
        let last = self.first + self.weights.len() as i32 - 1;
        [last.max(0) as u32, (-self.first).max(0) as u32]
    }
}

/// The room that a blur needs around a picture.
pub(crate) fn growth(across: &Kernel, down: &Kernel) -> Growth {
    let ([left, right], [top, bottom]) = (across.overhang(), down.overhang());
    Growth {
        left,
        top,
        right,
        bottom,
    }
}

/// The blurred alpha, on a canvas that is larger by [`growth`].
pub(crate) fn cpu(picture: &Linear, across: &Kernel, down: &Kernel) -> Result<Vec<f32>, Error> {
    let growth = growth(across, down);
    let (width, height) = growth.grown(picture.width, picture.height)?;
    let rows = rows(picture, across, growth.left, width);
    Ok(columns(&rows, down, growth.top, [width, height]))
}

fn rows(picture: &Linear, kernel: &Kernel, left: u32, width: u32) -> Vec<f32> {
    let mut output = vec![0.0; width as usize * picture.height as usize];
    let lines = output
        .par_chunks_mut(width as usize)
        .zip(picture.pixels.par_chunks(picture.width as usize));
    lines.for_each(|(output, input)| {
        for (k, weight) in (kernel.first..).zip(&kernel.weights) {
            // The growth leaves room before the first column of every tap.
            let start = (left as i32 - k) as usize;
            for (sum, pixel) in output[start..].iter_mut().zip(input) {
                *sum += weight * pixel[3];
            }
        }
    });
    output
}

fn columns(rows: &[f32], kernel: &Kernel, top: u32, [width, height]: [u32; 2]) -> Vec<f32> {
    let width = width as usize;
    let mut output = vec![0.0; width * height as usize];
    output.par_chunks_mut(width).enumerate().for_each(|(y, output)| {
        for (k, weight) in (kernel.first..).zip(&kernel.weights) {
            let row = y as i64 - i64::from(top) + i64::from(k);
            let Some(input) = usize::try_from(row).ok().and_then(|row| rows.chunks(width).nth(row)) else {
                continue;
            };
            for (sum, value) in output.iter_mut().zip(input) {
                *sum += weight * value;
            }
        }
    });
    output
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by two shaders.

    use super::{Error, Kernel, growth};
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of blur_rows.
        Rows { size: [u32; 2], input_width: u32, left: i32, first: i32, count: u32, }
    }

    uniforms! {
        /// Of blur_columns.
        Columns { size: [u32; 2], input_height: u32, top: i32, first: i32, count: u32, }
    }

    /// The blurred alpha as `array<f32>`, on a canvas that is larger by [`growth`].
    pub(crate) fn gpu(frame: &mut Frame, across: &Kernel, down: &Kernel) -> Result<wgpu::Buffer, Error> {
        let growth = growth(across, down);
        let (width, height) = growth.grown(frame.width(), frame.height())?;
        let rows = Rows {
            size: [width, frame.height()],
            input_width: frame.width(),
            left: growth.left as i32,
            first: across.first,
            count: across.weights.len() as u32,
        };
        let weights = frame.upload(&across.weights)?;
        let plane = frame.run(&shaders::BLUR_ROWS, &rows, &[&frame.picture(), &weights], rows.size)?;
        let columns = Columns {
            size: [width, height],
            input_height: frame.height(),
            top: growth.top as i32,
            first: down.first,
            count: down.weights.len() as u32,
        };
        let weights = frame.upload(&down.weights)?;
        frame.run(&shaders::BLUR_COLUMNS, &columns, &[&plane, &weights], columns.size)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::tests::pictures;

    fn numbers(rows: &Value) -> Vec<Vec<f32>> {
        serde_json::from_value(rows.clone()).unwrap()
    }

    #[test]
    fn it_is_that_of_scipy() {
        let fixture: Value = serde_json::from_str(include_str!("../../fixtures/blur.json")).unwrap();
        let (room, alpha) = (fixture["room"].as_u64().unwrap() as u32, numbers(&fixture["alpha"]));
        let picture = pictures::drawn(9, 7, |x, y| [0.0, 0.0, 0.0, alpha[y as usize][x as usize]]);
        for case in fixture["cases"].as_array().unwrap() {
            let sigma = case["sigma"].as_f64().unwrap() as f32;
            let shift: [f32; 2] = serde_json::from_value(case["shift"].clone()).unwrap();
            let kernels = shift.map(|shift| Kernel::gaussian(sigma, shift));
            let (growth, plane) = (
                growth(&kernels[0], &kernels[1]),
                cpu(&picture, &kernels[0], &kernels[1]).unwrap(),
            );
            let width = (9 + growth.left + growth.right) as usize;
            for (y, row) in (0..).zip(plane.chunks(width)) {
                for (x, value) in (0..).zip(row) {
                    let expected = numbers(&case["expected"])[room as usize + y - growth.top as usize]
                        [room as usize + x - growth.left as usize];
                    assert!(
                        (value - expected).abs() < 2e-6,
                        "({x}, {y}) is {value}, not {expected}: {sigma}, {shift:?}"
                    );
                }
            }
            let sums = [plane.iter().sum::<f32>(), alpha.iter().flatten().sum()];
            assert!((sums[0] - sums[1]).abs() < 1e-3, "{sums:?}: nothing is cut off");
        }
    }

    #[test]
    fn without_blur_whole_pixels_only_move() {
        assert_eq!(
            Kernel::gaussian(0.0, 3.0),
            Kernel {
                first: -3,
                weights: vec![1.0]
            }
        );
        assert_eq!(Kernel::gaussian(0.0, 0.5).weights, [0.5, 0.5]);
    }
}
