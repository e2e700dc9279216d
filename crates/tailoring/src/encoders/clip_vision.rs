//! transformers' `CLIPVisionModelWithProjection` (Radford et al. 2021, arXiv 2103.00020).

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use diffusion::kernels;
use diffusion::nn::{Activation, Embedding, LayerNorm, Linear};
use diffusion::weights::Weights;

use super::ClipVisionConfig;
use super::transformer::{embed_patches, patches, prepend};

/// A picture to a vector in the space that a CLIP text encoder shares.
///
/// Fields are named as in transformers, so a parameter's path in this module is its name in the weights file.
#[derive(Module, Debug)]
pub struct ClipVisionModel {
    vision_model: VisionTransformer,
    visual_projection: Linear,
    #[module(skip)]
    config: ClipVisionConfig,
}

#[derive(Module, Debug)]
struct VisionTransformer {
    embeddings: Embeddings,
    /// The name has this spelling in every published file.
    pre_layrnorm: LayerNorm,
    encoder: Encoder,
    post_layernorm: LayerNorm,
}

#[derive(Module, Debug)]
struct Embeddings {
    class_embedding: Param<Tensor<1>>,
    patch_embedding: PatchEmbedding,
    position_embedding: Embedding,
    patch_size: usize,
}

#[derive(Module, Debug)]
struct PatchEmbedding {
    weight: Param<Tensor<4>>,
}

#[derive(Module, Debug)]
struct Encoder {
    layers: Vec<EncoderLayer>,
}

#[derive(Module, Debug)]
struct EncoderLayer {
    layer_norm1: LayerNorm,
    self_attn: SelfAttention,
    layer_norm2: LayerNorm,
    mlp: FeedForward,
}

#[derive(Module, Debug)]
struct SelfAttention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    out_proj: Linear,
    heads: usize,
}

#[derive(Module, Debug)]
struct FeedForward {
    fc1: Linear,
    fc2: Linear,
    #[module(skip)]
    activation: Activation,
}

impl ClipVisionModel {
    /// The model of that configuration; `weights` is at the file's top.
    pub fn new(config: &ClipVisionConfig, weights: &Weights) -> Self {
        let (hidden, projected) = (config.hidden_size, config.projection_dim);
        Self {
            vision_model: VisionTransformer::new(config, &weights.child("vision_model")),
            visual_projection: Linear::without_bias(hidden, projected, &weights.child("visual_projection")),
            config: config.clone(),
        }
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &ClipVisionConfig {
        &self.config
    }

    /// Normalised `pixels` `[batch, 3, image_size, image_size]` to `[batch, projection_dim]`, not of unit length.
    pub fn forward(&self, pixels: Tensor<4>) -> Tensor<2> {
        self.visual_projection.forward(self.vision_model.forward(pixels))
    }
}

impl VisionTransformer {
    fn new(config: &ClipVisionConfig, weights: &Weights) -> Self {
        let norm = |name| LayerNorm::new(config.hidden_size, config.layer_norm_eps, &weights.child(name));
        let layers = weights.child("encoder.layers");
        Self {
            embeddings: Embeddings::new(config, &weights.child("embeddings")),
            pre_layrnorm: norm("pre_layrnorm"),
            encoder: Encoder {
                layers: (0..config.num_hidden_layers)
                    .map(|index| EncoderLayer::new(config, &layers.child(index)))
                    .collect(),
            },
            post_layernorm: norm("post_layernorm"),
        }
    }

    fn forward(&self, pixels: Tensor<4>) -> Tensor<2> {
        let x = self.pre_layrnorm.forward(self.embeddings.forward(pixels));
        let x = self.encoder.layers.iter().fold(x, |x, layer| layer.forward(x));
        self.post_layernorm.forward(x.narrow(1, 0, 1)).squeeze_dim(1)
    }
}

impl Embeddings {
    fn new(config: &ClipVisionConfig, weights: &Weights) -> Self {
        let (hidden, side) = (config.hidden_size, config.patch_size);
        let positions = config.grid().pow(2) + 1;
        let patch = weights.child("patch_embedding");
        Self {
            class_embedding: weights.parameter("class_embedding", [hidden]),
            patch_embedding: PatchEmbedding {
                weight: patch.parameter("weight", [hidden, config.num_channels, side, side]),
            },
            position_embedding: Embedding::new(positions, hidden, &weights.child("position_embedding")),
            patch_size: side,
        }
    }

    fn forward(&self, pixels: Tensor<4>) -> Tensor<3> {
        let tokens = embed_patches(
            patches(pixels, self.patch_size),
            self.patch_embedding.weight.val(),
            None,
        );
        prepend(self.class_embedding.val(), tokens) + self.position_embedding.weight.val().unsqueeze()
    }
}

impl EncoderLayer {
    fn new(config: &ClipVisionConfig, weights: &Weights) -> Self {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let norm = |name| LayerNorm::new(hidden, config.layer_norm_eps, &weights.child(name));
        let attention = weights.child("self_attn");
        let projection = |name| Linear::new(hidden, hidden, &attention.child(name));
        Self {
            layer_norm1: norm("layer_norm1"),
            self_attn: SelfAttention {
                q_proj: projection("q_proj"),
                k_proj: projection("k_proj"),
                v_proj: projection("v_proj"),
                out_proj: projection("out_proj"),
                heads: config.num_attention_heads,
            },
            layer_norm2: norm("layer_norm2"),
            mlp: FeedForward {
                fc1: Linear::new(hidden, inner, &weights.child("mlp.fc1")),
                fc2: Linear::new(inner, hidden, &weights.child("mlp.fc2")),
                activation: config.hidden_act,
            },
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = self.self_attn.forward_add(self.layer_norm1.forward(x.clone()), x);
        self.mlp.forward_add(self.layer_norm2.forward(x.clone()), x)
    }
}

impl SelfAttention {
    fn forward_add(&self, x: Tensor<3>, residual: Tensor<3>) -> Tensor<3> {
        let (q, k) = (self.q_proj.forward(x.clone()), self.k_proj.forward(x.clone()));
        let mixed = kernels::attention(q, k, self.v_proj.forward(x), self.heads);
        self.out_proj.forward_add(mixed, residual)
    }
}

impl FeedForward {
    fn forward_add(&self, x: Tensor<3>, residual: Tensor<3>) -> Tensor<3> {
        let hidden = self.activation.forward(self.fc1.forward(x));
        self.fc2.forward_add(hidden, residual)
    }
}
