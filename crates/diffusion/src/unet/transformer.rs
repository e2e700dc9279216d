//! The transformer that joins the picture with the prompt.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::kernels;
use crate::nn::{Attention, Conv2d, GroupNorm, LayerNorm, Linear, Window, visit_layers};
use crate::weights::Weights;

/// What a transformer's shape is made of.
#[derive(Clone, Copy, Debug)]
pub struct TransformerShape {
    /// Width of the transformer and channels of the picture.
    pub channels: usize,
    /// Width of the prompt embedding.
    pub context: usize,
    /// Attention heads.
    pub heads: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Groups of the normalisation before the transformer.
    pub groups: usize,
    /// How the picture enters and leaves.
    pub projection: Projection,
}

/// How the picture enters and leaves the transformer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// 1x1 convolutions (Stable Diffusion 1)
    Convolution,
    /// Linear layers (Stable Diffusion 2, SDXL)
    Linear,
}

/// A projection of either kind.
#[derive(Module, Debug)]
pub enum TransformerProjection {
    /// 1x1 convolution
    Convolution(Conv2d),
    /// Linear layer
    Linear(Linear),
}

/// Self-attention, attention to the prompt, and a gated feed-forward network, each beside a shortcut.
#[derive(Module, Debug)]
pub struct BasicTransformerBlock {
    norm1: LayerNorm,
    attn1: Attention,
    norm2: LayerNorm,
    attn2: Attention,
    norm3: LayerNorm,
    ff_proj: Linear,
    ff_out: Linear,
}

impl BasicTransformerBlock {
    /// One block of a transformer of that shape.
    pub fn new(shape: TransformerShape, weights: &Weights) -> Self {
        let TransformerShape {
            channels,
            context,
            heads,
            ..
        } = shape;
        let norm = |name| LayerNorm::new(channels, 1e-5, &weights.child(name));
        Self {
            norm1: norm("norm1"),
            attn1: Attention::new(channels, channels, heads, &weights.child("attn1")),
            norm2: norm("norm2"),
            attn2: Attention::new(channels, context, heads, &weights.child("attn2")),
            norm3: norm("norm3"),
            ff_proj: Linear::new(channels, 8 * channels, &weights.child("ff.net.0.proj")),
            ff_out: Linear::new(4 * channels, channels, &weights.child("ff.net.2")),
        }
    }

    /// `x` `[batch, tokens, channels]`, `context` `[batch, prompt tokens, context width]`.
    pub fn forward(&self, x: Tensor<3>, context: Tensor<3>) -> Tensor<3> {
        let normed = self.norm1.forward(x.clone());
        let x = self.attn1.forward_add(normed.clone(), normed, x);
        let x = self.attn2.forward_add(self.norm2.forward(x.clone()), context, x);
        let hidden = self.ff_proj.forward(self.norm3.forward(x.clone()));
        self.ff_out.forward_add(kernels::geglu(hidden), x)
    }
}

/// diffusers' `Transformer2DModel` with continuous input.
#[derive(Module, Debug)]
pub struct Transformer2D {
    norm: GroupNorm,
    proj_in: TransformerProjection,
    transformer_blocks: Vec<BasicTransformerBlock>,
    proj_out: TransformerProjection,
}

impl Transformer2D {
    /// The transformer of that shape.
    pub fn new(shape: TransformerShape, weights: &Weights) -> Self {
        let blocks = weights.child("transformer_blocks");
        Self {
            norm: GroupNorm::new(shape.groups, shape.channels, 1e-6, &weights.child("norm")),
            proj_in: TransformerProjection::new(shape, &weights.child("proj_in")),
            transformer_blocks: (0..shape.layers)
                .map(|i| BasicTransformerBlock::new(shape, &blocks.child(i)))
                .collect(),
            proj_out: TransformerProjection::new(shape, &weights.child("proj_out")),
        }
    }

    /// `x` `[batch, channels, height, width]`, `context` `[batch, prompt tokens, context width]`.
    pub fn forward(&self, x: Tensor<4>, context: &Tensor<3>) -> Tensor<4> {
        let mut tokens = self.proj_in.enter(self.norm.forward(x.clone()));
        for block in &self.transformer_blocks {
            tokens = block.forward(tokens, context.clone());
        }
        self.proj_out.leave(tokens, x)
    }
}

impl TransformerProjection {
    fn new(shape: TransformerShape, weights: &Weights) -> Self {
        let TransformerShape {
            channels, projection, ..
        } = shape;
        match projection {
            Projection::Convolution => Self::Convolution(Conv2d::new(channels, channels, Window::Pointwise, weights)),
            Projection::Linear => Self::Linear(Linear::new(channels, channels, weights)),
        }
    }

    /// `[batch, channels, height, width]` to `[batch, height * width, channels]`.
    fn enter(&self, x: Tensor<4>) -> Tensor<3> {
        match self {
            Self::Convolution(convolution) => to_tokens(convolution.forward(x)),
            Self::Linear(linear) => linear.forward(to_tokens(x)),
        }
    }

    /// `[batch, height * width, channels]` to `[batch, channels, height, width]`, plus `residual` of that shape.
    fn leave(&self, tokens: Tensor<3>, residual: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = residual.dims();
        match self {
            Self::Convolution(convolution) => convolution.forward_add(to_picture(tokens, [height, width]), residual),
            Self::Linear(linear) => residual + to_picture(linear.forward(tokens), [height, width]),
        }
    }
}

/// `[batch, channels, height, width]` to `[batch, height * width, channels]`.
pub(crate) fn to_tokens(x: Tensor<4>) -> Tensor<3> {
    let [batch, channels, height, width] = x.dims();
    x.reshape([batch, channels, height * width]).swap_dims(1, 2)
}

/// `[batch, height * width, channels]` to `[batch, channels, height, width]`.
pub(crate) fn to_picture(tokens: Tensor<3>, [height, width]: [usize; 2]) -> Tensor<4> {
    let [batch, _, channels] = tokens.dims();
    tokens.swap_dims(1, 2).reshape([batch, channels, height, width])
}

impl crate::nn::VisitLayers for TransformerProjection {
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, crate::nn::Layer<'_>)) {
        match self {
            Self::Convolution(convolution) => convolution.visit_layers(prefix, visit),
            Self::Linear(linear) => linear.visit_layers(prefix, visit),
        }
    }
}
visit_layers!(BasicTransformerBlock { attn1, attn2, ff_proj as "ff.net.0.proj", ff_out as "ff.net.2" });
visit_layers!(Transformer2D {
    proj_in,
    transformer_blocks,
    proj_out
});
