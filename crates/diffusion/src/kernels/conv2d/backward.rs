//! Gradients of a convolution: only those that somebody wants, and only what they need is kept.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::wgpu::CubeBackend;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata};
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{FloatDType, Shape};

use super::{FusedConv2d, Window, conv_options, shape_of};
use crate::kernels::addend::{Addend, Parents};
use crate::kernels::cpu::conv::gradients as cpu;
use crate::kernels::flex;

/// The gradients on a backend's own tensors; burn's own unless a backend has better ones.
pub trait Conv2dGradients: Backend {
    /// The gradient of the input, which has the shape `input`.
    fn conv2d_input_gradient(
        gradient: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        input: Shape,
        window: Window,
    ) -> FloatTensor<Self> {
        plain_input::<Self>(gradient, weight, input, window)
    }

    /// The gradient of the weight, which has the shape `weight`.
    fn conv2d_weight_gradient(
        gradient: FloatTensor<Self>,
        x: FloatTensor<Self>,
        weight: Shape,
        window: Window,
    ) -> FloatTensor<Self> {
        plain_weight::<Self>(gradient, x, weight, window)
    }

    /// The gradient of the bias: the sum of each channel.
    fn conv2d_bias_gradient(gradient: FloatTensor<Self>) -> FloatTensor<Self> {
        plain_bias::<Self>(gradient)
    }
}

/// Memory of that shape, for functions of burn that look at the shape only.
fn shaped<B: Backend>(shape: Shape, like: &FloatTensor<B>) -> FloatTensor<B> {
    B::float_empty(shape, &like.device(), FloatDType::from(like.dtype()))
}

fn enlarged(shape: &Shape) -> Shape {
    Shape::new([shape[0], shape[1], 2 * shape[2], 2 * shape[3]])
}

fn plain_input<B: Backend>(
    gradient: FloatTensor<B>,
    weight: FloatTensor<B>,
    input: Shape,
    window: Window,
) -> FloatTensor<B> {
    if window != Window::Upsampled {
        let x = shaped::<B>(input, &gradient);
        return B::conv2d_x_backward(x, weight, gradient, conv_options(window));
    }
    let large = enlarged(&input);
    let size = [large[2], large[3]];
    let x = shaped::<B>(large, &gradient);
    let gradient = B::conv2d_x_backward(x, weight, gradient, conv_options(window));
    let x = shaped::<B>(input, &gradient);
    B::interpolate_backward(x, gradient, size, InterpolateOptions::new(InterpolateMode::Nearest))
}

fn plain_weight<B: Backend>(
    gradient: FloatTensor<B>,
    x: FloatTensor<B>,
    weight: Shape,
    window: Window,
) -> FloatTensor<B> {
    let x = if window == Window::Upsampled {
        let large = enlarged(&x.shape());
        B::interpolate(
            x,
            [large[2], large[3]],
            InterpolateOptions::new(InterpolateMode::Nearest),
        )
    } else {
        x
    };
    let weight = shaped::<B>(weight, &gradient);
    B::conv2d_weight_backward(x, weight, gradient, conv_options(window))
}

fn plain_bias<B: Backend>(gradient: FloatTensor<B>) -> FloatTensor<B> {
    let shape = gradient.shape();
    let rows = B::float_reshape(gradient, Shape::new([shape[0], shape[1], shape[2] * shape[3]]));
    let sums = B::float_sum_dim(B::float_sum_dim(rows, 2), 0);
    B::float_reshape(sums, Shape::new([shape[1]]))
}

#[cfg(feature = "gpu")]
impl Conv2dGradients for CubeBackend {}

impl Conv2dGradients for Flex {
    fn conv2d_input_gradient(
        gradient: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        input: Shape,
        window: Window,
    ) -> FloatTensor<Self> {
        let parts = (flex::Contiguous::of(&gradient), flex::Contiguous::of(&weight));
        let (Some(g), Some(w)) = parts else {
            return plain_input::<Self>(gradient, weight, input, window);
        };
        let shape = shape_of(&input, &weight.shape(), window);
        let mut output = vec![0.0; input.num_elements()];
        cpu::input_gradient(g.values(), &shape, w.values(), &mut output);
        flex::from_values(output, input)
    }

