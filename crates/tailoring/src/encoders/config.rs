//! Reading the configurations of Hugging Face folders.

use std::path::Path;

use diffusion::config::MOST_LAYERS;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{EncoderError, Result};

/// The largest size read from a configuration, so that a hostile file cannot ask for absurd memory.
const MOST: usize = 1 << 16;

pub fn model_type(values: &Map<String, Value>) -> &str {
    values.get("model_type").and_then(Value::as_str).unwrap_or_default()
}

pub fn wrong_type(class: &'static str, path: &Path, found: &str) -> EncoderError {
    EncoderError::folder(class, path, format!("its `model_type` is `{found}`"))
}

/// Null means the default.
pub fn parse<T: DeserializeOwned>(class: &'static str, path: &Path, mut values: Map<String, Value>) -> Result<T> {
    values.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(values))
        .map_err(|error| EncoderError::folder(class, path, format!("its configuration is not understood ({error})")))
}

/// What is checked of every transformer.
pub struct Transformer {
    pub depth: usize,
    pub heads: usize,
    pub hidden: usize,
    pub channels: usize,
    /// Patches along a side of a picture.
    pub grid: usize,
}

/// Refuses `sizes` and shapes out of range.
pub fn check(class: &'static str, path: &Path, sizes: &[usize], shape: Transformer) -> Result<()> {
    let wrong = |reason: &str| Err(EncoderError::folder(class, path, reason));
    if sizes.iter().any(|size| !(1..=MOST).contains(size)) {
        return wrong("a size of its configuration is out of range");
    }
    if shape.depth > MOST_LAYERS {
        return wrong("`num_hidden_layers` is out of range");
    }
    if shape.heads == 0 || !shape.hidden.is_multiple_of(shape.heads) {
        return wrong("`hidden_size` is not a multiple of `num_attention_heads`");
    }
    if shape.channels != 3 {
        return wrong("`num_channels` is not 3");
    }
    if shape.grid == 0 {
        return wrong("`patch_size` is larger than `image_size`");
    }
    Ok(())
}

/// An activation as transformers spells it.
pub mod activation_name {
    use diffusion::nn::Activation;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub fn serialize<S: Serializer>(activation: &Activation, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match activation {
            Activation::None => "linear",
            Activation::Silu => "silu",
            Activation::Gelu => "gelu",
            Activation::QuickGelu => "quick_gelu",
        })
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Activation, D::Error> {
        let name = String::deserialize(deserializer)?;
        Activation::from_name(&name)
            .ok_or_else(|| D::Error::custom(format!("`hidden_act` = `{name}` is not computed here")))
    }
}
