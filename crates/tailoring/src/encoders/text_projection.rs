//! From the model's own text encoder into the space of the small image encoder.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use diffusion::nn::Linear;
use diffusion::pipeline::TextEncoder;
use diffusion::weights::{self, Precision, RandomTensors, SafetensorsFile};

use super::named_parameters::save_parameters;
use super::picture_encoder::to_rows;
use super::{EncoderError, Result};

const FILE: &str = "text_projection.safetensors";

/// A linear layer behind a frozen text encoder, trained together with an image encoder.
#[derive(Module, Debug)]
pub struct TextProjection {
    /// `[width of the space, width of the text encoder]`
    pub linear: Linear,
}

impl TextProjection {
    /// Untrained, from seeded random weights.
    pub fn random(text_width: usize, width: usize, seed: u64, device: &Device) -> Result<Self> {
        let (linear, _) = weights::build(&RandomTensors::new(seed), "linear", device, Precision::F32, |weights| {
            Linear::new(text_width, width, weights)
        })?;
        Ok(Self { linear })
    }

    /// Reads the one that lies beside an image encoder, for a text encoder of `text_width`.
    pub fn open(folder: &Path, text_width: usize, width: usize, device: &Device) -> Result<Self> {
        let file = SafetensorsFile::open(&folder.join(FILE))?;
        let (linear, _) = weights::build(&file, "linear", device, Precision::F32, |weights| {
            Linear::new(text_width, width, weights)
        })?;
        Ok(Self { linear })
    }

    /// Writes it beside an image encoder.
    pub fn save(&self, folder: &Path) -> Result<()> {
        save_parameters(self, &folder.join(FILE))
    }

    /// Prompts to vectors, not of unit length.
    pub fn encode(&self, encoder: &TextEncoder, prompts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let means = prompts
            .iter()
            .map(|prompt| mean_state(encoder, prompt))
            .collect::<Result<Vec<_>>>()?;
        to_rows(self.linear.forward(Tensor::cat(means, 0)))
    }
}

/// The mean of a prompt's last hidden states, without the one of the beginning and those of the padding: `[1, width]`. The
/// built-in text encoder was distilled from a sentence model by just this mean.
pub fn mean_state(encoder: &TextEncoder, prompt: &str) -> Result<Tensor<2>> {
    let tokenized = encoder.tokenizer.encode(prompt).map_err(EncoderError::from)?;
    let end = encoder.tokenizer.end();
    let words = tokenized.ids.iter().skip(1).take_while(|id| **id != end).count();
    let (embedding, _) = encoder.encode(prompt).map_err(EncoderError::from)?;
    let last = tokenized.ids.len() - 1;
    // The end's own state, too, where the prompt leaves room for it.
    let counted = (words + 1).min(last);
    let states = embedding.hidden_states.narrow(1, 1, counted);
    Ok(states.mean_dim(1).squeeze_dim::<2>(1))
}
