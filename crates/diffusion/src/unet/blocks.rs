//! The down, middle and up blocks of the U-Net.

use burn::module::Module;
use burn::tensor::Tensor;

use super::config::{BlockKind, UNetConfig};
use super::transformer::{Projection, Transformer2D, TransformerShape};
use crate::blocks::{Downsample2D, ResnetBlock2D, ResnetShape, Upsample2D};
use crate::nn::{Window, visit_layers};
use crate::weights::Weights;

/// What every block is given beside the picture.
pub struct Conditions {
    /// SiLU of the time embedding, `[batch, width]`.
    pub time: Tensor<2>,
    /// Prompt embedding, `[batch, tokens, width]`.
    pub context: Tensor<3>,
}

/// Residual blocks, each followed by a transformer where the block attends to the prompt.
#[derive(Module, Debug)]
struct Layers {
    resnets: Vec<ResnetBlock2D>,
    attentions: Vec<Transformer2D>,
}

impl Layers {
    fn new(config: &UNetConfig, level: usize, kind: BlockKind, inputs: &[usize], weights: &Weights) -> Self {
        let outputs = config.block_out_channels[level];
        let (resnets, attentions) = (weights.child("resnets"), weights.child("attentions"));
        let attentions_wanted = if kind == BlockKind::CrossAttention {
            inputs.len()
        } else {
            0
        };
        Self {
            resnets: inputs
                .iter()
                .enumerate()
                .map(|(i, inputs)| ResnetBlock2D::new(resnet_shape(config, *inputs, outputs), &resnets.child(i)))
                .collect(),
            attentions: (0..attentions_wanted)
                .map(|i| Transformer2D::new(transformer_shape(config, level), &attentions.child(i)))
                .collect(),
        }
    }

    fn forward(&self, index: usize, x: Tensor<4>, conditions: &Conditions) -> Tensor<4> {
        let x = self.resnets[index].forward(x, Some(&conditions.time));
        match self.attentions.get(index) {
            Some(attention) => attention.forward(x, &conditions.context),
            None => x,
        }
    }
}

fn resnet_shape(config: &UNetConfig, inputs: usize, outputs: usize) -> ResnetShape {
    let (groups, epsilon) = (config.norm_num_groups, config.norm_eps);
    ResnetShape {
        inputs,
        outputs,
        time_embedding: Some(config.time_embed_dim),
        groups,
        epsilon,
    }
}

fn transformer_shape(config: &UNetConfig, level: usize) -> TransformerShape {
    TransformerShape {
        channels: config.block_out_channels[level],
        context: config.cross_attention_dim,
        heads: config.attention_heads[level],
        layers: config.transformer_layers_per_block[level],
        groups: config.norm_num_groups,
        projection: if config.use_linear_projection {
            Projection::Linear
        } else {
            Projection::Convolution
        },
    }
}

/// A level on the way down. Every intermediate picture is a skip connection to the way up.
#[derive(Module, Debug)]
pub struct DownBlock {
    layers: Layers,
    downsampler: Option<Downsample2D>,
}

impl DownBlock {
    /// Level `level`, counted from the full resolution.
    pub fn new(config: &UNetConfig, level: usize, weights: &Weights) -> Self {
        let channels = &config.block_out_channels;
        let mut inputs = vec![channels[level]; config.layers_per_block[level]];
        inputs[0] = channels[level.saturating_sub(1)];
        let last = level + 1 == channels.len();
        Self {
            layers: Layers::new(config, level, config.down_blocks[level], &inputs, weights),
            downsampler: (!last)
                .then(|| Downsample2D::new(channels[level], Window::Strided, &weights.child("downsamplers.0"))),
        }
    }

    /// Pushes every intermediate picture onto `skips`.
    pub fn forward(&self, mut x: Tensor<4>, conditions: &Conditions, skips: &mut Vec<Tensor<4>>) -> Tensor<4> {
        for index in 0..self.layers.resnets.len() {
            x = self.layers.forward(index, x, conditions);
            skips.push(x.clone());
        }
        if let Some(downsampler) = &self.downsampler {
            x = downsampler.forward(x);
            skips.push(x.clone());
        }
        x
    }
}

