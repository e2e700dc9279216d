//! Light around the sticker.

use super::behind::{self, Behind};
use super::blur::Kernel;
use crate::{Error, Glow, Linear};

/// The blurred alpha is one half at a straight edge: twice that is the whole strength there.
const EDGE_GAIN: f32 = 2.0;

/// Light behind the picture, on a canvas with the room for it. Without strength nothing changes.
pub(crate) fn cpu(effect: &Glow, picture: Linear) -> Result<Linear, Error> {
    match behind_it(effect) {
        Some(light) => behind::cpu(&light, &picture),
        None => Ok(picture),
    }
}

/// The same on the GPU.
#[cfg(feature = "gpu")]
pub(crate) fn gpu(effect: &Glow, frame: &mut crate::gpu::Frame) -> Result<(), Error> {
    behind_it(effect).map_or(Ok(()), |light| behind::gpu(&light, frame))
}

fn behind_it(effect: &Glow) -> Option<Behind> {
    (effect.strength > 0.0).then(|| Behind {
        across: Kernel::gaussian(effect.radius, 0.0),
        down: Kernel::gaussian(effect.radius, 0.0),
        color: effect.color,
        gain: EDGE_GAIN,
        opacity: effect.strength,
    })
}
