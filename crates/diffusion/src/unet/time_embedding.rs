//! The sinusoidal embedding of timesteps and its two-layer network.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData, activation::silu};

use crate::nn::{Linear, visit_layers};
use crate::weights::Weights;

/// Sinusoidal embedding (Vaswani et al. 2017; diffusers' `get_timestep_embedding`) of each value, `[values, width]` in f32.
///
/// `flip_sin_to_cos` puts the cosines first, `freq_shift` shortens the frequency ladder. Computed on the host: the values are
/// few, and sin and cos of large arguments differ between GPUs.
pub fn sinusoidal_embedding(values: &[f32], width: usize, flip_sin_to_cos: bool, freq_shift: f64, device: &Device) -> Tensor<2> {
    let half = width / 2;
    let mut data = vec![0f32; values.len() * width];
    for (row, value) in data.chunks_exact_mut(width).zip(values) {
        for index in 0..half {
            let exponent = -(10_000f32.ln()) * index as f32 / (half as f64 - freq_shift) as f32;
            let angle = exponent.exp() * value;
            let (sine, cosine) = if flip_sin_to_cos { (half + index, index) } else { (index, half + index) };
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

visit_layers!(TimestepEmbedding { linear_1, cond_proj, linear_2 });
