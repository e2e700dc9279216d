//! A diffusers folder: what it holds, checked before any weight is read.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::StudioHints;
use crate::autoencoder::{AutoencoderConfig, PictureChannels};
use crate::config::read_json_object;
use crate::error::{Error, Result};
use crate::hexadecimal::hexadecimal;
use crate::schedulers::{Scheduler, SchedulerClass, SchedulerConfig, StrengthRule};
use crate::text_encoder::{ClipTextConfig, Tokenizer};
use crate::unet::UNetConfig;
use crate::weights::weights_file;

/// The pipeline classes whose computation this program does.
const CLASSES: [&str; 4] = [
    "StableDiffusionPipeline",
    "StableDiffusionImg2ImgPipeline",
    "LatentConsistencyModelPipeline",
    "LatentConsistencyModelImg2ImgPipeline",
];

/// A model folder whose every configuration has been read and found computable.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    path: PathBuf,
    pub(super) text_encoder: ClipTextConfig,
    pub(super) unet: UNetConfig,
    pub(super) autoencoder: AutoencoderConfig,
    pub(super) scheduler: SchedulerConfig,
    pub(super) hints: StudioHints,
    pub(super) strength_rule: StrengthRule,
    weights: [PathBuf; 3],
}

/// What a request leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GenerationDefaults {
    /// Denoising steps.
    pub num_inference_steps: usize,
    /// How strictly the prompt is followed.
    pub guidance_scale: f32,
    /// Height and width in pixels.
    pub size: u32,
}

/// Facts of a model, for people.
#[derive(Clone, Debug, Serialize)]
pub struct ModelFacts {
    /// The folder's name.
    pub name: String,
    /// The scheduler's class.
    pub sampler: String,
    /// What the U-Net predicts.
    pub prediction_type: String,
    /// Channels of the latents.
    pub latent_channels: usize,
    /// Width of the prompt embedding: 768 for Stable Diffusion 1, 1024 for 2.
    pub cross_attention_dim: usize,
    /// Most tokens of a prompt.
    pub prompt_tokens: usize,
    /// Whether it decodes an alpha channel.
    pub native_alpha: bool,
    /// Styles it was trained on.
    pub styles: Vec<String>,
    /// What a request may leave open.
    pub defaults: GenerationDefaults,
    /// Bytes of all weights files.
    pub weights_bytes: u64,
    /// Over all weights files.
    pub sha256: String,
}

/// The scheduler's configuration as the pipeline named `pipeline` uses it.
fn read_scheduler(folder: &Path, pipeline: &str, parts: &Map<String, Value>) -> Result<SchedulerConfig> {
    let path = folder.join("scheduler").join("scheduler_config.json");
    let text = std::fs::read_to_string(&path).map_err(|error| Error::ModelFolder {
        path: folder.to_owned(),
        reason: format!("scheduler/scheduler_config.json cannot be read: {error}"),
    })?;
    let mut config = SchedulerConfig::from_json(&text)?;
    if let Some(class) = parts
        .get("scheduler")
        .and_then(|part| part.get(1))
        .and_then(Value::as_str)
    {
        config = config.with_class_name(class);
    }
    let corrected = !pipeline.starts_with("LatentConsistency");
    Ok(if corrected {
        config.corrected_for_stable_diffusion()
    } else {
        config
    })
}

impl ModelFolder {
    /// Reads `model_index.json` and every configuration. No weights are read.
    pub fn open(path: &Path) -> Result<Self> {
        let incomplete = |reason: String| Error::ModelFolder {
            path: path.to_owned(),
            reason,
        };
        if !path.is_dir() {
            return Err(incomplete("there is no such folder".to_owned()));
        }
        let index = path.join("model_index.json");
        if !index.is_file() {
            return Err(incomplete("it has no model_index.json".to_owned()));
        }
        let parts = read_json_object(&index)?;
        let class = parts
            .get("_class_name")
            .and_then(Value::as_str)
            .unwrap_or("a pipeline without a name")
            .to_owned();
        if !CLASSES.contains(&class.as_str()) {
            let option = "its way of making pictures".to_owned();
            return Err(Error::Unsupported {
                class,
                option,
                path: index,
            });
        }
        let part = |name: &str| {
            let config = path.join(name).join("config.json");
            if config.is_file() {
                Ok(config)
            } else {
                Err(incomplete(format!("{name}/config.json is missing")))
            }
        };
        let weights = |name: &str, stem: &str| {
            weights_file(&path.join(name), stem)
                .ok_or_else(|| incomplete(format!("{name}/{stem}.safetensors is missing")))
        };
        let this = Self {
            text_encoder: ClipTextConfig::open(&part("text_encoder")?)?,
            unet: UNetConfig::open(&part("unet")?)?,
            autoencoder: AutoencoderConfig::open(&part("vae")?)?,
            scheduler: read_scheduler(path, &class, &parts)?,
            hints: StudioHints::read(path)?,
            strength_rule: if class.starts_with("LatentConsistency") {
                StrengthRule::CutSchedule
            } else {
                StrengthRule::SkipSteps
            },
            weights: [
                weights("text_encoder", "model")?,
                weights("unet", "diffusion_pytorch_model")?,
                weights("vae", "diffusion_pytorch_model")?,
            ],
            path: path.to_owned(),
        };
        this.check_parts_fit()?;
        Ok(this)
    }

