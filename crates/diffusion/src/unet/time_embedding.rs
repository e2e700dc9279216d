//! The sinusoidal embedding of timesteps and its two-layer network.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData, activation::silu};

use crate::nn::{Linear, visit_layers};
use crate::weights::Weights;

/// Sinusoidal embedding (Vaswani et al. 2017; diffusers' `get_timestep_embedding`) of each value, `[values, width]` in f32.
///
/// `flip_sin_to_cos` puts the cosines first, `freq_shift` shortens the frequency ladder. Computed on the host: the values are
/// few, and sin and cos of large arguments differ between GPUs.
pub fn sinusoidal_embedding(
    values: &[f32],
    width: usize,
    flip_sin_to_cos: bool,
    freq_shift: f64,
    device: &Device,
) -> Tensor<2> {
    let steps = (width as f64 / 2.0).floor() - freq_shift;
    let exponent = |index| -(10_000f32.ln()) * index as f32 / steps as f32;
    sinusoids(values, width, flip_sin_to_cos, exponent, device)
}

/// Embedding of guidance scales for a latent consistency model (diffusers' `get_guidance_scale_embedding`), `[scales, width]` in
/// f32. Angles reach thousands, so the exponents are rounded as diffusers rounds them, which is not as above.
pub fn guidance_scale_embedding(guidance_scales: &[f32], width: usize, device: &Device) -> Tensor<2> {
    let values = guidance_scales
        .iter()
        .map(|scale| (scale - 1.0) * 1000.0)
        .collect::<Vec<_>>();
    let step = -(10_000f64.ln() / ((width / 2) as f64 - 1.0)) as f32;
    sinusoids(&values, width, false, |index| index as f32 * step, device)
}

/// The sine and cosine of each value times `exp(exponent(index))`; an odd width ends with a zero.
fn sinusoids(
    values: &[f32],
    width: usize,
    flip_sin_to_cos: bool,
    exponent: impl Fn(usize) -> f32,
    device: &Device,
) -> Tensor<2> {
    let half = width / 2;
    let mut data = vec![0f32; values.len() * width];
    for (row, value) in data.chunks_exact_mut(width).zip(values) {
        for index in 0..half {
            let angle = exponent(index).exp() * value;
            let (sine, cosine) = if flip_sin_to_cos {
                (half + index, index)
            } else {
                (index, half + index)
            };
            row[sine] = angle.sin();
            row[cosine] = angle.cos();
        }
    }
    Tensor::from_data(TensorData::new(data, [values.len(), width]), device)
}

/// diffusers' `TimestepEmbedding`: linear, SiLU, linear, with an optional projected condition added before.
#[derive(Module, Debug)]
pub struct TimestepEmbedding {
    linear_1: Linear,
    cond_proj: Option<Linear>,
    linear_2: Linear,
}

impl TimestepEmbedding {
    /// From `inputs` to `outputs`; `condition` is the width of the guidance embedding, if the model has one.
    pub fn new(inputs: usize, outputs: usize, condition: Option<usize>, weights: &Weights) -> Self {
        Self {
            linear_1: Linear::new(inputs, outputs, &weights.child("linear_1")),
            cond_proj: condition.map(|width| Linear::without_bias(width, inputs, &weights.child("cond_proj"))),
            linear_2: Linear::new(outputs, outputs, &weights.child("linear_2")),
        }
    }

    /// `embedding` `[batch, in]`, `condition` `[batch, width]`, to `[batch, out]`.
    pub fn forward(&self, embedding: Tensor<2>, condition: Option<Tensor<2>>) -> Tensor<2> {
        let embedding = match (&self.cond_proj, condition) {
            (Some(projection), Some(condition)) => embedding + projection.forward(condition),
            _ => embedding,
        };
        self.linear_2.forward(silu(self.linear_1.forward(embedding)))
    }
}

visit_layers!(TimestepEmbedding {
    linear_1,
    cond_proj,
    linear_2
});
