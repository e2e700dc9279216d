//! What the measures see: encoders, each with the name that the report gives it.

use std::path::Path;

use burn::tensor::Device;
use diffusion::pipeline::{ModelFolder, TextEncoder};
use image::RgbaImage;

use crate::encoders::{ClipModel, EncoderError, ImageEncoder, Lpips, PictureEncoder, TextProjection};

/// Texts and pictures in one space.
pub trait JointEncoder: PictureEncoder {
    /// One vector of [`PictureEncoder::width`] numbers a text, not of unit length.
    fn encode_texts(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError>;
}

impl JointEncoder for ClipModel {
    fn encode_texts(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        ClipModel::encode_texts(self, texts)
    }
}

/// The pair that needs nothing added: a model's own text encoder, and the small image encoder that was trained onto it.
pub struct BuiltInEncoder {
    /// Pictures to vectors.
    pub image: ImageEncoder,
    /// Prompts to states.
    pub text: TextEncoder,
    /// These states to vectors.
    pub projection: TextProjection,
}

impl BuiltInEncoder {
    /// Reads the image encoder and the projection of `folder`. `model` must be the one whose text encoder they were trained
    /// onto, whatever model is evaluated.
    pub fn open(folder: &Path, model: &ModelFolder, device: &Device) -> Result<Self, EncoderError> {
        let image = ImageEncoder::open(folder, device)?;
        let text = model.load_text_encoder(device)?.module;
        let text_width = model.unet().cross_attention_dim;
        let projection = TextProjection::open(folder, text_width, image.width(), device)?;
        Ok(Self {
            image,
            text,
            projection,
        })
    }
}

impl PictureEncoder for BuiltInEncoder {
    fn width(&self) -> usize {
        self.image.width()
    }

    fn encode(&self, pictures: &[RgbaImage]) -> Result<Vec<Vec<f32>>, EncoderError> {
        self.image.encode(pictures)
    }
}

impl JointEncoder for BuiltInEncoder {
    fn encode_texts(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        self.projection.encode(&self.text, texts)
    }
}

/// An encoder and what the report calls it.
#[derive(Clone, Debug)]
pub struct Named<E> {
    /// "built-in text and image encoders", "DINOv2 base".
    pub name: String,
    /// The encoder.
    pub encoder: E,
}

/// What an evaluation measures with.
pub struct Encoders<'a> {
    /// For prompt alignment.
    pub joint: Named<&'a dyn JointEncoder>,
    /// For style distances, and for diversity where there is no LPIPS.
    pub style: Named<&'a dyn PictureEncoder>,
    /// For diversity; on the device that pictures are drawn on.
    pub lpips: Option<&'a Lpips>,
}
