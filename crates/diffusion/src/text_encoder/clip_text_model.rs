//! transformers' `CLIPTextModel` (Radford et al. 2021, arXiv 2103.00020).

use burn::module::Module;
use burn::tensor::activation::softmax;
use burn::tensor::{Bool, Int, Tensor, TensorData};

use super::config::ClipTextConfig;
use crate::nn::{Activation, Embedding, LayerNorm, Linear, VisitLayers, visit_layers};
use crate::weights::Weights;

/// The causal text transformer.
#[derive(Module, Debug)]
pub struct CLIPTextModel {
    token_embedding: Embedding,
    position_embedding: Embedding,
    layers: Vec<EncoderLayer>,
    final_layer_norm: LayerNorm,
    text_projection: Option<Linear>,
    #[module(skip)]
    config: ClipTextConfig,
}

/// Which layer's output conditions the U-Net.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HiddenState {
    /// The last, normalised: Stable Diffusion 1 and 2, the built-in model.
    #[default]
    Last,
    /// The one before the last, not normalised: SDXL.
    Penultimate,
}

/// The embedding of a batch of prompts.
#[derive(Clone, Debug)]
pub struct TextEmbedding {
    /// `[batch, tokens, hidden]`
    pub hidden_states: Tensor<3>,
    /// The normalised last state at each prompt's end token, projected where the model projects: `[batch, hidden or projection]`.
    pub pooled: Tensor<2>,
}

#[derive(Module, Debug)]
struct EncoderLayer {
    layer_norm1: LayerNorm,
    self_attn: SelfAttention,
    layer_norm2: LayerNorm,
    fc1: Linear,
    fc2: Linear,
    #[module(skip)]
    activation: Activation,
}

#[derive(Module, Debug)]
struct SelfAttention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    out_proj: Linear,
    heads: usize,
}

impl CLIPTextModel {
    /// The model of that configuration. `weights` is at the file's top; `inner` says whether names begin with `text_model.`.
    pub fn new(config: &ClipTextConfig, inner: &str, weights: &Weights) -> Self {
        let top = weights;
        let weights = if inner.is_empty() {
            top.sibling()
        } else {
            top.child(inner)
        };
        let (embeddings, layers) = (weights.child("embeddings"), weights.child("encoder.layers"));
        let hidden = config.hidden_size;
        Self {
            token_embedding: Embedding::new(config.vocab_size, hidden, &embeddings.child("token_embedding")),
            position_embedding: Embedding::new(
                config.max_position_embeddings,
                hidden,
                &embeddings.child("position_embedding"),
            ),
            layers: (0..config.num_hidden_layers)
                .map(|i| EncoderLayer::new(config, &layers.child(i)))
                .collect(),
            final_layer_norm: LayerNorm::new(hidden, config.layer_norm_eps, &weights.child("final_layer_norm")),
            text_projection: config
                .projection_dim
                .map(|width| Linear::without_bias(hidden, width, &top.child("text_projection"))),
            config: config.clone(),
        }
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &ClipTextConfig {
        &self.config
    }

    /// `token_ids`, one row of equal length a prompt.
    pub fn forward(&self, token_ids: &[Vec<u32>], hidden_state: HiddenState) -> TextEmbedding {
        let (batch, tokens) = (token_ids.len(), token_ids[0].len());
        let device = self.final_layer_norm.weight.val().device();
        let ids = token_ids.iter().flatten().map(|id| i64::from(*id)).collect::<Vec<_>>();
        let ids = Tensor::<2, Int>::from_data(TensorData::new(ids, [batch, tokens]), &device);
        let positions = Tensor::<1, Int>::arange(0..tokens.cast_signed() as i64, &device).unsqueeze();
        let mask = causal_mask(tokens, &device);
        let mut x = self.token_embedding.forward(ids) + self.position_embedding.forward(positions);
        let mut penultimate = x.clone();
        for layer in &self.layers {
            penultimate = x.clone();
            x = layer.forward(x, &mask);
        }
        let last = self.final_layer_norm.forward(x);
        let ends = token_ids
            .iter()
            .enumerate()
            .map(|(row, ids)| {
                last.clone()
                    .narrow(0, row, 1)
                    .narrow(1, self.end_position(ids), 1)
                    .squeeze_dim::<2>(1)
            })
            .collect();
        let pooled = Tensor::cat(ends, 0);
        let pooled = match &self.text_projection {
            Some(projection) => projection.forward(pooled),
            None => pooled,
        };
        let hidden_states = match hidden_state {
            HiddenState::Last => last,
            HiddenState::Penultimate => penultimate,
        };
        TextEmbedding { hidden_states, pooled }
    }

    /// Where a prompt ends: transformers takes the highest id when the configuration still says the historic `eos_token_id` 2.
    fn end_position(&self, ids: &[u32]) -> usize {
        let end = match self.config.eos_token_id {
            2 => ids.iter().copied().max().unwrap_or_default(),
            end => end as u32,
        };
        ids.iter().position(|id| *id == end).unwrap_or_default()
    }
}

impl EncoderLayer {
    fn new(config: &ClipTextConfig, weights: &Weights) -> Self {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let norm = |name| LayerNorm::new(hidden, config.layer_norm_eps, &weights.child(name));
        Self {
            layer_norm1: norm("layer_norm1"),
            self_attn: SelfAttention::new(hidden, config.num_attention_heads, &weights.child("self_attn")),
            layer_norm2: norm("layer_norm2"),
            fc1: Linear::new(hidden, inner, &weights.child("mlp.fc1")),
            fc2: Linear::new(inner, hidden, &weights.child("mlp.fc2")),
            activation: config.hidden_act,
        }
    }

