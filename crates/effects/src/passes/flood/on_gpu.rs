//! The same by shaders.

use wgpu::Buffer;

use super::{FINE, strides};
use crate::Error;
use crate::gpu::{Frame, shaders, uniforms};

uniforms! {
    /// Of jump_flood.
    Round { size: [u32; 2], stride: i32, _pad: u32, }
}

uniforms! {
    /// Of contour.
    Contour { size: [u32; 2], subdivisions: f32, _pad: u32, }
}

uniforms! {
    /// Of signed_distance.
    Distance { size: [u32; 2], by: f32, _pad: u32, }
}

uniforms! {
    /// Of opaque_seeds.
    Opaque { size: [u32; 2], least: u32, _pad: u32, }
}

/// Twin of [`super::opaque`], for the frame's picture: `array<vec2<f32>>`.
pub(crate) fn opaque(frame: &mut Frame, least: u32) -> Result<Buffer, Error> {
    let size = [frame.width(), frame.height()];
    frame.run(
        &shaders::OPAQUE_SEEDS,
        &Opaque { size, least, _pad: 0 },
        &[&frame.picture()],
        size,
    )
}

/// Twin of [`super::flood`]: `array<vec2<f32>>`.
pub(crate) fn flood(frame: &mut Frame, seeds: &Buffer, size: [u32; 2], reach: f32) -> Result<Buffer, Error> {
    let mut from = seeds.clone();
    let mut spare = None;
    for stride in strides(reach) {
        let round = Round { size, stride, _pad: 0 };
        let to = match spare.take() {
            Some(buffer) => {
                frame.run_into(&shaders::JUMP_FLOOD, &round, &[&from], &buffer, size)?;
                buffer
            }
            None => frame.run(&shaders::JUMP_FLOOD, &round, &[&from], size)?,
        };
        let used = std::mem::replace(&mut from, to);
        // The caller's seeds stay as they are.
        spare = (used != *seeds).then_some(used);
    }
    Ok(from)
}

/// Twin of [`super::contour`]: `array<vec2<f32>>`.
pub(crate) fn contour(frame: &mut Frame, field: &Buffer, size: [u32; 2], subdivisions: f32) -> Result<Buffer, Error> {
    frame.run(
        &shaders::CONTOUR,
        &Contour {
            size,
            subdivisions,
            _pad: 0,
        },
        &[field],
        size,
    )
}

/// Twin of [`super::signed_distance`]: `array<f32>`.
pub(crate) fn signed_distance(
    frame: &mut Frame,
    [field, nearest]: [&Buffer; 2],
    size: [u32; 2],
    by: f32,
) -> Result<Buffer, Error> {
    frame.run(
        &shaders::SIGNED_DISTANCE,
        &Distance { size, by, _pad: 0 },
        &[field, nearest],
        size,
    )
}

/// Twin of [`super::offset`]: `array<f32>`.
pub(crate) fn offset(frame: &mut Frame, field: &Buffer, size: [u32; 2], by: f32) -> Result<Buffer, Error> {
    let seeds = contour(frame, field, size, FINE)?;
    let nearest = flood(frame, &seeds, size, by.abs() + 2.0)?;
    signed_distance(frame, [field, &nearest], size, by)
}
