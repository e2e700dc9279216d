//! The passes: each computes on the CPU (`cpu`) and, by the same arithmetic in the same order, on the GPU (`gpu`).

pub(crate) mod behind;
pub(crate) mod blur;
pub(crate) mod bounds;
pub(crate) mod caption;
pub(crate) mod clean_matte;
pub(crate) mod decontaminate;
mod dispatch;
pub(crate) mod fit;
pub(crate) mod flood;
pub(crate) mod foil;
pub(crate) mod gloss;
pub(crate) mod glow;
pub(crate) mod grid;
pub(crate) mod halftone;
mod noise;
pub(crate) mod outline;
pub(crate) mod paper;
pub(crate) mod resample;
pub(crate) mod scale;
pub(crate) mod shadow;
pub(crate) mod taps;
pub(crate) mod wallpaper;

pub(crate) use dispatch::cpu;
#[cfg(feature = "gpu")]
pub(crate) use dispatch::gpu;