    fn forward(&self, x: Tensor<3>, mask: &Tensor<4, Bool>) -> Tensor<3> {
        let x = x.clone() + self.self_attn.forward(self.layer_norm1.forward(x), mask);
        let hidden = self
            .activation
            .forward(self.fc1.forward(self.layer_norm2.forward(x.clone())));
        x + self.fc2.forward(hidden)
    }
}

impl SelfAttention {
    fn new(hidden: usize, heads: usize, weights: &Weights) -> Self {
        let linear = |name| Linear::new(hidden, hidden, &weights.child(name));
        let (q_proj, k_proj) = (linear("q_proj"), linear("k_proj"));
        Self {
            q_proj,
            k_proj,
            v_proj: linear("v_proj"),
            out_proj: linear("out_proj"),
            heads,
        }
    }

    fn forward(&self, x: Tensor<3>, mask: &Tensor<4, Bool>) -> Tensor<3> {
        let [batch, tokens, hidden] = x.dims();
        let width = hidden / self.heads;
        let split = |x: Tensor<3>| x.reshape([batch, tokens, self.heads, width]).swap_dims(1, 2);
        let q = split(self.q_proj.forward(x.clone())).mul_scalar((width as f64).powf(-0.5));
        let (k, v) = (split(self.k_proj.forward(x.clone())), split(self.v_proj.forward(x)));
        let scores = q.matmul(k.swap_dims(2, 3)).mask_fill(mask.clone(), f32::NEG_INFINITY);
        let mixed = softmax(scores, 3).matmul(v);
        self.out_proj
            .forward(mixed.swap_dims(1, 2).reshape([batch, tokens, hidden]))
    }
}

/// True where a token must not look: at those after it. `[1, 1, tokens, tokens]`
fn causal_mask(tokens: usize, device: &burn::tensor::Device) -> Tensor<4, Bool> {
    let mask = (0..tokens * tokens)
        .map(|i| i % tokens > i / tokens)
        .collect::<Vec<_>>();
    Tensor::from_data(TensorData::new(mask, [1, 1, tokens, tokens]), device)
}

visit_layers!(SelfAttention {
    q_proj,
    k_proj,
    v_proj,
    out_proj
});
visit_layers!(EncoderLayer { self_attn, fc1 as "mlp.fc1", fc2 as "mlp.fc2" });

impl VisitLayers for CLIPTextModel {
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, crate::nn::Layer<'_>)) {
        self.layers
            .visit_layers(&crate::nn::join_path(prefix, "text_model.encoder.layers"), visit);
    }
}
