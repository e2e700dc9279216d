//! Halving and doubling of height and width.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};

use crate::nn::{Conv2d, Window, visit_layers};
use crate::weights::Weights;

/// A 3x3 convolution with stride 2.
#[derive(Module, Debug)]
pub struct Downsample2D {
    conv: Conv2d,
}

impl Downsample2D {
    /// `window` is [`Window::Strided`] in a U-Net, [`Window::StridedEndPadded`] in an autoencoder's encoder.
    pub fn new(channels: usize, window: Window, weights: &Weights) -> Self {
        Self {
            conv: Conv2d::new(channels, channels, window, &weights.child("conv")),
        }
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
        Self {
            conv: Conv2d::new(channels, channels, Window::Upsampled, &weights.child("conv")),
        }
    }

    /// `[batch, channels, height, width]` to `[batch, channels, size]`: twice as high and wide, or one less where a skip
    /// connection of odd size asks for it.
    pub fn forward(&self, x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
        let [_, _, height, width] = x.dims();
        if size == [2 * height, 2 * width] {
            return self.conv.forward(x);
        }
        let options = InterpolateOptions::new(InterpolateMode::Nearest).with_output_size(size);
        self.conv.forward_enlarged(interpolate(x, options))
    }
}

visit_layers!(Downsample2D { conv });
visit_layers!(Upsample2D { conv });
