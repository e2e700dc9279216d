//! The same by shaders.

use wgpu::Buffer;

use super::extent::Extent;
use crate::gpu::{Frame, shaders, uniforms};
use crate::passes::flood::{EXACT, on_gpu as flood};
use crate::{Corners, Error, Outline};

uniforms! {
    /// Of outline_matte.
    Matte { size: [u32; 2], input_size: [u32; 2], margin: i32, _pad: [u32; 3], }
}

uniforms! {
    /// Of outline_lines.
    Lines { size: [u32; 2], longest: f32, _pad: u32, }
}

uniforms! {
    /// Of outline_join.
    Join { size: [u32; 2], }
}

uniforms! {
    /// Of outline_mitre.
    Mitre { size: [u32; 2], width: f32, _pad: u32, }
}

uniforms! {
    /// Of outline_under.
    Under { size: [u32; 2], input_size: [u32; 2], field_width: u32, inset: u32, growth: i32, _pad: u32, color: [f32; 4], }
}

/// Twin of [`super::cpu`].
pub(crate) fn gpu(outline: &Outline, frame: &mut Frame) -> Result<(), Error> {
    if outline.width <= 0.0 {
        return Ok(());
    }
    let input_size = [frame.width(), frame.height()];
    let extent = Extent::new(outline, input_size[0], input_size[1])?;
    let size = extent.work;
    let uniforms = Matte {
        size,
        input_size,
        margin: extent.margin as i32,
        _pad: [0; 3],
    };
    let matte = frame.run(&shaders::OUTLINE_MATTE, &uniforms, &[&frame.picture()], size)?;
    let seeds = seeds(outline, &extent, frame, &matte)?;
    let nearest = flood::flood(frame, &seeds, size, extent.search)?;
    let grown = match outline.corners {
        Corners::Round => flood::signed_distance(frame, [&matte, &nearest], size, extent.reach)?,
        Corners::Mitre => {
            let uniforms = Mitre {
                size,
                width: outline.width,
                _pad: 0,
            };
            frame.run(&shaders::OUTLINE_MITRE, &uniforms, &[&matte, &seeds, &nearest], size)?
        }
    };
    let field = close(outline, &extent, frame, grown)?;
    under(outline, &extent, frame, &field)
}

fn seeds(outline: &Outline, extent: &Extent, frame: &mut Frame, matte: &Buffer) -> Result<Buffer, Error> {
    let size = extent.work;
    let seeds = flood::contour(frame, matte, size, EXACT)?;
    if outline.bridge <= 0.0 {
        return Ok(seeds);
    }
    let nearest = flood::flood(frame, &seeds, size, extent.search)?;
    let uniforms = Lines {
        size,
        longest: outline.bridge,
        _pad: 0,
    };
    let lines = frame.run(&shaders::OUTLINE_LINES, &uniforms, &[matte, &nearest], size)?;
    frame.run(&shaders::OUTLINE_JOIN, &Join { size }, &[&seeds, &lines], size)
}

fn close(outline: &Outline, extent: &Extent, frame: &mut Frame, grown: Buffer) -> Result<Buffer, Error> {
    let (size, closing) = (extent.work, extent.closing);
    if closing <= 0.0 {
        return Ok(grown);
    }
    let wide = match outline.corners {
        Corners::Round => grown,
        Corners::Mitre => flood::offset(frame, &grown, size, closing)?,
    };
    flood::offset(frame, &wide, size, -closing)
}

fn under(outline: &Outline, extent: &Extent, frame: &mut Frame, field: &Buffer) -> Result<(), Error> {
    let [r, g, b] = outline.color.linear();
    let size = extent.canvas;
    let uniforms = Under {
        size,
        input_size: [frame.width(), frame.height()],
        field_width: extent.work[0],
        inset: extent.margin - extent.growth,
        growth: extent.growth as i32,
        _pad: 0,
        color: [r, g, b, 1.0],
    };
    let picture = frame.run(&shaders::OUTLINE_UNDER, &uniforms, &[&frame.picture(), field], size)?;
    frame.set(picture, size[0], size[1]);
    Ok(())
}
