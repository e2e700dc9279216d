//! Look-up of vectors by index.

use burn::module::{Module, Param};
use burn::tensor::{Int, Tensor};

use crate::weights::Weights;

/// `torch.nn.Embedding`.
#[derive(Module, Debug)]
pub struct Embedding {
    /// `[entries, width]`
    pub weight: Param<Tensor<2>>,
}

impl Embedding {
    /// A table of `entries` vectors.
    pub fn new(entries: usize, width: usize, weights: &Weights) -> Self {
        Self {
            weight: weights.parameter("weight", [entries, width]),
        }
    }

    /// `[batch, tokens]` to `[batch, tokens, width]`.
    pub fn forward(&self, indices: Tensor<2, Int>) -> Tensor<3> {
        burn::tensor::module::embedding(self.weight.val(), indices)
    }
}
