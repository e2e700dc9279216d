//! transformers' `Dinov2Model` (Oquab et al. 2023, arXiv 2304.07193).

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use diffusion::kernels;
use diffusion::nn::{Activation, LayerNorm, Linear};
use diffusion::weights::Weights;

use super::Dinov2Config;
use super::positions::interpolate_bicubic;
use super::transformer::{embed_patches, patches, prepend};

/// A picture to features that tell its contents and look without words.
#[derive(Module, Debug)]
pub struct Dinov2Model {
    cls_token: Param<Tensor<3>>,
    position_embeddings: Param<Tensor<3>>,
    patch_weight: Param<Tensor<4>>,
    patch_bias: Param<Tensor<1>>,
    layers: Vec<Dinov2Layer>,
    layernorm: LayerNorm,
    #[module(skip)]
    config: Dinov2Config,
}

#[derive(Module, Debug)]
struct Dinov2Layer {
    norm1: LayerNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    dense: Linear,
    layer_scale1: Param<Tensor<1>>,
    norm2: LayerNorm,
    fc1: Linear,
    fc2: Linear,
    layer_scale2: Param<Tensor<1>>,
    heads: usize,
    #[module(skip)]
    activation: Activation,
}

impl Dinov2Model {
    /// The model of that configuration.
    pub fn new(config: &Dinov2Config, weights: &Weights) -> Self {
        let (hidden, side) = (config.hidden_size, config.patch_size);
        let embeddings = weights.child("embeddings");
        let projection = embeddings.child("patch_embeddings.projection");
        let layers = weights.child("encoder.layer");
        Self {
            cls_token: embeddings.parameter("cls_token", [1, 1, hidden]),
            position_embeddings: embeddings.parameter("position_embeddings", [1, config.grid().pow(2) + 1, hidden]),
            patch_weight: projection.parameter("weight", [hidden, config.num_channels, side, side]),
            patch_bias: projection.parameter("bias", [hidden]),
            layers: (0..config.num_hidden_layers)
                .map(|index| Dinov2Layer::new(config, &layers.child(index)))
                .collect(),
            layernorm: LayerNorm::new(hidden, config.layer_norm_eps, &weights.child("layernorm")),
            config: config.clone(),
        }
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &Dinov2Config {
        &self.config
    }

    /// Normalised `pixels` `[batch, 3, height, width]`, each side at least a patch, to the class token's state
    /// `[batch, hidden_size]`.
    pub fn forward(&self, pixels: Tensor<4>) -> Tensor<2> {
        let (hidden, side) = (self.config.hidden_size, self.config.patch_size);
        let [_, _, height, width] = pixels.dims();
        let tokens = embed_patches(
            patches(pixels, side),
            self.patch_weight.val(),
            Some(self.patch_bias.val()),
        );
        let tokens = prepend(self.cls_token.val().reshape([hidden]), tokens);
        let x = tokens + self.positions([height / side, width / side]);
        let x = self.layers.iter().fold(x, |x, layer| layer.forward(x));
        self.layernorm.forward(x.narrow(1, 0, 1)).squeeze_dim(1)
    }

    /// `[1, 1 + rows · columns, hidden]`
    fn positions(&self, grid: [usize; 2]) -> Tensor<3> {
        let (all, side) = (self.position_embeddings.val(), self.config.grid());
        if grid == [side, side] {
            return all;
        }
        let class = all.clone().narrow(1, 0, 1);
        let patches = all.narrow(1, 1, side * side).squeeze_dim::<2>(0);
        Tensor::cat(vec![class, interpolate_bicubic(patches, side, grid).unsqueeze()], 1)
    }
}

impl Dinov2Layer {
    fn new(config: &Dinov2Config, weights: &Weights) -> Self {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size());
        let norm = |name| LayerNorm::new(hidden, config.layer_norm_eps, &weights.child(name));
        let attention = weights.child("attention.attention");
        let projection = |name| {
            let weights = attention.child(name);
            if config.qkv_bias {
                Linear::new(hidden, hidden, &weights)
            } else {
                Linear::without_bias(hidden, hidden, &weights)
            }
        };
        Self {
            norm1: norm("norm1"),
            query: projection("query"),
            key: projection("key"),
            value: projection("value"),
            dense: Linear::new(hidden, hidden, &weights.child("attention.output.dense")),
            layer_scale1: weights.child("layer_scale1").parameter("lambda1", [hidden]),
            norm2: norm("norm2"),
            fc1: Linear::new(hidden, inner, &weights.child("mlp.fc1")),
            fc2: Linear::new(inner, hidden, &weights.child("mlp.fc2")),
            layer_scale2: weights.child("layer_scale2").parameter("lambda1", [hidden]),
            heads: config.num_attention_heads,
            activation: config.hidden_act,
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let inner = self.norm1.forward(x.clone());
        let (q, k) = (self.query.forward(inner.clone()), self.key.forward(inner.clone()));
        let mixed = kernels::attention(q, k, self.value.forward(inner), self.heads);
        let x = x + self.dense.forward(mixed) * self.layer_scale1.val().unsqueeze();
        let hidden = self.fc1.forward(self.norm2.forward(x.clone()));
        x + self.fc2.forward(self.activation.forward(hidden)) * self.layer_scale2.val().unsqueeze()
    }
}
