//! Resampling of premultiplied pixels, first along rows, then along columns.

use rayon::prelude::*;

use super::taps::Taps;
use crate::Linear;

/// Averages areas: for making smaller.
pub(crate) fn area(picture: &Linear, width: u32, height: u32) -> Linear {
    cpu(
        picture,
        &Taps::area(picture.width, width),
        &Taps::area(picture.height, height),
    )
}

/// Resamples by these weights. Alpha stays within 0 to 1 and colour below alpha.
pub(crate) fn cpu(picture: &Linear, across: &Taps, down: &Taps) -> Linear {
    columns(&rows(picture, across), down)
}

fn rows(picture: &Linear, taps: &Taps) -> Linear {
    let mut output = Linear::empty(taps.len(), picture.height);
    let lines = output
        .pixels
        .par_chunks_mut(taps.len() as usize)
        .zip(picture.pixels.par_chunks(picture.width as usize));
    lines.for_each(|(output, input)| {
        let weights = taps.weights.chunks(taps.count);
        for ((pixel, first), weights) in output.iter_mut().zip(&taps.firsts).zip(weights) {
            for (weight, neighbour) in weights.iter().zip(&input[*first as usize..]) {
                add(pixel, *weight, neighbour);
            }
            *pixel = in_range(*pixel);
        }
    });
    output
}

fn columns(picture: &Linear, taps: &Taps) -> Linear {
    let width = picture.width as usize;
    let mut output = Linear::empty(picture.width, taps.len());
    let lines = output
        .pixels
        .par_chunks_mut(width)
        .zip(&taps.firsts)
        .zip(taps.weights.par_chunks(taps.count));
    lines.for_each(|((output, first), weights)| {
        let inputs = picture.pixels[*first as usize * width..].chunks(width);
        for (weight, input) in weights.iter().zip(inputs) {
            for (pixel, neighbour) in output.iter_mut().zip(input) {
                add(pixel, *weight, neighbour);
            }
        }
        for pixel in output {
            *pixel = in_range(*pixel);
        }
    });
    output
}

fn add(sum: &mut [f32; 4], weight: f32, pixel: &[f32; 4]) {
    for (sum, component) in sum.iter_mut().zip(pixel) {
        *sum += weight * component;
    }
}

/// Alpha to 0 to 1, no colour above alpha.
fn in_range([r, g, b, a]: [f32; 4]) -> [f32; 4] {
    let alpha = a.clamp(0.0, 1.0);
    [r.clamp(0.0, alpha), g.clamp(0.0, alpha), b.clamp(0.0, alpha), alpha]
}

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by a shader, twice.

    use crate::Error;
    use crate::gpu::{Frame, shaders, uniforms};
    use crate::passes::taps::Taps;

    uniforms! {
        /// Of resample.
        Uniforms { size: [u32; 2], axis: [u32; 2], tap_stride: u32, line_stride: u32, count: u32, }
    }

    /// Resamples by these weights.
    pub(crate) fn gpu(frame: &mut Frame, across: &Taps, down: &Taps) -> Result<(), Error> {
        let rows = Uniforms {
            size: [across.len(), frame.height()],
            axis: [1, 0],
            tap_stride: 1,
            line_stride: frame.width(),
            count: across.count as u32,
        };
        along(frame, across, &rows)?;
        let columns = Uniforms {
            size: [across.len(), down.len()],
            axis: [0, 1],
            tap_stride: frame.width(),
            line_stride: 1,
            count: down.count as u32,
        };
        along(frame, down, &columns)
    }

    fn along(frame: &mut Frame, taps: &Taps, uniforms: &Uniforms) -> Result<(), Error> {
        let firsts = frame.upload(&taps.firsts)?;
        let weights = frame.upload(&taps.weights)?;
        let output = frame.run(
            &shaders::RESAMPLE,
            uniforms,
            &[&frame.picture(), &firsts, &weights],
            uniforms.size,
        )?;
        frame.set(output, uniforms.size[0], uniforms.size[1]);
        Ok(())
    }
}
