//! The side branches of low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): `y + scale * up(down(x))`.
//!
//! A branch is computed beside the layer in f32 rather than merged into it: the base stays as it was, several branches add up,
//! a weight can change between two pictures, and f16 weights lose nothing.

use burn::module::{Module, Param};
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{FloatDType, Tensor};

/// A branch of a linear layer. `down` `[rank, in]`, `up` `[out, rank]`, both f32.
#[derive(Module, Debug)]
pub struct LoraLinear {
    /// To the rank.
    pub down: Param<Tensor<2>>,
    /// From the rank.
    pub up: Param<Tensor<2>>,
    /// weight · alpha / rank
    pub scale: f64,
}

impl LoraLinear {
    /// `x` `[rows, in]` to `[rows, out]`, in the type of `x`.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let dtype = x.dtype();
        let hidden = x.cast(FloatDType::F32).matmul(self.down.val().swap_dims(0, 1));
        hidden
            .matmul(self.up.val().swap_dims(0, 1))
            .mul_scalar(self.scale)
            .cast(FloatDType::from(dtype))
    }
}

/// A branch of a convolution. `down` `[rank, in, kernel, kernel]` with the layer's stride and padding, `up` `[out, rank, 1, 1]`.
#[derive(Module, Debug)]
pub struct LoraConv2d {
    /// To the rank.
    pub down: Param<Tensor<4>>,
    /// From the rank.
    pub up: Param<Tensor<4>>,
    /// weight · alpha / rank
    pub scale: f64,
}

impl LoraConv2d {
    /// `x` `[batch, in, height, width]` to `[batch, out, height', width']`, in the type of `x`.
    pub fn forward(&self, x: Tensor<4>, options: ConvOptions<2>) -> Tensor<4> {
        let dtype = x.dtype();
        let hidden = conv2d(x.cast(FloatDType::F32), self.down.val(), None, options);
        let pointwise = ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
        conv2d(hidden, self.up.val(), None, pointwise)
            .mul_scalar(self.scale)
            .cast(FloatDType::from(dtype))
    }
}
