//! Matrix product with a weight in PyTorch's layout.

use burn::tensor::Tensor;

/// `x wᵀ + b`: `x` `[rows, in]`, `weight` `[out, in]`, `bias` `[out]`, to `[rows, out]`.
pub fn linear(x: Tensor<2>, weight: Tensor<2>, bias: Option<Tensor<1>>) -> Tensor<2> {
    let y = x.matmul(weight.swap_dims(0, 1));
    match bias {
        Some(bias) => y + bias.unsqueeze(),
        None => y,
    }
}
