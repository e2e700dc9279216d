//! A DINOv2 folder: the model with its picture processing.

use std::path::Path;

use burn::tensor::Device;
use image::RgbaImage;

use super::folder::model_file;
use super::picture_encoder::{PictureEncoder, encode_batches};
use super::{Dinov2Config, Dinov2Model, EncoderError, ImageProcessor, Result};
use diffusion::weights::{self, Precision, SafetensorsFile, TensorSource};

const CLASS: &str = "Dinov2Model";

/// Pictures to DINOv2 features: those of the Fréchet distance FDD (Stein et al. 2023, arXiv 2306.04675).
#[derive(Debug)]
pub struct Dinov2 {
    /// The model.
    pub model: Dinov2Model,
    /// How pictures become pixels.
    pub processor: ImageProcessor,
    device: Device,
}

impl Dinov2 {
    /// Reads a Hugging Face folder: `config.json`, `model.safetensors`, `preprocessor_config.json`.
    pub fn open(folder: &Path, device: &Device) -> Result<Self> {
        let weights_path = model_file(CLASS, folder)?;
        let config = Dinov2Config::open(&folder.join("config.json"))?;
        let processor = folder.join("preprocessor_config.json");
        if !processor.is_file() {
            return Err(EncoderError::folder(
                CLASS,
                folder,
                "preprocessor_config.json is missing",
            ));
        }
        let processor = ImageProcessor::open(&processor)?;
        if (processor.crop.0.min(processor.crop.1) as usize) < config.patch_size {
            let reason = "preprocessor_config.json crops to less than a patch";
            return Err(EncoderError::folder(CLASS, folder, reason));
        }
        let file = SafetensorsFile::open(&weights_path)?;
        // Models with a head on top, such as a classifier, keep the encoder under this name.
        let headed = file.names().iter().any(|name| name.starts_with("dinov2."));
        let prefix = if headed { "dinov2" } else { "" };
        let (model, _) = weights::build(&file, prefix, device, Precision::F32, |weights| {
            Dinov2Model::new(&config, weights)
        })?;
        Ok(Self {
            model,
            processor,
            device: device.clone(),
        })
    }
}

impl PictureEncoder for Dinov2 {
    fn width(&self) -> usize {
        self.model.config().hidden_size
    }

    fn encode(&self, pictures: &[RgbaImage]) -> Result<Vec<Vec<f32>>> {
        encode_batches(pictures, |batch| {
            Ok(self.model.forward(self.processor.batch(batch, &self.device)?))
        })
    }
}
