//! The same by shaders.

use super::variation::STEPS;
use super::{Plan, rest};
use crate::gpu::{Frame, shaders, uniforms};
use crate::passes::resample;
use crate::passes::taps::Taps;
use crate::{Error, Scale};

uniforms! {
    /// Of scale_begin, scale_follow and scale_end.
    Size { size: [u32; 2], }
}

uniforms! {
    /// Of scale_look_ahead.
    Blocks { size: [u32; 2], factor: u32, _pad: u32, }
}

/// Twin of [`super::cpu`].
pub(crate) fn gpu(scale: &Scale, frame: &mut Frame) -> Result<(), Error> {
    let plan = Plan::new(scale, frame.width(), frame.height());
    for factor in plan.factors {
        enlarge(frame, factor)?;
    }
    let [width, height] = plan.size;
    if plan.size == [frame.width(), frame.height()] {
        return Ok(());
    }
    let (across, down) = (rest(frame.width(), width), rest(frame.height(), height));
    resample::on_gpu::gpu(frame, &across, &down)
}

/// Twin of [`super::variation::enlarge`].
fn enlarge(frame: &mut Frame, factor: u32) -> Result<(), Error> {
    let small = frame.picture();
    let blocks = [frame.width(), frame.height()];
    let size = blocks.map(|side| side * factor);
    let across = Taps::cubic(blocks[0], 0..blocks[0], size[0], 0..size[0]);
    let down = Taps::cubic(blocks[1], 0..blocks[1], size[1], 0..size[1]);
    resample::on_gpu::gpu(frame, &across, &down)?;
    let uniforms = Size { size };
    let look_ahead = Blocks {
        size: blocks,
        factor,
        _pad: 0,
    };
    let states = frame.run(&shaders::SCALE_BEGIN, &uniforms, &[&frame.picture()], size)?;
    let ahead = frame.storage(u64::from(size[0]) * u64::from(size[1]) * 16)?;
    for _ in 0..STEPS {
        frame.run_into(
            &shaders::SCALE_LOOK_AHEAD,
            &look_ahead,
            &[&small, &states],
            &ahead,
            blocks,
        )?;
        frame.run_into(&shaders::SCALE_FOLLOW, &uniforms, &[&ahead], &states, size)?;
    }
    frame.run_into(
        &shaders::SCALE_LOOK_AHEAD,
        &look_ahead,
        &[&small, &states],
        &ahead,
        blocks,
    )?;
    let picture = frame.run(&shaders::SCALE_END, &uniforms, &[&states, &ahead], size)?;
    frame.set(picture, size[0], size[1]);
    Ok(())
}
