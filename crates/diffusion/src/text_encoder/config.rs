//! `text_encoder/config.json`.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::config::{ConfigReader, MOST_LAYERS};
use crate::error::{Error, Result};
use crate::nn::Activation;

/// The options of transformers' `CLIPTextModel` and `CLIPTextModelWithProjection`.
#[derive(Clone, Debug)]
pub struct ClipTextConfig {
    /// Token ids.
    pub vocab_size: usize,
    /// Width of the embedding.
    pub hidden_size: usize,
    /// Width of the feed-forward networks.
    pub intermediate_size: usize,
    /// Transformer layers.
    pub num_hidden_layers: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Most tokens of a prompt.
    pub max_position_embeddings: usize,
    /// Of the feed-forward networks.
    pub hidden_act: Activation,
    /// Added to variances.
    pub layer_norm_eps: f64,
    /// The token whose state is the pooled embedding; 2 is historic, see [`super::CLIPTextModel`].
    pub eos_token_id: usize,
    /// Width of the projected pooled embedding; `None` for a plain `CLIPTextModel`.
    pub projection_dim: Option<usize>,
}

impl ClipTextConfig {
    /// Reads and checks the file.
    pub fn open(path: &Path) -> Result<Self> {
        let mut config = ConfigReader::open(path, "CLIPTextModel", |values| {
            architecture(values).is_some_and(|name| ["CLIPTextModel", "CLIPTextModelWithProjection"].contains(&name))
        })?;
        let projected = config
            .words("architectures")?
            .iter()
            .any(|name| name == "CLIPTextModelWithProjection");
        let name = config.word("hidden_act", "quick_gelu")?;
        let Some(hidden_act) = Activation::from_name(&name) else {
            return Err(config.unsupported("hidden_act"));
        };
        let projection_dim = config.size("projection_dim", 512)?;
        let this = Self {
            vocab_size: config.size("vocab_size", 49408)?,
            hidden_size: config.size("hidden_size", 512)?,
            intermediate_size: config.size("intermediate_size", 2048)?,
            num_hidden_layers: config.size("num_hidden_layers", 12)?,
            num_attention_heads: config.size("num_attention_heads", 8)?,
            max_position_embeddings: config.size("max_position_embeddings", 77)?,
            layer_norm_eps: config.number("layer_norm_eps", 1e-5)?,
            eos_token_id: config.size("eos_token_id", 49407)?,
            projection_dim: projected.then_some(projection_dim),
            hidden_act,
        };
        // transformers writes its generation defaults into every configuration; none of them enters an encoder, so unknown keys
        // are let be here.
        if this.num_hidden_layers > MOST_LAYERS {
            let reason = "`num_hidden_layers` is out of range".to_owned();
            return Err(Error::Json {
                path: path.to_owned(),
                reason,
            });
        }
        if this.num_attention_heads == 0 || !this.hidden_size.is_multiple_of(this.num_attention_heads) {
            let reason = "`hidden_size` is not a multiple of `num_attention_heads`".to_owned();
            return Err(Error::Json {
                path: path.to_owned(),
                reason,
            });
        }
        Ok(this)
    }
}

fn architecture(values: &Map<String, Value>) -> Option<&str> {
    let listed = values
        .get("architectures")
        .and_then(|names| names.get(0))
        .and_then(Value::as_str);
    listed.filter(|_| {
        values
            .get("model_type")
            .is_none_or(|kind| kind == &json!("clip_text_model") || kind == &json!("clip"))
    })
}
