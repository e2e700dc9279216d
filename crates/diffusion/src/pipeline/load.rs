//! Weights onto a device.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use burn::tensor::Device;

use super::memory::MemoryPlan;
use super::prompts::EmbeddedPrompt;
use super::{ModelFolder, StudioHints};
use crate::autoencoder::AutoencoderKL;
use crate::error::Result;
use crate::kernels;
use crate::schedulers::{SchedulerConfig, StrengthRule};
use crate::text_encoder::{CLIPTextModel, Tokenizer};
use crate::unet::UNet2DConditionModel;
use crate::weights::{self, Precision, SafetensorsFile, TensorSource};

/// How a model is put on a device.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions {
    /// Of the U-Net and the autoencoder; the text encoder is small and always f32.
    pub precision: Precision,
    /// What is computed at once.
    pub memory: MemoryPlan,
}

/// What is being loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadStage {
    /// Tokenizer and text encoder.
    TextEncoder,
    /// The denoiser.
    UNet,
    /// The autoencoder.
    Autoencoder,
}

impl fmt::Display for LoadStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TextEncoder => "text encoder",
            Self::UNet => "U-Net",
            Self::Autoencoder => "autoencoder",
        })
    }
}

/// A model ready to make pictures.
pub struct Pipeline {
    pub(super) device: Device,
    pub(super) tokenizer: Tokenizer,
    pub(super) text_encoder: CLIPTextModel,
    pub(super) unet: UNet2DConditionModel,
    pub(super) autoencoder: AutoencoderKL,
    pub(super) scheduler: SchedulerConfig,
    pub(super) strength_rule: StrengthRule,
    pub(super) hints: StudioHints,
    pub(super) memory: MemoryPlan,
    pub(super) prompts: HashMap<String, EmbeddedPrompt>,
    unused: Vec<(PathBuf, Vec<String>)>,
}

impl Pipeline {
    /// Reads the weights, one tensor at a time.
    pub fn load(
        folder: &ModelFolder,
        device: &Device,
        options: &LoadOptions,
        on_stage: &mut dyn FnMut(LoadStage),
    ) -> Result<Self> {
        let [text_file, unet_file, autoencoder_file] = folder.weights_files();
        let mut unused = Vec::new();
        let mut note = |path: &PathBuf, mut names: Vec<String>| {
            // A constant of older transformers, not a weight.
            names.retain(|name| !name.ends_with("position_ids"));
            if !names.is_empty() {
                unused.push((path.clone(), names));
            }
        };
        on_stage(LoadStage::TextEncoder);
        let tokenizer = Tokenizer::open(
            &folder.path().join("tokenizer"),
            folder.text_encoder.max_position_embeddings,
        )?;
        let file = SafetensorsFile::open(text_file)?;
        let inner = if file.names().iter().any(|name| name.starts_with("text_model.")) {
            "text_model"
        } else {
            ""
        };
        let (text_encoder, report) = weights::build(&file, "", device, Precision::F32, |weights| {
            CLIPTextModel::new(&folder.text_encoder, inner, weights)
        })?;
        note(text_file, report.unused);
        on_stage(LoadStage::UNet);
        let file = SafetensorsFile::open(unet_file)?;
        let (unet, report) = weights::build(&file, "", device, options.precision, |weights| {
            UNet2DConditionModel::new(&folder.unet, weights)
        })?;
        note(unet_file, report.unused);
        on_stage(LoadStage::Autoencoder);
        let file = SafetensorsFile::open(autoencoder_file)?;
        let (autoencoder, report) = weights::build(&file, "", device, options.precision, |weights| {
            AutoencoderKL::new(&folder.autoencoder, weights)
        })?;
        note(autoencoder_file, report.unused);
        kernels::set_attention_bytes(options.memory.attention_bytes);
        Ok(Self {
            device: device.clone(),
            tokenizer,
            text_encoder,
            unet,
            autoencoder,
            scheduler: folder.scheduler.clone(),
            strength_rule: folder.strength_rule,
            hints: folder.hints.clone(),
            memory: options.memory,
            prompts: HashMap::new(),
            unused,
        })
    }

    /// Tensors of the weights files that the configurations do not ask for, by file.
    pub fn unused_tensors(&self) -> &[(PathBuf, Vec<String>)] {
        &self.unused
    }

    /// The denoiser.
    pub fn unet(&self) -> &UNet2DConditionModel {
        &self.unet
    }

    /// The autoencoder.
    pub fn autoencoder(&self) -> &AutoencoderKL {
        &self.autoencoder
    }

    /// Changes what is computed at once, e.g. after the device ran out of memory.
    pub fn set_memory(&mut self, memory: MemoryPlan) {
        self.memory = memory;
        kernels::set_attention_bytes(memory.attention_bytes);
    }
}
