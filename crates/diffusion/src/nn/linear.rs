//! A linear layer.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::{Layer, LoraLinear, VisitLayers};
use crate::kernels;
use crate::weights::Weights;

/// `y = x W^T + b`, with `torch.nn.Linear`'s layout.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[out, in]`
    pub weight: Param<Tensor<2>>,
    /// `[out]`
    pub bias: Option<Param<Tensor<1>>>,
    /// Adapters, added to the output.
    pub lora: Vec<LoraLinear>,
}

impl Linear {
    /// A layer with a bias.
    pub fn new(inputs: usize, outputs: usize, weights: &Weights) -> Self {
        let bias = Some(weights.parameter("bias", [outputs]));
        Self {
            bias,
            ..Self::without_bias(inputs, outputs, weights)
        }
    }

    /// A layer without a bias.
    pub fn without_bias(inputs: usize, outputs: usize, weights: &Weights) -> Self {
        Self {
            weight: weights.parameter("weight", [outputs, inputs]),
            bias: None,
            lora: Vec::new(),
        }
    }

    /// `[..., in]` to `[..., out]`.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        self.apply(x, None)
    }

    /// The same plus `residual` of the result's shape.
    pub fn forward_add<const D: usize>(&self, x: Tensor<D>, residual: Tensor<D>) -> Tensor<D> {
        self.apply(x, Some(residual))
    }

    fn apply<const D: usize>(&self, x: Tensor<D>, residual: Option<Tensor<D>>) -> Tensor<D> {
        let mut shape = x.dims();
        let [outputs, inputs] = self.weight.dims();
        let rows = shape.iter().product::<usize>() / inputs;
        let x = x.reshape([rows, inputs]);
        let residual = residual.map(|residual| residual.reshape([rows, outputs]));
        let y = kernels::linear(
            x.clone(),
            self.weight.val(),
            self.bias.as_ref().map(Param::val),
            residual,
        );
        let y = self.lora.iter().fold(y, |y, branch| y + branch.forward(x.clone()));
        shape[D - 1] = outputs;
        y.reshape(shape)
    }
}

impl VisitLayers for Linear {
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, Layer<'_>)) {
        visit(prefix, Layer::Linear(self));
    }
}