    fn conv2d_weight_gradient(
        gradient: FloatTensor<Self>,
        x: FloatTensor<Self>,
        weight: Shape,
        window: Window,
    ) -> FloatTensor<Self> {
        let parts = (flex::Contiguous::of(&gradient), flex::Contiguous::of(&x));
        let (Some(g), Some(values)) = parts else {
            return plain_weight::<Self>(gradient, x, weight, window);
        };
        let shape = shape_of(&x.shape(), &weight, window);
        let mut output = vec![0.0; weight.num_elements()];
        cpu::weight_gradient(g.values(), values.values(), &shape, &mut output);
        flex::from_values(output, weight)
    }

    fn conv2d_bias_gradient(gradient: FloatTensor<Self>) -> FloatTensor<Self> {
        let Some(g) = flex::Contiguous::of(&gradient) else {
            return plain_bias::<Self>(gradient);
        };
        let shape = gradient.shape();
        let mut output = vec![0.0; shape[1]];
        cpu::sum_of_channels(g.values(), shape[2] * shape[3], &mut output);
        flex::from_values(output, Shape::new([shape[1]]))
    }
}

/// What the backward pass needs.
#[derive(Clone, Debug)]
struct Saved<B: Backend> {
    /// For the weight's gradient.
    x: Option<NodeId>,
    /// For the input's gradient.
    weight: Option<FloatTensor<B>>,
    input_shape: Shape,
    weight_shape: Shape,
    window: Window,
    residual: Option<usize>,
}

#[derive(Debug)]
struct Conv2dBackward;

impl<B: Conv2dGradients, const N: usize> Backward<B, N> for Conv2dBackward {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, checkpointer: &mut Checkpointer) {
        let saved = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let node = |index: usize| ops.parents[index].as_ref();
        if let (Some(node), Some(weight)) = (node(0), saved.weight) {
            let dx = B::conv2d_input_gradient(gradient.clone(), weight, saved.input_shape, saved.window);
            gradients.register::<B>(node.id, dx);
        }
        if let (Some(node), Some(x)) = (node(1), saved.x) {
            let x = checkpointer.retrieve_node_output(x);
            let dw = B::conv2d_weight_gradient(gradient.clone(), x, saved.weight_shape, saved.window);
            gradients.register::<B>(node.id, dw);
        }
        if let Some(node) = node(2) {
            gradients.register::<B>(node.id, B::conv2d_bias_gradient(gradient.clone()));
        }
        if let Some(node) = saved.residual.and_then(node) {
            gradients.register::<B>(node.id, gradient);
        }
    }
}

impl<B: FusedConv2d + Conv2dGradients, C: CheckpointStrategy> FusedConv2d for Autodiff<B, C> {
    fn fused_conv2d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: Addend<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        let [x_node, weight_node, bias_node] = [x.node(), weight.node(), bias.node()];
        let arguments = Arguments::<B, C> {
            x,
            weight,
            bias,
            residual,
            window,
        };
        match arguments.residual.node() {
            None => arguments.apply([x_node, weight_node, bias_node]),
            Some(residual) => arguments.apply([x_node, weight_node, bias_node, residual]),
        }
    }
}

struct Arguments<B: Backend, C: CheckpointStrategy> {
    x: FloatTensor<Autodiff<B, C>>,
    weight: FloatTensor<Autodiff<B, C>>,
    bias: FloatTensor<Autodiff<B, C>>,
    residual: Addend<Autodiff<B, C>>,
    window: Window,
}

impl<B: FusedConv2d + Conv2dGradients, C: CheckpointStrategy> Arguments<B, C> {
    fn apply<const N: usize>(self, nodes: [NodeGuard; N]) -> FloatTensor<Autodiff<B, C>> {
        let parents = Parents::after(3, &Addend::Nothing, &self.residual);
        match Conv2dBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut prepared) => {
                let saved = Saved {
                    x: self.weight.is_tracked().then(|| prepared.checkpoint(&self.x)),
                    weight: self.x.is_tracked().then(|| self.weight.primitive().clone()),
                    input_shape: self.x.shape(),
                    weight_shape: self.weight.shape(),
                    window: self.window,
                    residual: parents.residual,
                };
                prepared.finish(saved, self.forward())
            }
            OpsKind::UnTracked(prepared) => prepared.finish(self.forward()),
        }
    }

    fn forward(self) -> FloatTensor<B> {
        let (x, weight, bias) = (
            self.x.into_primitive(),
            self.weight.into_primitive(),
            self.bias.into_primitive(),
        );
        B::fused_conv2d(x, weight, bias, self.residual.into_inner(), self.window)
    }
}
