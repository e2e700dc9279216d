//! Weights onto a device.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use burn::tensor::Device;

use super::lora::AttachedAdapter;
use super::memory::MemoryPlan;
use super::prompts::EmbeddedPrompt;
use super::{ModelFolder, StudioHints};
use crate::autoencoder::AutoencoderKL;
use crate::error::Result;
use crate::kernels;
use crate::schedulers::{SchedulerConfig, StrengthRule};
use crate::text_encoder::{CLIPTextModel, HiddenState, TextEmbedding, Tokenizer};
use crate::unet::UNet2DConditionModel;
use crate::weights::{self, LoadReport, Precision, SafetensorsFile, TensorSource, Weights};

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

/// A part of a model with its weights on a device.
pub struct Loaded<M> {
    /// The part.
    pub module: M,
    /// Tensors of its file that the configuration does not ask for.
    pub unused: Vec<String>,
}

/// What turns a prompt into what the U-Net is given.
pub struct TextEncoder {
    /// Text to token ids.
    pub tokenizer: Tokenizer,
    /// Token ids to vectors.
    pub model: CLIPTextModel,
}

impl TextEncoder {
    /// The embedding of one prompt, and the end of the prompt that did not fit. One prompt at a time, so that its numbers never
    /// depend on others.
    pub fn encode(&self, prompt: &str) -> Result<(TextEmbedding, Option<String>)> {
        let tokenized = self.tokenizer.encode(prompt)?;
        let embedding = self.model.forward(&[tokenized.ids], HiddenState::Last);
        Ok((embedding, tokenized.cut))
    }
}

impl ModelFolder {
    /// Tokenizer and text encoder; the text encoder is small and always f32.
    pub fn load_text_encoder(&self, device: &Device) -> Result<Loaded<TextEncoder>> {
        let tokenizer = Tokenizer::open(
            &self.path().join("tokenizer"),
            self.text_encoder.max_position_embeddings,
        )?;
        let [file, _, _] = self.weights_files();
        let file = SafetensorsFile::open(file)?;
        let inner = if file.names().iter().any(|name| name.starts_with("text_model.")) {
            "text_model"
        } else {
            ""
        };
        let (model, report) = weights::build(&file, "", device, Precision::F32, |weights| {
            CLIPTextModel::new(&self.text_encoder, inner, weights)
        })?;
        let mut unused = report.unused;
        // A constant of older transformers, not a weight.
        unused.retain(|name| !name.ends_with("position_ids"));
        let module = TextEncoder { tokenizer, model };
        Ok(Loaded { module, unused })
    }

    /// The denoiser.
    pub fn load_unet(&self, device: &Device, precision: Precision) -> Result<Loaded<UNet2DConditionModel>> {
        let [_, file, _] = self.weights_files();
        load(file, device, precision, |weights| {
            UNet2DConditionModel::new(&self.unet, weights)
        })
    }

    /// The autoencoder.
    pub fn load_autoencoder(&self, device: &Device, precision: Precision) -> Result<Loaded<AutoencoderKL>> {
        let [_, _, file] = self.weights_files();
        load(file, device, precision, |weights| {
            AutoencoderKL::new(&self.autoencoder, weights)
        })
    }
}

fn load<M>(
    path: &Path,
    device: &Device,
    precision: Precision,
    module: impl FnOnce(&Weights<'_>) -> M,
) -> Result<Loaded<M>> {
    let file = SafetensorsFile::open(path)?;
    let (module, LoadReport { unused, .. }) = weights::build(&file, "", device, precision, module)?;
    Ok(Loaded { module, unused })
}

/// A model ready to make pictures.
pub struct Pipeline {
    pub(super) device: Device,
    pub(super) text_encoder: TextEncoder,
    pub(super) unet: UNet2DConditionModel,
    pub(super) autoencoder: AutoencoderKL,
    pub(super) scheduler: SchedulerConfig,
    pub(super) strength_rule: StrengthRule,
    pub(super) hints: StudioHints,
    pub(super) memory: MemoryPlan,
    pub(super) prompts: HashMap<String, EmbeddedPrompt>,
    pub(super) adapters: Vec<AttachedAdapter>,
    unused: Vec<(PathBuf, Vec<String>)>,
}

/// The three networks of a pipeline, on one device.
pub struct Networks {
    /// Prompts to embeddings.
    pub text_encoder: TextEncoder,
    /// The denoiser.
    pub unet: UNet2DConditionModel,
    /// Between pictures and latents.
    pub autoencoder: AutoencoderKL,
}

impl Pipeline {
    /// Reads the weights, one tensor at a time.
    pub fn load(
        folder: &ModelFolder,
        device: &Device,
        options: &LoadOptions,
        on_stage: &mut dyn FnMut(LoadStage),
    ) -> Result<Self> {
        on_stage(LoadStage::TextEncoder);
        let text_encoder = folder.load_text_encoder(device)?;
        on_stage(LoadStage::UNet);
        let unet = folder.load_unet(device, options.precision)?;
        on_stage(LoadStage::Autoencoder);
        let autoencoder = folder.load_autoencoder(device, options.precision)?;
        let unused = [text_encoder.unused, unet.unused, autoencoder.unused];
        let networks = Networks {
            text_encoder: text_encoder.module,
            unet: unet.module,
            autoencoder: autoencoder.module,
        };
        let mut this = Self::of_networks(folder, networks, device, options.memory);
        let files = folder.weights_files().iter().cloned();
        this.unused = files.zip(unused).filter(|(_, names)| !names.is_empty()).collect();
        Ok(this)
    }

    /// A pipeline of networks that are on `device` already, in a folder's configuration.
    pub fn of_networks(folder: &ModelFolder, networks: Networks, device: &Device, memory: MemoryPlan) -> Self {
        kernels::set_attention_bytes(memory.attention_bytes);
        Self {
            device: device.clone(),
            text_encoder: networks.text_encoder,
            unet: networks.unet,
            autoencoder: networks.autoencoder,
            scheduler: folder.scheduler.clone(),
            strength_rule: folder.strength_rule,
            hints: folder.hints.clone(),
            memory,
            prompts: HashMap::new(),
            adapters: Vec::new(),
            unused: Vec::new(),
        }
    }

    /// Takes the pipeline apart.
    pub fn into_networks(self) -> Networks {
        Networks {
            text_encoder: self.text_encoder,
            unet: self.unet,
            autoencoder: self.autoencoder,
        }
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
