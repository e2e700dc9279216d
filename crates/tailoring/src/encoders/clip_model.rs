//! A CLIP folder: pictures and texts in one space.

use std::path::Path;

use burn::tensor::{Device, Tensor};
use diffusion::text_encoder::{CLIPTextModel, HiddenState, Tokenizer};
use diffusion::weights::{self, Precision, SafetensorsFile};
use image::RgbaImage;

use super::clip_config::open_clip_text_config;
use super::folder::model_file;
use super::picture_encoder::{PictureEncoder, to_rows};
use super::{ImageEncoder, Result};

/// Texts computed at once.
const BATCH: usize = 32;

/// transformers' `CLIPModel` with its processor: the two encoders of a CLIP score (Hessel et al. 2021, arXiv 2104.08718).
pub struct ClipModel {
    /// The picture side.
    pub image_encoder: ImageEncoder,
    text_encoder: CLIPTextModel,
    tokenizer: Tokenizer,
}

impl ClipModel {
    /// Reads a Hugging Face folder: `config.json`, `model.safetensors`, `preprocessor_config.json` and the tokenizer's files.
    pub fn open(folder: &Path, device: &Device) -> Result<Self> {
        let file = SafetensorsFile::open(&model_file("CLIPModel", folder)?)?;
        let config = open_clip_text_config(&folder.join("config.json"))?;
        let (text_encoder, _) = weights::build(&file, "", device, Precision::F32, |weights| {
            CLIPTextModel::new(&config, "text_model", weights)
        })?;
        Ok(Self {
            image_encoder: ImageEncoder::open(folder, device)?,
            tokenizer: Tokenizer::open(folder, config.max_position_embeddings)?,
            text_encoder,
        })
    }

    /// Token ids, one row of equal length a text, to `[batch, projection_dim]`, not of unit length.
    pub fn forward_texts(&self, token_ids: &[Vec<u32>]) -> Tensor<2> {
        self.text_encoder.forward(token_ids, HiddenState::Last).pooled
    }

    /// One vector a text; what is too long for the model is cut, as transformers does with `truncation=True`.
    pub fn encode_texts(&self, texts: &[impl AsRef<str>]) -> Result<Vec<Vec<f32>>> {
        let mut rows = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            let ids = batch.iter().map(|text| Ok(self.tokenizer.encode(text.as_ref())?.ids));
            rows.extend(to_rows(self.forward_texts(&ids.collect::<Result<Vec<_>>>()?))?);
        }
        Ok(rows)
    }
}

impl PictureEncoder for ClipModel {
    fn width(&self) -> usize {
        self.image_encoder.width()
    }

    fn encode(&self, pictures: &[RgbaImage]) -> Result<Vec<Vec<f32>>> {
        self.image_encoder.encode(pictures)
    }
}
