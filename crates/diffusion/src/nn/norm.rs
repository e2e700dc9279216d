//! Normalisation layers. Statistics are always computed in f32.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::Activation;
use crate::kernels;
use crate::weights::Weights;

/// Group normalisation (Wu and He 2018, arXiv 1803.08494).
#[derive(Module, Debug)]
pub struct GroupNorm {
    /// `[channels]`
    pub weight: Param<Tensor<1>>,
    /// `[channels]`
    pub bias: Param<Tensor<1>>,
    groups: usize,
    epsilon: f64,
}

impl GroupNorm {
    /// `channels` must be a multiple of `groups`; the configurations check that.
    pub fn new(groups: usize, channels: usize, epsilon: f64, weights: &Weights) -> Self {
        let (weight, bias) = (
            weights.parameter("weight", [channels]),
            weights.parameter("bias", [channels]),
        );
        Self {
            weight,
            bias,
            groups,
            epsilon,
        }
    }

    /// `[batch, channels, height, width]`, normalised.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.apply(x, Activation::None)
    }

    /// The same with SiLU after it, in one pass.
    pub fn forward_silu(&self, x: Tensor<4>) -> Tensor<4> {
        self.apply(x, Activation::Silu)
    }

    fn apply(&self, x: Tensor<4>, activation: Activation) -> Tensor<4> {
        let norm = kernels::GroupNormOptions {
            groups: self.groups,
            epsilon: self.epsilon,
            activation,
        };
        kernels::group_norm(x, self.weight.val(), self.bias.val(), norm)
    }
}

/// Layer normalisation over the last dimension (Ba et al. 2016, arXiv 1607.06450).
#[derive(Module, Debug)]
pub struct LayerNorm {
    /// `[width]`
    pub weight: Param<Tensor<1>>,
    /// `[width]`
    pub bias: Param<Tensor<1>>,
    epsilon: f64,
}

impl LayerNorm {
    /// Over vectors of `width`.
    pub fn new(width: usize, epsilon: f64, weights: &Weights) -> Self {
        Self {
            weight: weights.parameter("weight", [width]),
            bias: weights.parameter("bias", [width]),
            epsilon,
        }
    }

    /// `[batch, tokens, width]`, normalised.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        kernels::layer_norm(x, self.weight.val(), self.bias.val(), self.epsilon)
    }
}
