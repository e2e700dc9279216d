//! An image encoder of CLIP's shape with its picture processing: a Hugging Face folder, or the small one this program trains.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use diffusion::nn::Activation;
use diffusion::weights::{self, Precision, RandomTensors, SafetensorsFile, TensorSource};
use image::RgbaImage;
use serde_json::{Value, json};

use super::folder::model_file;
use super::named_parameters::{save_parameters, write_whole};
use super::picture_encoder::encode_batches;
use super::{ClipVisionConfig, ClipVisionModel, EncoderError, ImageProcessor, PictureEncoder, Result};

const CLASS: &str = "CLIPVisionModelWithProjection";

/// Pictures to vectors in the space of a text encoder.
#[derive(Debug)]
pub struct ImageEncoder {
    /// The model; trainable where it was made on an autodiff device.
    pub model: ClipVisionModel,
    /// How pictures become pixels.
    pub processor: ImageProcessor,
    device: Device,
}

impl ImageEncoder {
    /// The configuration of the built-in encoder: pictures of 128 by 128 in 64 patches, 6 layers of width 192. With `projection`
    /// 192, the width of the built-in text encoder, it has 2.9 million parameters.
    pub fn built_in_config(projection: usize) -> ClipVisionConfig {
        ClipVisionConfig {
            hidden_size: 192,
            intermediate_size: 768,
            projection_dim: projection,
            num_hidden_layers: 6,
            num_attention_heads: 4,
            num_channels: 3,
            image_size: 128,
            patch_size: 16,
            hidden_act: Activation::Gelu,
            layer_norm_eps: 1e-5,
        }
    }

    /// Untrained, from seeded random weights: weights uniform with variance 1 / fan-in, the class embedding uniform with the
    /// positions' variance 1 / `hidden_size`.
    pub fn random(config: &ClipVisionConfig, seed: u64, device: &Device) -> Result<Self> {
        let source = InitialTensors(RandomTensors::new(seed));
        let (model, _) = weights::build(&source, "", device, Precision::F32, |weights| {
            ClipVisionModel::new(config, weights)
        })?;
        Ok(Self {
            processor: ImageProcessor::clip(config.image_size as u32),
            model,
            device: device.clone(),
        })
    }

    /// A model that is there already, with its picture processing.
    pub fn of(model: ClipVisionModel, processor: ImageProcessor, device: &Device) -> Self {
        Self {
            model,
            processor,
            device: device.clone(),
        }
    }

    /// Reads the folder of a `CLIPModel` or `CLIPVisionModelWithProjection`: `config.json`, `model.safetensors` and, where it is,
    /// `preprocessor_config.json`.
    pub fn open(folder: &Path, device: &Device) -> Result<Self> {
        let weights_path = model_file(CLASS, folder)?;
        let config = ClipVisionConfig::open(&folder.join("config.json"))?;
        let processor = folder.join("preprocessor_config.json");
        let processor = if processor.is_file() {
            ImageProcessor::open(&processor)?
        } else {
            ImageProcessor::clip(config.image_size as u32)
        };
        if processor.crop != (config.image_size as u32, config.image_size as u32) {
            let reason = "preprocessor_config.json crops to another size than the model's `image_size`";
            return Err(EncoderError::folder(CLASS, folder, reason));
        }
        let file = SafetensorsFile::open(&weights_path)?;
        let (model, _) = weights::build(&file, "", device, Precision::F32, |weights| {
            ClipVisionModel::new(&config, weights)
        })?;
        Ok(Self {
            model,
            processor,
            device: device.clone(),
        })
    }

    /// Writes a folder that [`ImageEncoder::open`] and python transformers read; weights in f32, last.
    pub fn save(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).map_err(|error| EncoderError::Save {
            reason: error.to_string(),
            path: folder.to_owned(),
        })?;
        let mut config = json!({"architectures": [CLASS], "model_type": "clip_vision_model"});
        if let (Some(config), Ok(Value::Object(options))) =
            (config.as_object_mut(), serde_json::to_value(self.model.config()))
        {
            config.extend(options);
        }
        write_json(&folder.join("config.json"), &config)?;
        write_json(&folder.join("preprocessor_config.json"), &self.processor.to_json())?;
        save_parameters(&self.model, &folder.join("model.safetensors"))
    }

    /// Trainable numbers of the model.
    pub fn parameters(&self) -> usize {
        self.model.num_params()
    }

    /// Pictures to `[batch, projection_dim]`, not of unit length; on an autodiff device with their graph.
    pub fn forward(&self, pictures: &[RgbaImage]) -> Result<Tensor<2>> {
        Ok(self.model.forward(self.processor.batch(pictures, &self.device)?))
    }
}

impl PictureEncoder for ImageEncoder {
    fn width(&self) -> usize {
        self.model.config().projection_dim
    }

    fn encode(&self, pictures: &[RgbaImage]) -> Result<Vec<Vec<f32>>> {
        encode_batches(pictures, |batch| self.forward(batch))
    }
}

fn write_json(path: &Path, value: &Value) -> Result<()> {
    write_whole(path, format!("{value:#}\n").as_bytes())
}

/// [`RandomTensors`], except that the class embedding, one-dimensional, is not zero.
struct InitialTensors(RandomTensors);

impl TensorSource for InitialTensors {
    fn shape(&self, name: &str, wanted: &[usize]) -> Option<Vec<usize>> {
        self.0.shape(name, wanted)
    }

    fn read(&self, name: &str, shape: &[usize]) -> diffusion::Result<Vec<f32>> {
        match shape {
            [width] if name.ends_with("class_embedding") => self.0.read(name, &[1, *width]),
            _ => self.0.read(name, shape),
        }
    }

    fn names(&self) -> Vec<String> {
        self.0.names()
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path()
    }
}
