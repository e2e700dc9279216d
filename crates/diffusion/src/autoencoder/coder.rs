//! The encoder and the decoder.

use burn::module::Module;
use burn::tensor::Tensor;

use super::config::AutoencoderConfig;
use crate::blocks::{Downsample2D, ResnetBlock2D, ResnetShape, Upsample2D};
use crate::nn::{Attention, Conv2d, GroupNorm, Window};
use crate::unet::{to_picture, to_tokens};
use crate::weights::Weights;

const EPSILON: f64 = 1e-6;

fn resnet(config: &AutoencoderConfig, inputs: usize, outputs: usize, weights: &Weights) -> ResnetBlock2D {
    let groups = config.norm_num_groups;
    ResnetBlock2D::new(
        ResnetShape {
            inputs,
            outputs,
            time_embedding: None,
            groups,
            epsilon: EPSILON,
        },
        weights,
    )
}

/// Residual blocks of one resolution.
fn resnets(config: &AutoencoderConfig, count: usize, ends: (usize, usize), weights: &Weights) -> Vec<ResnetBlock2D> {
    let (inputs, outputs) = ends;
    let input = |index| if index == 0 { inputs } else { outputs };
    (0..count)
        .map(|index| resnet(config, input(index), outputs, &weights.child("resnets").child(index)))
        .collect()
}

/// A residual block, attention over all positions if the configuration has it, a residual block.
#[derive(Module, Debug)]
struct MidBlock {
    first: ResnetBlock2D,
    attention: Option<MidAttention>,
    second: ResnetBlock2D,
}

#[derive(Module, Debug)]
struct MidAttention {
    group_norm: GroupNorm,
    attention: Attention,
}

impl MidBlock {
    fn new(config: &AutoencoderConfig, channels: usize, weights: &Weights) -> Self {
        let attention = weights.child("attentions.0");
        Self {
            first: resnet(config, channels, channels, &weights.child("resnets.0")),
            attention: config.mid_block_add_attention.then(|| MidAttention {
                group_norm: GroupNorm::new(
                    config.norm_num_groups,
                    channels,
                    EPSILON,
                    &attention.child("group_norm"),
                ),
                attention: Attention::single_head(channels, &attention),
            }),
            second: resnet(config, channels, channels, &weights.child("resnets.1")),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mut x = self.first.forward(x, None);
        if let Some(MidAttention { group_norm, attention }) = &self.attention {
            let [_, _, height, width] = x.dims();
            let tokens = to_tokens(group_norm.forward(x.clone()));
            x = x + to_picture(attention.forward(tokens.clone(), tokens), [height, width]);
        }
        self.second.forward(x, None)
    }
}

#[derive(Module, Debug)]
struct DownEncoderBlock {
    resnets: Vec<ResnetBlock2D>,
    downsampler: Option<Downsample2D>,
}

/// Pictures to latents.
#[derive(Module, Debug)]
pub struct Encoder {
    conv_in: Conv2d,
    down_blocks: Vec<DownEncoderBlock>,
    mid_block: MidBlock,
    conv_norm_out: GroupNorm,
    conv_out: Conv2d,
}

impl Encoder {
    /// Of that configuration; gives mean and log-variance, twice the latent channels.
    pub fn new(config: &AutoencoderConfig, weights: &Weights) -> Self {
        let channels = &config.block_out_channels;
        let (first, last) = (channels[0], channels[channels.len() - 1]);
        let blocks = weights.child("down_blocks");
        let block = |level: usize| {
            let weights = blocks.child(level);
            let ends = (channels[level.saturating_sub(1)], channels[level]);
            DownEncoderBlock {
                resnets: resnets(config, config.layers_per_block, ends, &weights),
                downsampler: (level + 1 < channels.len()).then(|| {
                    Downsample2D::new(
                        channels[level],
                        Window::StridedEndPadded,
                        &weights.child("downsamplers.0"),
                    )
                }),
            }
        };
        Self {
            conv_in: Conv2d::new(config.in_channels, first, Window::Same, &weights.child("conv_in")),
            down_blocks: (0..channels.len()).map(block).collect(),
            mid_block: MidBlock::new(config, last, &weights.child("mid_block")),
            conv_norm_out: GroupNorm::new(config.norm_num_groups, last, EPSILON, &weights.child("conv_norm_out")),
            conv_out: Conv2d::new(
                last,
                2 * config.latent_channels,
                Window::Same,
                &weights.child("conv_out"),
            ),
        }
    }

    /// `[batch, in, height, width]` to `[batch, 2 latent, height / 2^n, width / 2^n]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mut x = self.conv_in.forward(x);
        for block in &self.down_blocks {
            for resnet in &block.resnets {
                x = resnet.forward(x, None);
            }
            if let Some(downsampler) = &block.downsampler {
                x = downsampler.forward(x);
            }
        }
        x = self.mid_block.forward(x);
        self.conv_out.forward(self.conv_norm_out.forward_silu(x))
    }
}

#[derive(Module, Debug)]
struct UpDecoderBlock {
    resnets: Vec<ResnetBlock2D>,
    upsampler: Option<Upsample2D>,
}

/// Latents to pictures.
#[derive(Module, Debug)]
pub struct Decoder {
    conv_in: Conv2d,
    mid_block: MidBlock,
    up_blocks: Vec<UpDecoderBlock>,
    conv_norm_out: GroupNorm,
    pub(super) conv_out: Conv2d,
}

impl Decoder {
    /// Of that configuration.
    pub fn new(config: &AutoencoderConfig, weights: &Weights) -> Self {
        let channels = config.block_out_channels.iter().copied().rev().collect::<Vec<_>>();
        let (first, last) = (channels[0], channels[channels.len() - 1]);
        let blocks = weights.child("up_blocks");
        let block = |index: usize| {
            let weights = blocks.child(index);
            let ends = (channels[index.saturating_sub(1)], channels[index]);
            UpDecoderBlock {
                resnets: resnets(config, config.layers_per_block + 1, ends, &weights),
                upsampler: (index + 1 < channels.len())
                    .then(|| Upsample2D::new(channels[index], &weights.child("upsamplers.0"))),
            }
        };
        Self {
            conv_in: Conv2d::new(config.latent_channels, first, Window::Same, &weights.child("conv_in")),
            mid_block: MidBlock::new(config, first, &weights.child("mid_block")),
            up_blocks: (0..channels.len()).map(block).collect(),
            conv_norm_out: GroupNorm::new(config.norm_num_groups, last, EPSILON, &weights.child("conv_norm_out")),
            conv_out: Conv2d::new(last, config.out_channels, Window::Same, &weights.child("conv_out")),
        }
    }

    /// `[batch, latent, height, width]` to `[batch, out, height * 2^n, width * 2^n]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mut x = self.mid_block.forward(self.conv_in.forward(x));
        for block in &self.up_blocks {
            for resnet in &block.resnets {
                x = resnet.forward(x, None);
            }
            if let Some(upsampler) = &block.upsampler {
                let [_, _, height, width] = x.dims();
                x = upsampler.forward(x, [2 * height, 2 * width]);
            }
        }
        self.conv_out.forward(self.conv_norm_out.forward_silu(x))
    }
}
