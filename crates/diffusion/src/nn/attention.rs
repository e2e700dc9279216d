//! Multi-head attention with diffusers' parameter names.

use burn::module::Module;
use burn::tensor::Tensor;

use super::{Linear, visit_layers};
use crate::kernels;
use crate::weights::Weights;

/// Scaled dot-product attention between projections of two sequences (Vaswani et al. 2017, arXiv 1706.03762).
#[derive(Module, Debug)]
pub struct Attention {
    /// Queries.
    pub to_q: Linear,
    /// Keys.
    pub to_k: Linear,
    /// Values.
    pub to_v: Linear,
    /// Output, `to_out.0` in diffusers.
    pub to_out: Linear,
    heads: usize,
}

impl Attention {
    /// Attention over `context`-wide vectors without biases on q, k and v: that of a transformer block.
    pub fn new(width: usize, context: usize, heads: usize, weights: &Weights) -> Self {
        Self {
            to_q: Linear::without_bias(width, width, &weights.child("to_q")),
            to_k: Linear::without_bias(context, width, &weights.child("to_k")),
            to_v: Linear::without_bias(context, width, &weights.child("to_v")),
            to_out: Linear::new(width, width, &weights.child("to_out.0")),
            heads,
        }
    }

    /// Self-attention with one head and biases everywhere: that of an autoencoder.
    pub fn single_head(width: usize, weights: &Weights) -> Self {
        let linear = |name| Linear::new(width, width, &weights.child(name));
        Self {
            to_q: linear("to_q"),
            to_k: linear("to_k"),
            to_v: linear("to_v"),
            to_out: linear("to_out.0"),
            heads: 1,
        }
    }

    /// `x` `[batch, tokens, width]` attends to `context` `[batch, tokens', context width]`.
    pub fn forward(&self, x: Tensor<3>, context: Tensor<3>) -> Tensor<3> {
        self.to_out.forward(self.attend(x, context))
    }

    /// The same plus `residual` `[batch, tokens, width]`.
    pub fn forward_add(&self, x: Tensor<3>, context: Tensor<3>, residual: Tensor<3>) -> Tensor<3> {
        self.to_out.forward_add(self.attend(x, context), residual)
    }

    fn attend(&self, x: Tensor<3>, context: Tensor<3>) -> Tensor<3> {
        let q = self.to_q.forward(x);
        let k = self.to_k.forward(context.clone());
        let v = self.to_v.forward(context);
        kernels::attention(q, k, v, self.heads)
    }
}

visit_layers!(Attention { to_q, to_k, to_v, to_out as "to_out.0" });
