//! Halving and doubling of height and width.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};

use crate::nn::{Conv2d, Conv2dShape, visit_layers};
use crate::weights::Weights;

/// A 3x3 convolution with stride 2.
#[derive(Module, Debug)]
pub struct Downsample2D {
    conv: Conv2d,
}

impl Downsample2D {
    /// `padding` is (1, 1) in a U-Net, (0, 1) in an autoencoder's encoder.
    pub fn new(channels: usize, padding: (usize, usize), weights: &Weights) -> Self {
        let shape = Conv2dShape { inputs: channels, outputs: channels, kernel: 3, stride: 2, padding };
        Self { conv: Conv2d::new(shape, &weights.child("conv")) }
    }

    /// `[batch, channels, height, width]` to half the height and width.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.conv.forward(x)
    }
}

/// Nearest-neighbour enlargement and a 3x3 convolution.
#[derive(Module, Debug)]
pub struct Upsample2D {
    conv: Conv2d,
}

impl Upsample2D {
    /// Keeps the number of channels.
    pub fn new(channels: usize, weights: &Weights) -> Self {
        Self { conv: Conv2d::new(Conv2dShape::same(channels, channels), &weights.child("conv")) }
    }

    /// `[batch, channels, height, width]` to `[batch, channels, size]`, twice as high and wide but for odd skip connections.
    pub fn forward(&self, x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
        self.conv.forward(nearest(x, size))
    }
}

/// Nearest-neighbour enlargement to `size`.
fn nearest(x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    if size != [2 * height, 2 * width] {
        return interpolate(x, InterpolateOptions::new(InterpolateMode::Nearest).with_output_size(size));
    }
    // Exactly twice: an expansion, which is a copy on every device and exact everywhere.
    x.reshape([batch, channels, height, 1, width, 1])
        .expand([batch, channels, height, 2, width, 2])
        .reshape([batch, channels, 2 * height, 2 * width])
}

visit_layers!(Downsample2D { conv });
visit_layers!(Upsample2D { conv });