    fn check_parts_fit(&self) -> Result<()> {
        Scheduler::from_config(&self.scheduler, None)?;
        let unfit = |reason: &str| {
            Err(Error::ModelFolder {
                path: self.path.clone(),
                reason: reason.to_owned(),
            })
        };
        if self.unet.cross_attention_dim != self.text_encoder.hidden_size {
            return unfit("the U-Net and the text encoder differ in width");
        }
        if self.unet.in_channels != self.autoencoder.latent_channels || self.unet.out_channels != self.unet.in_channels
        {
            return unfit("the U-Net and the autoencoder differ in latent channels");
        }
        if self.unet.added_conditions.is_some() {
            return unfit("the U-Net asks for SDXL's conditions, which this pipeline does not give");
        }
        match &self.hints.preview {
            Some(map) if map.factors.len() != self.autoencoder.latent_channels => {
                unfit("studio.json's preview has another number of latent channels")
            }
            _ => Ok(()),
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a request leaves open; diffusers' defaults where the folder says nothing.
    pub fn defaults(&self) -> GenerationDefaults {
        let (steps, guidance) = match self.scheduler.class() {
            Ok(SchedulerClass::Lcm) => (4, 8.5),
            _ => (50, 7.5),
        };
        GenerationDefaults {
            num_inference_steps: self.hints.num_inference_steps.unwrap_or(steps),
            guidance_scale: self.hints.guidance_scale.unwrap_or(guidance),
            size: (self.unet.sample_size * self.autoencoder.factor()) as u32,
        }
    }

    /// Height and width must be multiples of this, in pixels.
    pub fn size_multiple(&self) -> u32 {
        self.autoencoder.factor() as u32
    }

    /// Whether decoded pictures have an alpha channel.
    pub fn native_alpha(&self) -> bool {
        self.autoencoder.decoded() == PictureChannels::Rgba
    }

    /// What the folder tells this program beyond diffusers.
    pub fn hints(&self) -> &StudioHints {
        &self.hints
    }

    /// The scheduler's configuration.
    pub fn scheduler(&self) -> &SchedulerConfig {
        &self.scheduler
    }

    /// The U-Net's configuration.
    pub fn unet(&self) -> &UNetConfig {
        &self.unet
    }

    /// Weights files of text encoder, U-Net and autoencoder.
    pub fn weights_files(&self) -> &[PathBuf; 3] {
        &self.weights
    }

    /// The folder's last name.
    pub fn name(&self) -> String {
        let absolute = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        absolute
            .file_name()
            .map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// SHA-256, in hexadecimal, over the weights files in the order text encoder, U-Net, autoencoder.
    pub fn sha256(&self) -> Result<String> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        for path in &self.weights {
            let read = |source| Error::Read {
                path: path.clone(),
                source,
            };
            let mut file = File::open(path).map_err(read)?;
            loop {
                match file.read(&mut buffer).map_err(read)? {
                    0 => break,
                    bytes => hash.update(&buffer[..bytes]),
                }
            }
        }
        Ok(hexadecimal(&hash.finalize()))
    }

    /// Facts for people. Reads all weights once, for their hash.
    pub fn facts(&self) -> Result<ModelFacts> {
        let bytes = |path: &PathBuf| std::fs::metadata(path).map(|data| data.len()).unwrap_or_default();
        let scheduler = Scheduler::from_config(&self.scheduler, None)?;
        let positions = self.text_encoder.max_position_embeddings;
        Ok(ModelFacts {
            name: self.name(),
            sampler: scheduler.class().to_string(),
            prediction_type: scheduler.prediction_type().to_string(),
            latent_channels: self.autoencoder.latent_channels,
            cross_attention_dim: self.unet.cross_attention_dim,
            prompt_tokens: Tokenizer::open(&self.path.join("tokenizer"), positions)?.length(),
            native_alpha: self.native_alpha(),
            styles: self.hints.styles.clone(),
            defaults: self.defaults(),
            weights_bytes: self.weights.iter().map(bytes).sum(),
            sha256: self.sha256()?,
        })
    }
}
