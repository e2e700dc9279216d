//! The configuration of DINOv2 folders.

use std::path::Path;

use diffusion::config::read_json_object;
use diffusion::nn::Activation;
use serde::Deserialize;

use super::config::{Transformer, activation_name, check, model_type, parse, wrong_type};
use super::{EncoderError, Result};

/// The options of transformers' `Dinov2Config`, with its defaults.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct Dinov2Config {
    /// Width of a token, and of the result.
    pub hidden_size: usize,
    /// Transformer layers.
    pub num_hidden_layers: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Width of the feed-forward networks over the width of a token.
    pub mlp_ratio: f64,
    /// Of the feed-forward networks.
    #[serde(with = "activation_name")]
    pub hidden_act: Activation,
    /// Added to variances.
    pub layer_norm_eps: f64,
    /// Height and width in pixels of the pictures that the positions were trained for.
    pub image_size: usize,
    /// Height and width of a patch in pixels.
    pub patch_size: usize,
    /// Colour channels: 3.
    pub num_channels: usize,
    /// Whether queries, keys and values have biases.
    pub qkv_bias: bool,
    /// Whether the feed-forward networks are gated (the giant model): not computed here.
    pub use_swiglu_ffn: bool,
}

impl Default for Dinov2Config {
    fn default() -> Self {
        Self {
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            mlp_ratio: 4.0,
            hidden_act: Activation::Gelu,
            layer_norm_eps: 1e-6,
            image_size: 224,
            patch_size: 14,
            num_channels: 3,
            qkv_bias: true,
            use_swiglu_ffn: false,
        }
    }
}

impl Dinov2Config {
    /// Reads `config.json` of a `Dinov2Model`.
    pub fn open(path: &Path) -> Result<Self> {
        const CLASS: &str = "Dinov2Model";
        let values = read_json_object(path)?;
        match model_type(&values) {
            "dinov2" => {}
            other => return Err(wrong_type(CLASS, path, other)),
        }
        let config: Self = parse(CLASS, path, values)?;
        if config.use_swiglu_ffn {
            let reason = "its gated networks (`use_swiglu_ffn`, the giant model) are not computed here; take the small, base or \
                          large model";
            return Err(EncoderError::folder(CLASS, path, reason));
        }
        let sizes = [
            config.hidden_size,
            config.intermediate_size(),
            config.image_size,
            config.patch_size,
        ];
        let shape = Transformer {
            depth: config.num_hidden_layers,
            heads: config.num_attention_heads,
            hidden: config.hidden_size,
            channels: config.num_channels,
            grid: config.grid(),
        };
        check(CLASS, path, &sizes, shape)?;
        Ok(config)
    }

    /// Width of the feed-forward networks.
    pub fn intermediate_size(&self) -> usize {
        (self.hidden_size as f64 * self.mlp_ratio) as usize
    }

    /// Patches along a side of a picture that the positions were trained for.
    pub fn grid(&self) -> usize {
        self.image_size / self.patch_size.max(1)
    }
}
