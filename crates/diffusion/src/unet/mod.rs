//! The denoiser: diffusers' `UNet2DConditionModel` for Stable Diffusion 1 and 2, latent consistency models, SDXL and the
//! built-in model.

mod blocks;
mod config;
mod names;
mod time_embedding;
mod transformer;

pub use config::{AddedConditions, BlockKind, UNetConfig};
pub use names::diffusers_name;
pub use time_embedding::{TimestepEmbedding, guidance_scale_embedding, sinusoidal_embedding};
pub use transformer::{BasicTransformerBlock, Projection, Transformer2D, TransformerShape};
pub(crate) use transformer::{to_picture, to_tokens};

use burn::module::Module;
use burn::tensor::{FloatDType, Tensor, activation::silu};

use crate::nn::{Conv2d, GroupNorm, Window, visit_layers};
use crate::weights::Weights;
use blocks::{Conditions, DownBlock, MidBlock, UpBlock};

/// The U-Net (Ronneberger et al. 2015; Rombach et al. 2022, arXiv 2112.10752).
#[derive(Module, Debug)]
pub struct UNet2DConditionModel {
    conv_in: Conv2d,
    time_embedding: TimestepEmbedding,
    add_embedding: Option<TimestepEmbedding>,
    down_blocks: Vec<DownBlock>,
    mid_block: MidBlock,
    up_blocks: Vec<UpBlock>,
    conv_norm_out: GroupNorm,
    conv_out: Conv2d,
    #[module(skip)]
    config: UNetConfig,
}

/// What the U-Net is given beside the noisy latents.
#[derive(Clone, Debug)]
pub struct UNetInputs {
    /// One timestep a picture, in training steps.
    pub timesteps: Vec<f32>,
    /// Prompt embedding, `[batch, tokens, width]`.
    pub encoder_hidden_states: Tensor<3>,
    /// Guidance embedding of a latent consistency model, `[batch, width]` (diffusers' `timestep_cond`).
    pub timestep_cond: Option<Tensor<2>>,
    /// SDXL's conditions.
    pub added_cond: Option<AddedCond>,
}

/// SDXL's conditions (diffusers' `added_cond_kwargs`).
#[derive(Clone, Debug)]
pub struct AddedCond {
    /// Pooled prompt embedding, `[batch, width]`.
    pub text_embeds: Tensor<2>,
    /// Original size, crop and target size of each picture: six numbers each.
    pub time_ids: Vec<[f32; 6]>,
}

impl UNet2DConditionModel {
    /// The model of that configuration.
    pub fn new(config: &UNetConfig, weights: &Weights) -> Self {
        let first = config.block_out_channels[0];
        let (down, up) = (weights.child("down_blocks"), weights.child("up_blocks"));
        let levels = 0..config.block_out_channels.len();
        Self {
            conv_in: Conv2d::new(config.in_channels, first, Window::Same, &weights.child("conv_in")),
            time_embedding: TimestepEmbedding::new(
                first,
                config.time_embed_dim,
                config.time_cond_proj_dim,
                &weights.child("time_embedding"),
            ),
            add_embedding: config.added_conditions.map(|added| {
                TimestepEmbedding::new(
                    added.input_dim,
                    config.time_embed_dim,
                    None,
                    &weights.child("add_embedding"),
                )
            }),
            down_blocks: levels
                .clone()
                .map(|level| DownBlock::new(config, level, &down.child(level)))
                .collect(),
            mid_block: MidBlock::new(config, &weights.child("mid_block")),
            up_blocks: levels
                .map(|index| UpBlock::new(config, index, &up.child(index)))
                .collect(),
            conv_norm_out: GroupNorm::new(
                config.norm_num_groups,
                first,
                config.norm_eps,
                &weights.child("conv_norm_out"),
            ),
            conv_out: Conv2d::new(first, config.out_channels, Window::Same, &weights.child("conv_out")),
            config: config.clone(),
        }
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &UNetConfig {
        &self.config
    }

    /// Predicts, from noisy latents `sample` `[batch, in, height, width]` in f32, what the scheduler's `prediction_type` says:
    /// `[batch, out, height, width]` in f32.
    pub fn forward(&self, sample: Tensor<4>, inputs: &UNetInputs) -> Tensor<4> {
        let dtype = FloatDType::from(self.conv_in.weight.val().dtype());
        let conditions = Conditions {
            time: silu(self.embed_time(inputs, &sample, dtype)),
            context: inputs.encoder_hidden_states.clone().cast(dtype),
        };
        let mut x = self.conv_in.forward(sample.cast(dtype));
        let mut skips = vec![x.clone()];
        for block in &self.down_blocks {
            x = block.forward(x, &conditions, &mut skips);
        }
        x = self.mid_block.forward(x, &conditions);
        for block in &self.up_blocks {
            x = block.forward(x, &conditions, &mut skips);
        }
        self.conv_out
            .forward(self.conv_norm_out.forward_silu(x))
            .cast(FloatDType::F32)
    }

    fn embed_time(&self, inputs: &UNetInputs, sample: &Tensor<4>, dtype: FloatDType) -> Tensor<2> {
        let config = &self.config;
        let device = sample.device();
        let sinusoids = |values: &[f32], width| {
            sinusoidal_embedding(values, width, config.flip_sin_to_cos, config.freq_shift, &device).cast(dtype)
        };
        let time = sinusoids(&inputs.timesteps, config.block_out_channels[0]);
        let condition = inputs.timestep_cond.clone().map(|condition| condition.cast(dtype));
        let embedded = self.time_embedding.forward(time, condition);
        match (&self.add_embedding, config.added_conditions, &inputs.added_cond) {
            (Some(add_embedding), Some(shape), Some(added)) => {
                let sizes = sinusoids(added.time_ids.as_flattened(), shape.time_embed_dim);
                let sizes = sizes.reshape([added.time_ids.len(), 6 * shape.time_embed_dim]);
                let joined = Tensor::cat(vec![added.text_embeds.clone().cast(dtype), sizes], 1);
                embedded + add_embedding.forward(joined, None)
            }
            _ => embedded,
        }
    }
}

visit_layers!(UNet2DConditionModel {
    conv_in,
    time_embedding,
    add_embedding,
    down_blocks,
    mid_block,
    up_blocks,
    conv_out,
});
