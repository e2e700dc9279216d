//! The configurations of CLIP folders.

use std::path::Path;

use diffusion::config::read_json_object;
use diffusion::nn::Activation;
use diffusion::text_encoder::ClipTextConfig;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::config::{Transformer, activation_name, check, model_type, parse, wrong_type};
use super::{EncoderError, Result};

/// The options of transformers' `CLIPVisionConfig`, with its defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClipVisionConfig {
    /// Width of a token.
    pub hidden_size: usize,
    /// Width of the feed-forward networks.
    pub intermediate_size: usize,
    /// Width of the result.
    pub projection_dim: usize,
    /// Transformer layers.
    pub num_hidden_layers: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Colour channels: 3.
    pub num_channels: usize,
    /// Height and width of a picture in pixels.
    pub image_size: usize,
    /// Height and width of a patch in pixels.
    pub patch_size: usize,
    /// Of the feed-forward networks.
    #[serde(with = "activation_name")]
    pub hidden_act: Activation,
    /// Added to variances.
    pub layer_norm_eps: f64,
}

impl Default for ClipVisionConfig {
    fn default() -> Self {
        Self {
            hidden_size: 768,
            intermediate_size: 3072,
            projection_dim: 512,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            num_channels: 3,
            image_size: 224,
            patch_size: 32,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
        }
    }
}

impl ClipVisionConfig {
    /// Reads `config.json` of a `CLIPModel` (its `vision_config`) or of a `CLIPVisionModelWithProjection`.
    pub fn open(path: &Path) -> Result<Self> {
        let mut values = read_json_object(path)?;
        let config: Self = match model_type(&values) {
            "clip_vision_model" => parse("CLIPVisionModelWithProjection", path, values)?,
            "clip" => {
                let projection = values.get("projection_dim").cloned();
                let mut inner = part(&mut values, "vision_config", path)?;
                // The projection belongs to the whole model; the part's own figure is unused there.
                inner.insert("projection_dim".to_owned(), projection.unwrap_or(Value::from(512)));
                parse("CLIPModel", path, inner)?
            }
            other => return Err(wrong_type("CLIPModel or CLIPVisionModelWithProjection", path, other)),
        };
        config.check(path)?;
        Ok(config)
    }

    fn check(&self, path: &Path) -> Result<()> {
        let sizes = [
            self.hidden_size,
            self.intermediate_size,
            self.projection_dim,
            self.image_size,
            self.patch_size,
        ];
        check(
            "CLIPVisionModelWithProjection",
            path,
            &sizes,
            Transformer {
                depth: self.num_hidden_layers,
                heads: self.num_attention_heads,
                hidden: self.hidden_size,
                channels: self.num_channels,
                grid: self.image_size / self.patch_size.max(1),
            },
        )
    }

    /// Patches along a side of a picture.
    pub fn grid(&self) -> usize {
        self.image_size / self.patch_size
    }
}

#[derive(Deserialize)]
#[serde(default)]
struct TextOptions {
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    max_position_embeddings: usize,
    #[serde(with = "activation_name")]
    hidden_act: Activation,
    layer_norm_eps: f64,
    eos_token_id: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            vocab_size: 49408,
            hidden_size: 512,
            intermediate_size: 2048,
            num_hidden_layers: 12,
            num_attention_heads: 8,
            max_position_embeddings: 77,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
            eos_token_id: 49407,
        }
    }
}

/// The text part of a `CLIPModel`'s `config.json`.
pub fn open_clip_text_config(path: &Path) -> Result<ClipTextConfig> {
    const CLASS: &str = "CLIPModel";
    let mut values = read_json_object(path)?;
    match model_type(&values) {
        "clip" => {}
        other => return Err(wrong_type(CLASS, path, other)),
    }
    let projection = values.get("projection_dim").and_then(Value::as_u64).unwrap_or(512) as usize;
    let text: TextOptions = parse(CLASS, path, part(&mut values, "text_config", path)?)?;
    let sizes = [
        text.hidden_size,
        text.intermediate_size,
        projection,
        text.max_position_embeddings,
        // Vocabularies are larger than any width; the check is against absurd memory.
        text.vocab_size >> 4,
    ];
    let shape = Transformer {
        depth: text.num_hidden_layers,
        heads: text.num_attention_heads,
        hidden: text.hidden_size,
        channels: 3,
        grid: 1,
    };
    check(CLASS, path, &sizes, shape)?;
    Ok(ClipTextConfig {
        vocab_size: text.vocab_size,
        hidden_size: text.hidden_size,
        intermediate_size: text.intermediate_size,
        num_hidden_layers: text.num_hidden_layers,
        num_attention_heads: text.num_attention_heads,
        max_position_embeddings: text.max_position_embeddings,
        hidden_act: text.hidden_act,
        layer_norm_eps: text.layer_norm_eps,
        eos_token_id: text.eos_token_id,
        projection_dim: Some(projection),
    })
}

/// `name`, or where it is given `name_dict`, which older files have beside it and which transformers prefers.
fn part(values: &mut Map<String, Value>, name: &'static str, path: &Path) -> Result<Map<String, Value>> {
    let preferred = values.remove(&format!("{name}_dict")).filter(|value| !value.is_null());
    match preferred.or_else(|| values.remove(name)) {
        Some(Value::Object(part)) => Ok(part),
        _ => Err(EncoderError::folder("CLIPModel", path, format!("it has no `{name}`"))),
    }
}
