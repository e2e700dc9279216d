//! What vision transformers share (Dosovitskiy et al. 2020, arXiv 2010.11929).

use burn::tensor::Tensor;

/// `pixels` `[batch, channels, height, width]` cut into patches of `side`: `[batch, patches, channels · side · side]`, row by row;
/// what is left over at the right and at the bottom is dropped, as a convolution with that stride does.
///
/// The patch embedding is then a linear layer with the convolution's weight, flattened.
pub fn patches(pixels: Tensor<4>, side: usize) -> Tensor<3> {
    let [batch, channels, height, width] = pixels.dims();
    let (rows, columns) = (height / side, width / side);
    pixels
        .narrow(2, 0, rows * side)
        .narrow(3, 0, columns * side)
        .reshape([batch, channels, rows, side, columns, side])
        .permute([0, 2, 4, 1, 3, 5])
        .reshape([batch, rows * columns, channels * side * side])
}

/// `[batch, patches, channels · side · side]` by the weight `[hidden, channels, side, side]` of the patch embedding.
pub fn embed_patches(patches: Tensor<3>, weight: Tensor<4>, bias: Option<Tensor<1>>) -> Tensor<3> {
    let [batch, count, values] = patches.dims();
    let hidden = weight.dims()[0];
    let patches = patches.reshape([batch * count, values]);
    diffusion::kernels::linear(patches, weight.reshape([hidden, values]), bias, None).reshape([batch, count, hidden])
}

/// `token` `[hidden]` before each row of `tokens` `[batch, tokens, hidden]`.
pub fn prepend(token: Tensor<1>, tokens: Tensor<3>) -> Tensor<3> {
    let [batch, _, hidden] = tokens.dims();
    Tensor::cat(
        vec![token.reshape([1, 1, hidden]).expand([batch, 1, hidden]), tokens],
        1,
    )
}
