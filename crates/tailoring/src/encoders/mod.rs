//! Vision encoders: what the metrics see in a picture, and the image encoder that this program trains itself.
//!
//! Models of Hugging Face folders are read by their configurations with transformers' names: [`ClipModel`] and [`ImageEncoder`]
//! (`CLIPVisionModelWithProjection`), [`Dinov2`]; [`Lpips`] reads the `lpips` package's weights. Statistics of features are not
//! made here.

mod clip_config;
mod clip_model;
mod clip_vision;
mod config;
mod dinov2;
mod dinov2_config;
mod dinov2_folder;
mod error;
mod folder;
mod image_encoder;
mod image_processor;
mod lpips;
mod lpips_backbone;
mod named_parameters;
mod picture_encoder;
mod positions;
mod resample;
#[cfg(test)]
mod tests;
mod text_projection;
mod transformer;

pub use clip_config::ClipVisionConfig;
pub use clip_model::ClipModel;
pub use clip_vision::ClipVisionModel;
pub use dinov2::Dinov2Model;
pub use dinov2_config::Dinov2Config;
pub use dinov2_folder::Dinov2;
pub use error::{EncoderError, Result};
pub use image_encoder::ImageEncoder;
pub use image_processor::{ImageProcessor, Resize, over_ground};
pub use lpips::{Lpips, LpipsFeatures};
pub use lpips_backbone::Backbone;
pub use named_parameters::save_parameters;
pub use picture_encoder::PictureEncoder;
pub use resample::resize_bicubic;
pub use text_projection::{TextProjection, mean_state};
