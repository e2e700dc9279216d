//! What makes a picture a sticker: a die-cut outline, a shadow, textures, words, as passes on the GPU, each with a twin on the CPU.

mod canvas;
mod color;
mod declare;
mod edit;
mod edits;
mod effect;
mod error;
mod finish;
#[cfg(feature = "gpu")]
mod gpu;
mod linear;
mod oklab;
mod passes;
mod renderer;
#[cfg(test)]
mod tests;
mod vectorise;

pub use color::Color;
pub use declare::{Range, Unit};
pub use edit::{Crop, Edit, Point, Reach, Stroke, Wand};
pub use effect::{
    Bubble, Caption, CleanMatte, Corners, Decontaminate, Effect, Fit, Foil, Gloss, Glow, Halftone, Outline, Paper,
    Scale, Shadow,
};
pub use error::Error;
pub use finish::{Finish, presets};
pub use linear::Linear;
pub use passes::caption::fonts;
pub use passes::wallpaper::Wallpaper;
pub use renderer::{Finished, Renderer, Source};
pub use vectorise::vectorise;

/// The most pixels a side that the passes work on, growth included.
pub const MAX_SIDE: u32 = 4096;
