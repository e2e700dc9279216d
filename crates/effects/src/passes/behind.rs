//! A colour behind the picture: what shadows and glows have in common.

use rayon::prelude::*;

use super::blur::{self, Kernel};
use crate::{Color, Error, Linear};

/// The picture's own shape, blurred and moved, in one colour.
#[derive(Clone, Debug)]
pub(crate) struct Behind {
    /// Along the rows.
    pub across: Kernel,
    /// Along the columns.
    pub down: Kernel,
    /// Its colour.
    pub color: Color,
    /// What the blurred alpha is multiplied by before it is cut off at 1.
    pub gain: f32,
    /// How dense it is where the blurred alpha is 1.
    pub opacity: f32,
}

/// `picture` over the colour. What is opaque stays as it is.
pub(crate) fn cpu(behind: &Behind, picture: &Linear) -> Result<Linear, Error> {
    let plane = blur::cpu(picture, &behind.across, &behind.down)?;
    let growth = blur::growth(&behind.across, &behind.down);
    let (width, height) = growth.grown(picture.width, picture.height)?;
    let [r, g, b] = behind.color.linear();
    let mut output = Linear::empty(width, height);
    let rows = output
        .pixels
        .par_chunks_mut(width as usize)
        .zip(plane.par_chunks(width as usize))
        .enumerate();
    rows.for_each(|(y, (output, plane))| {
        let source = y
            .checked_sub(growth.top as usize)
            .and_then(|y| picture.pixels.chunks(picture.width as usize).nth(y));
        if let Some(source) = source {
            output[growth.left as usize..][..source.len()].copy_from_slice(source);
        }
        for (over, plane) in output.iter_mut().zip(plane) {
            let density = (plane * behind.gain).min(1.0) * behind.opacity;
            let part = density * (1.0 - over[3]);
            *over = [
                over[0] + r * part,
                over[1] + g * part,
                over[2] + b * part,
                over[3] + part,
            ];
        }
    });
    Ok(output)
}

#[cfg(feature = "gpu")]
pub(crate) use on_gpu::gpu;

#[cfg(feature = "gpu")]
pub(crate) mod on_gpu {
    //! The same by a shader.

    use super::{Behind, Error, blur};
    use crate::gpu::{Frame, shaders, uniforms};

    uniforms! {
        /// Of behind.
        Uniforms { size: [u32; 2], input_size: [u32; 2], origin: [i32; 2], gain: f32, opacity: f32, color: [f32; 4], }
    }

    /// The picture over the colour.
    pub(crate) fn gpu(behind: &Behind, frame: &mut Frame) -> Result<(), Error> {
        let plane = blur::gpu(frame, &behind.across, &behind.down)?;
        let growth = blur::growth(&behind.across, &behind.down);
        let (width, height) = growth.grown(frame.width(), frame.height())?;
        let [r, g, b] = behind.color.linear();
        let uniforms = Uniforms {
            size: [width, height],
            input_size: [frame.width(), frame.height()],
            origin: [growth.left as i32, growth.top as i32],
            gain: behind.gain,
            opacity: behind.opacity,
            color: [r, g, b, 1.0],
        };
        let output = frame.run(&shaders::BEHIND, &uniforms, &[&frame.picture(), &plane], uniforms.size)?;
        frame.set(output, width, height);
        Ok(())
    }
}
