//! Gradients of a linear layer: only those that somebody wants, and only what they need is kept.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::wgpu::CubeBackend;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata};
use burn::tensor::Shape;

use super::FusedLinear;
use crate::kernels::addend::{Addend, Parents};
use crate::kernels::cpu::linear::LinearParameters;
use crate::kernels::{cpu, flex};

/// The gradients on a backend's own tensors; burn's matrix products unless a backend has better ones.
pub trait LinearGradients: Backend {
    /// `gradient weight`: `[rows, out]` and `[out, in]` to `[rows, in]`.
    fn linear_input_gradient(gradient: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        plain_input::<Self>(gradient, weight)
    }

    /// `gradientᵀ x`: `[rows, out]` and `[rows, in]` to `[out, in]`.
    fn linear_weight_gradient(gradient: FloatTensor<Self>, x: FloatTensor<Self>) -> FloatTensor<Self> {
        plain_weight::<Self>(gradient, x)
    }
}

fn plain_input<B: Backend>(gradient: FloatTensor<B>, weight: FloatTensor<B>) -> FloatTensor<B> {
    B::float_matmul(gradient, weight)
}

fn plain_weight<B: Backend>(gradient: FloatTensor<B>, x: FloatTensor<B>) -> FloatTensor<B> {
    B::float_matmul(B::float_swap_dims(gradient, 0, 1), x)
}

#[cfg(feature = "gpu")]
impl LinearGradients for CubeBackend {}

impl LinearGradients for Flex {
    fn linear_input_gradient(gradient: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        let parts = (flex::Contiguous::of(&gradient), flex::Contiguous::of(&weight));
        let (Some(g), Some(w)) = parts else {
            return plain_input::<Self>(gradient, weight);
        };
        let (rows, outputs, inputs) = (gradient.shape()[0], weight.shape()[0], weight.shape()[1]);
        let transposed = cpu::matrix::transposed(w.values(), outputs, inputs);
        let parameters = LinearParameters {
            weight: &transposed,
            bias: None,
            residual: None,
            in_features: outputs,
            out_features: inputs,
        };
        let mut output = vec![0.0; rows * inputs];
        cpu::linear::linear(g.values(), &parameters, &mut output);
        flex::from_values(output, Shape::new([rows, inputs]))
    }

    fn linear_weight_gradient(gradient: FloatTensor<Self>, x: FloatTensor<Self>) -> FloatTensor<Self> {
        let parts = (flex::Contiguous::of(&gradient), flex::Contiguous::of(&x));
        let (Some(g), Some(values)) = parts else {
            return plain_weight::<Self>(gradient, x);
        };
        let (rows, outputs, inputs) = (x.shape()[0], gradient.shape()[1], x.shape()[1]);
        let mut output = vec![0.0; outputs * inputs];
        cpu::matrix::sum_of_outer_products(g.values(), values.values(), [rows, outputs, inputs], 1.0, &mut output);
        flex::from_values(output, Shape::new([outputs, inputs]))
    }
}

/// What the backward pass needs.
#[derive(Clone, Debug)]
struct Saved<B: Backend> {
    /// For the weight's gradient.
    x: Option<NodeId>,
    /// For the input's gradient.
    weight: Option<FloatTensor<B>>,
    parents: Parents,
}

#[derive(Debug)]
struct LinearBackward;

impl<B: LinearGradients, const N: usize> Backward<B, N> for LinearBackward {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, checkpointer: &mut Checkpointer) {
        let Saved { x, weight, parents } = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let node = |index: Option<usize>| index.and_then(|index| ops.parents[index].as_ref());
        if let (Some(node), Some(weight)) = (node(Some(0)), weight) {
            gradients.register::<B>(node.id, B::linear_input_gradient(gradient.clone(), weight));
        }
        if let (Some(node), Some(x)) = (node(Some(1)), x) {
            let x = checkpointer.retrieve_node_output(x);
            gradients.register::<B>(node.id, B::linear_weight_gradient(gradient.clone(), x));
        }
        if let Some(node) = node(parents.bias) {
            gradients.register::<B>(node.id, B::float_sum_dim(gradient.clone(), 0));
        }
        if let Some(node) = node(parents.residual) {
            gradients.register::<B>(node.id, gradient);
        }
    }
}

impl<B: FusedLinear + LinearGradients, C: CheckpointStrategy> FusedLinear for Autodiff<B, C> {
    fn fused_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: Addend<Self>,
        residual: Addend<Self>,
    ) -> FloatTensor<Self> {
        let arguments = Arguments::<B, C> {
            x,
            weight,
            bias,
            residual,
        };
        let (x, weight) = (arguments.x.node(), arguments.weight.node());
        match (arguments.bias.node(), arguments.residual.node()) {
            (None, None) => arguments.apply([x, weight]),
            (Some(bias), None) => arguments.apply([x, weight, bias]),
            (None, Some(residual)) => arguments.apply([x, weight, residual]),
            (Some(bias), Some(residual)) => arguments.apply([x, weight, bias, residual]),
        }
    }
}

struct Arguments<B: Backend, C: CheckpointStrategy> {
    x: FloatTensor<Autodiff<B, C>>,
    weight: FloatTensor<Autodiff<B, C>>,
    bias: Addend<Autodiff<B, C>>,
    residual: Addend<Autodiff<B, C>>,
}

impl<B: FusedLinear + LinearGradients, C: CheckpointStrategy> Arguments<B, C> {
    fn apply<const N: usize>(self, nodes: [NodeGuard; N]) -> FloatTensor<Autodiff<B, C>> {
        let Self {
            x,
            weight,
            bias,
            residual,
        } = self;
        let parents = Parents::after(2, &bias, &residual);
        match LinearBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut prepared) => {
                let saved = Saved {
                    x: weight.is_tracked().then(|| prepared.checkpoint(&x)),
                    weight: x.is_tracked().then(|| weight.primitive().clone()),
                    parents,
                };
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                let output = B::fused_linear(x, weight, bias.into_inner(), residual.into_inner());
                prepared.finish(saved, output)
            }
            OpsKind::UnTracked(prepared) => {
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                prepared.finish(B::fused_linear(x, weight, bias.into_inner(), residual.into_inner()))
            }
        }
    }
}
