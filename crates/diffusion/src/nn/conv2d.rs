//! A two-dimensional convolution.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::{Layer, LoraConv2d, VisitLayers};
pub use crate::kernels::cpu::conv::Kernel as Window;
use crate::kernels::{self, conv_options};
use crate::weights::Weights;

/// `torch.nn.Conv2d` with a bias, for the windows that diffusion models use.
#[derive(Module, Debug)]
pub struct Conv2d {
    /// `[out, in, side, side]`
    pub weight: Param<Tensor<4>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
    /// Adapters, added to the output.
    pub lora: Vec<LoraConv2d>,
    #[module(skip)]
    window: Window,
}

impl Conv2d {
    /// The layer from `inputs` to `outputs` channels.
    pub fn new(inputs: usize, outputs: usize, window: Window, weights: &Weights) -> Self {
        let side = if window == Window::Pointwise { 1 } else { 3 };
        Self {
            weight: weights.parameter("weight", [outputs, inputs, side, side]),
            bias: weights.parameter("bias", [outputs]),
            lora: Vec::new(),
            window,
        }
    }

    /// `[batch, in, height, width]` to `[batch, out, height', width']`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.apply(x, self.window, None)
    }

    /// An [`Window::Upsampled`] layer on a picture that has been enlarged already.
    pub fn forward_enlarged(&self, x: Tensor<4>) -> Tensor<4> {
        self.apply(x, Window::Same, None)
    }

    /// The same plus `residual` of the result's shape.
    pub fn forward_add(&self, x: Tensor<4>, residual: Tensor<4>) -> Tensor<4> {
        self.apply(x, self.window, Some(residual))
    }

    fn apply(&self, x: Tensor<4>, window: Window, residual: Option<Tensor<4>>) -> Tensor<4> {
        if self.lora.is_empty() {
            return kernels::conv2d(x, self.weight.val(), self.bias.val(), window, residual);
        }
        // The branches see what the window sees.
        let (x, window) = match window {
            Window::Upsampled => (kernels::enlarge(x), Window::Same),
            window => (x, window),
        };
        let y = kernels::conv2d(x.clone(), self.weight.val(), self.bias.val(), window, residual);
        self.lora
            .iter()
            .fold(y, |y, branch| y + branch.forward(x.clone(), conv_options(window)))
    }
}

impl VisitLayers for Conv2d {
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, Layer<'_>)) {
        visit(prefix, Layer::Conv2d(self));
    }
}
