//! The plain-tensor form of every custom kernel: its definition, and the yardstick of its tests.

use burn::tensor::{FloatDType, Tensor, activation};

use super::GroupNormOptions;

/// Group normalisation and an activation; statistics in f32. `x` `[batch, channels, height, width]`.
pub fn group_norm(x: Tensor<4>, weight: Tensor<1>, bias: Tensor<1>, options: GroupNormOptions) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let dtype = FloatDType::from(x.dtype());
    let grouped = x
        .cast(FloatDType::F32)
        .reshape([batch, options.groups, channels / options.groups * height * width]);
    let centred = grouped.clone() - grouped.mean_dim(2);
    let variance = centred.clone().powi_scalar(2).mean_dim(2);
    let normalised = (centred / variance.add_scalar(options.epsilon).sqrt()).reshape([batch, channels, height, width]);
    let channelwise = |p: Tensor<1>| p.cast(FloatDType::F32).reshape([1, channels, 1, 1]);
    options
        .activation
        .forward(normalised * channelwise(weight) + channelwise(bias))
        .cast(dtype)
}

/// Layer normalisation over the last dimension; statistics in f32.
pub fn layer_norm(x: Tensor<3>, weight: Tensor<1>, bias: Tensor<1>, epsilon: f64) -> Tensor<3> {
    let dtype = FloatDType::from(x.dtype());
    let x = x.cast(FloatDType::F32);
    let centred = x.clone() - x.mean_dim(2);
    let variance = centred.clone().powi_scalar(2).mean_dim(2);
    let normalised = centred / variance.add_scalar(epsilon).sqrt();
    (normalised * weight.cast(FloatDType::F32).unsqueeze() + bias.cast(FloatDType::F32).unsqueeze()).cast(dtype)
}

/// The gated linear unit with GELU (Shazeer 2020, arXiv 2002.05202): `[.., 2 n]` to `[.., n]`.
pub fn geglu(x: Tensor<3>) -> Tensor<3> {
    let half = x.dims()[2] / 2;
    x.clone().narrow(2, 0, half) * activation::gelu(x.narrow(2, half, half))
}

/// Attention with `heads` heads over `[batch, tokens, heads · width]`; softmax in f32.
pub fn attention(q: Tensor<3>, k: Tensor<3>, v: Tensor<3>, heads: usize) -> Tensor<3> {
    let dtype = FloatDType::from(q.dtype());
    let [batch, tokens, channels] = q.dims();
    let width = channels / heads;
    let split = |x: Tensor<3>| {
        let tokens = x.dims()[1];
        x.cast(FloatDType::F32)
            .reshape([batch, tokens, heads, width])
            .swap_dims(1, 2)
    };
    let scores = split(q)
        .matmul(split(k).swap_dims(2, 3))
        .mul_scalar((width as f64).powf(-0.5));
    let mixed = activation::softmax(scores, 3).matmul(split(v));
    mixed.swap_dims(1, 2).reshape([batch, tokens, channels]).cast(dtype)
}
