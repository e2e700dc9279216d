//! A two-dimensional convolution.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::ops::ConvOptions;

use super::{Layer, LoraConv2d, VisitLayers};
use crate::kernels::{self, PreparedWeight};
use crate::weights::Weights;

/// What a convolution's shape is made of.
#[derive(Clone, Copy, Debug)]
pub struct Conv2dShape {
    pub inputs: usize,
    pub outputs: usize,
    /// Height and width of the kernel.
    pub kernel: usize,
    pub stride: usize,
    /// Rows and columns of zeros before and after.
    pub padding: (usize, usize),
}

impl Conv2dShape {
    /// A 1x1 convolution.
    pub fn pointwise(inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, kernel: 1, stride: 1, padding: (0, 0) }
    }

    /// A 3x3 convolution that keeps height and width.
    pub fn same(inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, kernel: 3, stride: 1, padding: (1, 1) }
    }
}

/// `torch.nn.Conv2d` with a bias.
#[derive(Module, Debug)]
pub struct Conv2d {
    /// `[out, in, kernel, kernel]`
    pub weight: Param<Tensor<4>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
    /// Adapters, added to the output.
    pub lora: Vec<LoraConv2d>,
    stride: usize,
    padding_begin: usize,
    padding_end: usize,
    #[module(skip)]
    prepared: PreparedWeight,
}

impl Conv2d {
    /// The layer of that shape.
    pub fn new(shape: Conv2dShape, weights: &Weights) -> Self {
        let Conv2dShape { inputs, outputs, kernel, stride, padding } = shape;
        Self {
            weight: weights.parameter("weight", [outputs, inputs, kernel, kernel]),
            bias: weights.parameter("bias", [outputs]),
            lora: Vec::new(),
            stride,
            padding_begin: padding.0,
            padding_end: padding.1,
            prepared: PreparedWeight::default(),
        }
    }

    /// To be called after the weight was replaced.
    pub fn forget_prepared(&mut self) {
        self.prepared = PreparedWeight::default();
    }

    fn options(&self) -> ConvOptions<2> {
        let padding = (self.padding_begin, self.padding_end);
        ConvOptions::new_with_padding([self.stride; 2], [padding; 2], [1, 1], 1)
    }

    /// `[batch, in, height, width]` to `[batch, out, height', width']`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let branches = self.lora.iter().map(|branch| branch.forward(x.clone(), self.options())).collect::<Vec<_>>();
        let y = kernels::conv2d(x, self.weight.val(), self.bias.val(), self.options(), &self.prepared);
        branches.into_iter().fold(y, |y, branch| y + branch)
    }
}

impl VisitLayers for Conv2d {
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, Layer<'_>)) {
        visit(prefix, Layer::Conv2d(self));
    }
}
