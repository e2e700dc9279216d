//! Latents and prompt embeddings on disk, by what they were made of: a second run on the same pictures begins at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor};
use diffusion::autoencoder::AutoencoderKL;
use diffusion::pipeline::{ModelFolder, TextEncoder, picture_tensor};
use diffusion::weights::{NamedTensor, SafetensorsFile, TensorSource, write_safetensors};
use image::RgbaImage;
use sha2::{Digest, Sha256};

use super::TrainingError;
use super::files::write_whole;
use super::picture::{fit, latent_alpha, to_picture};

/// Part of every key: another way of making the same thing is another thing.
const FORMAT: &str = "1";

/// A picture as the training sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct CachedPicture {
    /// The autoencoder's posterior mean, scaled, `[channels, height, width]`; of the mirrored picture in the second place.
    pub latents: [Vec<f32>; 2],
    /// Mean alpha of each latent position, `[height, width]`; mirrored in the second place.
    pub alpha: [Vec<f32>; 2],
}

/// The folder of cached tensors for one model.
pub struct Cache {
    folder: PathBuf,
    model: String,
}

/// The encoders of a model, needed only for what is not cached yet.
struct Encoders {
    text_encoder: TextEncoder,
    autoencoder: AutoencoderKL,
    device: Device,
    side: u32,
    factor: u32,
}

/// Encoders that are loaded when something is not cached, and not before.
pub struct LazyEncoders<'a> {
    model: &'a ModelFolder,
    device: &'a Device,
    loaded: Option<Encoders>,
}

impl<'a> LazyEncoders<'a> {
    /// Those of `model`, to be loaded onto `device`.
    pub fn new(model: &'a ModelFolder, device: &'a Device) -> Self {
        Self {
            model,
            device,
            loaded: None,
        }
    }

    fn get(&mut self) -> Result<&Encoders, TrainingError> {
        let loaded = match self.loaded.take() {
            Some(loaded) => loaded,
            None => Encoders::load(self.model, self.device)?,
        };
        Ok(self.loaded.insert(loaded))
    }
}

impl Encoders {
    /// Loads text encoder and autoencoder in f32.
    fn load(model: &ModelFolder, device: &Device) -> Result<Self, TrainingError> {
        let precision = diffusion::weights::Precision::F32;
        Ok(Self {
            text_encoder: model.load_text_encoder(device)?.module,
            autoencoder: model.load_autoencoder(device, precision)?.module,
            device: device.clone(),
            side: model.defaults().size,
            factor: model.size_multiple(),
        })
    }

    fn picture(&self, picture: &RgbaImage) -> Result<CachedPicture, TrainingError> {
        let fitted = fit(picture, self.side);
        let mirrored = image::imageops::flip_horizontal(&fitted);
        let latents = [&fitted, &mirrored].map(|picture| {
            let scaling = self.autoencoder.config().scaling_factor;
            let input = picture_tensor(&to_picture(picture), self.autoencoder.config().encoded(), &self.device);
            values(self.autoencoder.encode(input).mean.mul_scalar(scaling))
        });
        let [latents, mirrored_latents] = latents;
        Ok(CachedPicture {
            latents: [latents?, mirrored_latents?],
            alpha: [&fitted, &mirrored].map(|picture| latent_alpha(picture, self.factor)),
        })
    }

    fn caption(&self, caption: &str) -> Result<Vec<f32>, TrainingError> {
        values(self.text_encoder.encode(caption)?.0.hidden_states)
    }
}

/// The values of a tensor, on the host.
pub(super) fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, TrainingError> {
    let failed = |reason: String| {
        TrainingError::Model(diffusion::Error::Device {
            doing: "reading from the device".to_owned(),
            reason,
        })
    };
    let data = tensor.try_into_data().map_err(|error| failed(format!("{error:?}")))?;
    data.convert::<f32>()
        .try_to_vec()
        .map_err(|error| failed(format!("{error:?}")))
}

impl Cache {
    /// The cache in `folder` for the model with that hash.
    pub fn new(folder: &Path, model_sha256: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            model: model_sha256.to_owned(),
        }
    }

    /// The latents of a picture, from the cache, or made by `encoders`. `content` is the hash of the picture's file.
    pub fn picture(
        &self,
        content: &str,
        decode: impl FnOnce() -> Result<RgbaImage, TrainingError>,
        encoders: &mut LazyEncoders<'_>,
    ) -> Result<CachedPicture, TrainingError> {
        let path = self.path("picture", content);
        if let Some(cached) = read_picture(&path) {
            return Ok(cached);
        }
        let made = encoders.get()?.picture(&decode()?)?;
        let [latents, mirrored] = &made.latents;
        let [alpha, mirrored_alpha] = &made.alpha;
        write(
            &path,
            &[
                ("latents", latents),
                ("mirrored_latents", mirrored),
                ("alpha", alpha),
                ("mirrored_alpha", mirrored_alpha),
            ],
        )?;
        Ok(made)
    }

    /// The embedding of a caption, `[tokens, width]`, from the cache, or made by `encoders`.
    pub fn caption(&self, caption: &str, encoders: &mut LazyEncoders<'_>) -> Result<Vec<f32>, TrainingError> {
        let path = self.path("caption", caption);
        if let Some(values) = read(&path, "hidden_states") {
            return Ok(values);
        }
        let made = encoders.get()?.caption(caption)?;
        write(&path, &[("hidden_states", &made)])?;
        Ok(made)
    }

    fn path(&self, kind: &str, content: &str) -> PathBuf {
        let mut hash = Sha256::new();
        for part in [FORMAT, &self.model, kind, content] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let name = hash
            .finalize()
            .iter()
            .fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
        self.folder.join(&name[..2]).join(format!("{name}.safetensors"))
    }
}

fn write(path: &Path, tensors: &[(&str, &Vec<f32>)]) -> Result<(), TrainingError> {
    let shapes: Vec<_> = tensors.iter().map(|(_, values)| [values.len()]).collect();
    let tensors: Vec<_> = tensors
        .iter()
        .zip(&shapes)
        .map(|((name, values), shape)| NamedTensor { name, shape, values })
        .collect();
    write_whole(path, |file| write_safetensors(file, &tensors, &BTreeMap::new()))
}

fn read_picture(path: &Path) -> Option<CachedPicture> {
    Some(CachedPicture {
        latents: [read(path, "latents")?, read(path, "mirrored_latents")?],
        alpha: [read(path, "alpha")?, read(path, "mirrored_alpha")?],
    })
}

/// Nothing when it is not there, or damaged: then it is made anew.
fn read(path: &Path, name: &str) -> Option<Vec<f32>> {
    let file = SafetensorsFile::open(path).ok()?;
    let shape = file.shape(name, &[])?;
    let values = file.read(name, &shape).ok()?;
    values.iter().all(|value| value.is_finite()).then_some(values)
}
