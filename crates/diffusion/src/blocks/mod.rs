//! Building blocks that the U-Net and the autoencoder share.

mod resample;
mod resnet;

pub use resample::{Downsample2D, Upsample2D};
pub use resnet::{ResnetBlock2D, ResnetShape};
