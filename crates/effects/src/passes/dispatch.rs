//! Which pass an effect is.

use crate::{Effect, Error, Linear};

use super::{caption, clean_matte, decontaminate, fit, foil, gloss, glow, halftone, outline, paper, scale, shadow};

/// Does the effect on the CPU.
pub(crate) fn cpu(effect: &Effect, picture: Linear) -> Result<Linear, Error> {
    match effect {
        Effect::Caption(effect) => caption::cpu(effect, picture),
        Effect::CleanMatte(effect) => Ok(clean_matte::cpu(effect, picture)),
        Effect::Decontaminate(effect) => Ok(decontaminate::cpu(effect, picture)),
        Effect::Fit(effect) => Ok(fit::cpu(effect, &picture)),
        Effect::Foil(effect) => Ok(foil::cpu(effect, picture)),
        Effect::Halftone(effect) => Ok(halftone::cpu(effect, picture)),
        Effect::Paper(effect) => Ok(paper::cpu(effect, picture)),
        Effect::Gloss(effect) => Ok(gloss::cpu(effect, picture)),
        Effect::Glow(effect) => glow::cpu(effect, picture),
        Effect::Outline(effect) => outline::cpu(effect, picture),
        Effect::Scale(effect) => Ok(scale::cpu(effect, picture)),
        Effect::Shadow(effect) => shadow::cpu(effect, picture),
    }
}

/// Does the effect on the GPU.
#[cfg(feature = "gpu")]
pub(crate) fn gpu(effect: &Effect, frame: &mut crate::gpu::Frame) -> Result<(), Error> {
    match effect {
        Effect::Caption(effect) => caption::gpu(effect, frame),
        Effect::CleanMatte(effect) => clean_matte::gpu(effect, frame),
        Effect::Decontaminate(effect) => decontaminate::gpu(effect, frame),
        Effect::Fit(effect) => fit::gpu(effect, frame),
        Effect::Foil(effect) => foil::gpu(effect, frame),
        Effect::Halftone(effect) => halftone::gpu(effect, frame),
        Effect::Paper(effect) => paper::gpu(effect, frame),
        Effect::Gloss(effect) => gloss::gpu(effect, frame),
        Effect::Glow(effect) => glow::gpu(effect, frame),
        Effect::Outline(effect) => outline::gpu(effect, frame),
        Effect::Scale(effect) => scale::gpu(effect, frame),
        Effect::Shadow(effect) => shadow::gpu(effect, frame),
    }
}
