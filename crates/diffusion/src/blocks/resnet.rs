//! The residual block.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::nn::{Conv2d, GroupNorm, Linear, Window, visit_layers};
use crate::weights::Weights;

/// What a residual block's shape is made of.
#[derive(Clone, Copy, Debug)]
pub struct ResnetShape {
    /// Input channels.
    pub inputs: usize,
    /// Output channels.
    pub outputs: usize,
    /// Width of the time embedding; `None` in an autoencoder.
    pub time_embedding: Option<usize>,
    /// Groups of both normalisations.
    pub groups: usize,
    /// Added to their variances.
    pub epsilon: f64,
}

/// Two normalised 3x3 convolutions beside a shortcut (He et al. 2016, arXiv 1603.05027), with the time added between them.
#[derive(Module, Debug)]
pub struct ResnetBlock2D {
    norm1: GroupNorm,
    conv1: Conv2d,
    time_emb_proj: Option<Linear>,
    norm2: GroupNorm,
    conv2: Conv2d,
    conv_shortcut: Option<Conv2d>,
}

impl ResnetBlock2D {
    /// The block of that shape; a shortcut convolution where the channels change.
    pub fn new(shape: ResnetShape, weights: &Weights) -> Self {
        let ResnetShape {
            inputs,
            outputs,
            time_embedding,
            groups,
            epsilon,
        } = shape;
        Self {
            norm1: GroupNorm::new(groups, inputs, epsilon, &weights.child("norm1")),
            conv1: Conv2d::new(inputs, outputs, Window::Same, &weights.child("conv1")),
            time_emb_proj: time_embedding.map(|width| Linear::new(width, outputs, &weights.child("time_emb_proj"))),
            norm2: GroupNorm::new(groups, outputs, epsilon, &weights.child("norm2")),
            conv2: Conv2d::new(outputs, outputs, Window::Same, &weights.child("conv2")),
            conv_shortcut: (inputs != outputs)
                .then(|| Conv2d::new(inputs, outputs, Window::Pointwise, &weights.child("conv_shortcut"))),
        }
    }

    /// `x` `[batch, in, height, width]` to `[batch, out, height, width]`; `time` is `silu` of the time embedding `[batch, width]`.
    pub fn forward(&self, x: Tensor<4>, time: Option<&Tensor<2>>) -> Tensor<4> {
        let mut hidden = self.conv1.forward(self.norm1.forward_silu(x.clone()));
        if let (Some(projection), Some(time)) = (&self.time_emb_proj, time) {
            hidden = hidden + projection.forward(time.clone()).unsqueeze_dims(&[2, 3]);
        }
        let shortcut = match &self.conv_shortcut {
            Some(conv) => conv.forward(x),
            None => x,
        };
        self.conv2.forward_add(self.norm2.forward_silu(hidden), shortcut)
    }
}

visit_layers!(ResnetBlock2D {
    conv1,
    time_emb_proj,
    conv2,
    conv_shortcut
});