/// The lowest resolution: a residual block, a transformer, a residual block.
#[derive(Module, Debug)]
pub struct MidBlock {
    first: ResnetBlock2D,
    attention: Transformer2D,
    second: ResnetBlock2D,
}

impl MidBlock {
    /// At the last level's resolution.
    pub fn new(config: &UNetConfig, weights: &Weights) -> Self {
        let level = config.block_out_channels.len() - 1;
        let shape = resnet_shape(
            config,
            config.block_out_channels[level],
            config.block_out_channels[level],
        );
        Self {
            first: ResnetBlock2D::new(shape, &weights.child("resnets.0")),
            attention: Transformer2D::new(transformer_shape(config, level), &weights.child("attentions.0")),
            second: ResnetBlock2D::new(shape, &weights.child("resnets.1")),
        }
    }

    /// Keeps the shape.
    pub fn forward(&self, x: Tensor<4>, conditions: &Conditions) -> Tensor<4> {
        let x = self.first.forward(x, Some(&conditions.time));
        let x = self.attention.forward(x, &conditions.context);
        self.second.forward(x, Some(&conditions.time))
    }
}

/// A level on the way up, given the skip connections of its level.
#[derive(Module, Debug)]
pub struct UpBlock {
    layers: Layers,
    upsampler: Option<Upsample2D>,
}

impl UpBlock {
    /// The `index`-th block on the way up; 0 is at the lowest resolution.
    pub fn new(config: &UNetConfig, index: usize, weights: &Weights) -> Self {
        let channels = &config.block_out_channels;
        let level = channels.len() - 1 - index;
        let below = channels[(level + 1).min(channels.len() - 1)];
        let count = config.layers_per_block[level] + 1;
        let inputs = (0..count)
            .map(|layer| {
                let x = if layer == 0 { below } else { channels[level] };
                let skip = if layer + 1 == count {
                    channels[level.saturating_sub(1)]
                } else {
                    channels[level]
                };
                x + skip
            })
            .collect::<Vec<_>>();
        Self {
            layers: Layers::new(config, level, config.up_blocks[index], &inputs, weights),
            upsampler: (level > 0).then(|| Upsample2D::new(channels[level], &weights.child("upsamplers.0"))),
        }
    }

    /// Pops its skip connections off `skips`; enlarges to the size of the next one.
    pub fn forward(&self, mut x: Tensor<4>, conditions: &Conditions, skips: &mut Vec<Tensor<4>>) -> Tensor<4> {
        for index in 0..self.layers.resnets.len() {
            if let Some(skip) = skips.pop() {
                x = Tensor::cat(vec![x, skip], 1);
            }
            x = self.layers.forward(index, x, conditions);
        }
        match (&self.upsampler, skips.last()) {
            (Some(upsampler), Some(skip)) => {
                let [_, _, height, width] = skip.dims();
                upsampler.forward(x, [height, width])
            }
            _ => x,
        }
    }
}

impl crate::nn::VisitLayers for Layers {
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, crate::nn::Layer<'_>)) {
        self.resnets.visit_layers(&format!("{prefix}.resnets"), visit);
        self.attentions.visit_layers(&format!("{prefix}.attentions"), visit);
    }
}

macro_rules! visit_level {
    ($block:ty, $sampler:ident, $name:literal) => {
        impl crate::nn::VisitLayers for $block {
            fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, crate::nn::Layer<'_>)) {
                self.layers.visit_layers(prefix, visit);
                self.$sampler.visit_layers(&format!("{prefix}.{}", $name), visit);
            }
        }
    };
}
visit_level!(DownBlock, downsampler, "downsamplers.0");
visit_level!(UpBlock, upsampler, "upsamplers.0");
visit_layers!(MidBlock { first as "resnets.0", attention as "attentions.0", second as "resnets.1" });
