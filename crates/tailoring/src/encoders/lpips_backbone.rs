//! The convolutions under LPIPS: torchvision's `alexnet` (Krizhevsky 2014, arXiv 1404.5997) and `vgg16` (Simonyan and Zisserman
//! 2014, arXiv 1409.1556), cut into five stages as the `lpips` package does.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use diffusion::kernels;
use diffusion::nn::Window;
use diffusion::weights::Weights;

/// Which network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backbone {
    /// `alexnet`: the package's default, and what most papers mean.
    Alex,
    /// `vgg16`.
    Vgg,
}

/// A convolution: its index in torchvision's `features`, channels in and out, kernel, stride and padding in pixels.
type Layer = (usize, [usize; 2], [usize; 3]);

const ALEX: [&[Layer]; 5] = [
    &[(0, [3, 64], [11, 4, 2])],
    &[(3, [64, 192], [5, 1, 2])],
    &[(6, [192, 384], SAME)],
    &[(8, [384, 256], SAME)],
    &[(10, [256, 256], SAME)],
];

const VGG: [&[Layer]; 5] = [
    &[(0, [3, 64], SAME), (2, [64, 64], SAME)],
    &[(5, [64, 128], SAME), (7, [128, 128], SAME)],
    &[(10, [128, 256], SAME), (12, [256, 256], SAME), (14, [256, 256], SAME)],
    &[(17, [256, 512], SAME), (19, [512, 512], SAME), (21, [512, 512], SAME)],
    &[(24, [512, 512], SAME), (26, [512, 512], SAME), (28, [512, 512], SAME)],
];

const SAME: [usize; 3] = [3, 1, 1];

impl Backbone {
    /// The network whose first convolution has a weight of this shape.
    pub fn from_first_layer(shape: &[usize]) -> Option<Self> {
        match shape {
            [64, 3, 11, 11] => Some(Self::Alex),
            [64, 3, 3, 3] => Some(Self::Vgg),
            _ => None,
        }
    }

    /// The package's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alex => "alex",
            Self::Vgg => "vgg",
        }
    }

    /// The smallest side of a picture that leaves every stage at least one place, in pixels.
    pub fn least_side(self) -> u32 {
        match self {
            Self::Alex => 31,
            Self::Vgg => 16,
        }
    }

    fn layers(self) -> [&'static [Layer]; 5] {
        match self {
            Self::Alex => ALEX,
            Self::Vgg => VGG,
        }
    }

    /// Channels that each stage gives.
    pub(super) fn widths(self) -> Vec<usize> {
        let last = |layers: &&[Layer]| layers.last().map_or(0, |(_, [_, outputs], _)| *outputs);
        self.layers().iter().map(last).collect()
    }

    pub(super) fn stages(self, weights: &Weights) -> Vec<Stage> {
        let stage = |(index, layers): (usize, &&'static [Layer])| {
            let weights = weights.child(format!("slice{}", index + 1));
            let convolution = |layer: &Layer| Convolution::new(*layer, &weights);
            Stage {
                pool: self.pool(index),
                convolutions: layers.iter().map(convolution).collect(),
            }
        };
        self.layers().iter().enumerate().map(stage).collect()
    }

    /// The side of the maximum pool, moved by 2, before a stage.
    fn pool(self, stage: usize) -> Option<usize> {
        match self {
            Self::Alex => matches!(stage, 1 | 2).then_some(3),
            Self::Vgg => (stage > 0).then_some(2),
        }
    }
}

/// A maximum pool where there is one, then convolutions, each with a rectifier.
#[derive(Module, Debug)]
pub(super) struct Stage {
    #[module(skip)]
    pool: Option<usize>,
    convolutions: Vec<Convolution>,
}

#[derive(Module, Debug)]
struct Convolution {
    weight: Param<Tensor<4>>,
    bias: Param<Tensor<1>>,
    stride: usize,
    padding: usize,
}

impl Stage {
    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = match self.pool {
            Some(side) => max_pool2d(x, MaxPoolOptions::new([side; 2]).with_stride([2; 2])),
            None => x,
        };
        self.convolutions.iter().fold(x, |x, layer| relu(layer.forward(x)))
    }
}

impl Convolution {
    fn new((index, [inputs, outputs], [side, stride, padding]): Layer, weights: &Weights) -> Self {
        let weights = weights.child(index);
        Self {
            weight: weights.parameter("weight", [outputs, inputs, side, side]),
            bias: weights.parameter("bias", [outputs]),
            stride,
            padding,
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        if weight.dims()[2] == 3 {
            return kernels::conv2d(x, weight, bias, Window::Same, None);
        }
        let options = ConvOptions::new([self.stride; 2], [self.padding; 2], [1; 2], 1);
        conv2d(x, weight, Some(bias), options)
    }
}
