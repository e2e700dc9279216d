//! A soft shadow behind the sticker.

use super::behind::{self, Behind};
use super::blur::Kernel;
use crate::{Error, Linear, Shadow};

/// Shadow behind the picture, on a canvas with the room for it. Without opacity nothing changes.
pub(crate) fn cpu(effect: &Shadow, picture: Linear) -> Result<Linear, Error> {
    match behind_it(effect) {
        Some(shadow) => behind::cpu(&shadow, &picture),
        None => Ok(picture),
    }
}

/// The same on the GPU.
#[cfg(feature = "gpu")]
pub(crate) fn gpu(effect: &Shadow, frame: &mut crate::gpu::Frame) -> Result<(), Error> {
    behind_it(effect).map_or(Ok(()), |shadow| behind::gpu(&shadow, frame))
}

fn behind_it(effect: &Shadow) -> Option<Behind> {
    (effect.opacity > 0.0).then(|| Behind {
        across: Kernel::gaussian(effect.blur, effect.offset_x),
        down: Kernel::gaussian(effect.blur, effect.offset_y),
        color: effect.color,
        gain: 1.0,
        opacity: effect.opacity,
    })
}
