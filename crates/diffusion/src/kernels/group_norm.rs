//! Group normalisation fused with its activation.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::wgpu::CubeBackend;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{FloatDType, Shape, Tensor};

use super::counters::{Kernel, count};
use super::cpu::group_norm::{GroupNormParameters, GroupNormShape};
use super::{cpu, flex};
use crate::nn::Activation;

/// The constants of a group normalisation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupNormOptions {
    /// Groups that the channels are divided into.
    pub groups: usize,
    /// Added to the variance.
    pub epsilon: f64,
    /// [`Activation::None`] or [`Activation::Silu`].
    pub activation: Activation,
}

/// `activation(group_norm(x) · weight + bias)` for `x` `[batch, channels, height, width]`, `weight` and `bias` `[channels]`;
/// statistics in f32 over each group (Wu and He 2018, arXiv 1803.08494).
pub fn group_norm(x: Tensor<4>, weight: Tensor<1>, bias: Tensor<1>, options: GroupNormOptions) -> Tensor<4> {
    let output = <Dispatch as FusedGroupNorm>::fused_group_norm(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        options,
    );
    Tensor::from_dispatch(output)
}

/// The operation on a backend's own tensors.
#[cfg_attr(feature = "gpu", backend_extension(Cube, Flex, Autodiff))]
#[cfg_attr(not(feature = "gpu"), backend_extension(Flex, Autodiff))]
pub trait FusedGroupNorm: Backend {
    /// See [`group_norm`].
    fn fused_group_norm(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        options: GroupNormOptions,
    ) -> FloatTensor<Self>;
}

impl FusedGroupNorm for Flex {
    fn fused_group_norm(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        options: GroupNormOptions,
    ) -> FloatTensor<Self> {
        let parts = (
            flex::Contiguous::of(&x),
            flex::Contiguous::of(&weight),
            flex::Contiguous::of(&bias),
        );
        let (Some(values), Some(weight_values), Some(bias_values)) = parts else {
            return plain::<Self>(x, weight, bias, options);
        };
        count(Kernel::GroupNormCpu);
        let shape = x.shape();
        let mut output = vec![0.0; shape.num_elements()];
        let layout = layout(&shape, options);
        let parameters = GroupNormParameters {
            gamma: weight_values.values(),
            beta: bias_values.values(),
            shift: None,
            activation: options.activation,
        };
        cpu::group_norm::group_norm(values.values(), &layout, &parameters, &mut output);
        flex::from_values(output, shape)
    }
}

#[cfg(feature = "gpu")]
impl FusedGroupNorm for CubeBackend {
    fn fused_group_norm(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        options: GroupNormOptions,
    ) -> FloatTensor<Self> {
        if !super::gpu::takes_wgsl(&x) {
            return plain::<Self>(x, weight, bias, options);
        }
        count(Kernel::GroupNormGpu);
        super::gpu::group_norm(x, weight, bias, options)
    }
}

/// The normalised input, its standard deviation `[batch, groups, 1]`, and the input's shape, in f32.
fn normalise<B: Backend>(x: FloatTensor<B>, options: GroupNormOptions) -> (FloatTensor<B>, FloatTensor<B>, Shape) {
    let shape = x.shape();
    let width = shape[1] / options.groups * shape[2] * shape[3];
    let x = B::float_reshape(
        B::float_cast(x, FloatDType::F32),
        Shape::new([shape[0], options.groups, width]),
    );
    let mean = B::float_mean_dim(x.clone(), 2);
    let centred = B::float_sub(x, mean);
    let variance = B::float_mean_dim(B::float_mul(centred.clone(), centred.clone()), 2);
    let deviation = B::float_sqrt(B::float_add_scalar(variance, options.epsilon.into()));
    (B::float_div(centred, deviation.clone()), deviation, shape)
}

fn channelwise<B: Backend>(parameter: FloatTensor<B>) -> FloatTensor<B> {
    let channels = parameter.shape()[0];
    B::float_reshape(
        B::float_cast(parameter, FloatDType::F32),
        Shape::new([1, channels, 1, 1]),
    )
}

/// The operation from the backend's primitives.
fn plain<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    options: GroupNormOptions,
) -> FloatTensor<B> {
    let dtype = FloatDType::from(x.dtype());
    let (normalised, _, shape) = normalise::<B>(x, options);
    let scaled = B::float_mul(B::float_reshape(normalised, shape), channelwise::<B>(weight));
    let y = B::float_add(scaled, channelwise::<B>(bias));
    let y = match options.activation {
        Activation::Silu => B::float_mul(y.clone(), B::sigmoid(y)),
        _ => y,
    };
    B::float_cast(y, dtype)
}

#[derive(Debug)]
struct GroupNormBackward;

impl<B: GroupNormGradients> Backward<B, 3> for GroupNormBackward {
    type State = (NodeId, FloatTensor<B>, FloatTensor<B>, GroupNormOptions);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, checkpointer: &mut Checkpointer) {
        let (x, weight, bias, options) = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let results = B::group_norm_gradients(gradient, x, [weight, bias], options);
        for (node, result) in ops.parents.into_iter().zip(results) {
            if let Some(node) = node {
                gradients.register::<B>(node.id, result);
            }
        }
    }
}

/// The gradients on a backend's own tensors; from primitives unless a backend has better ones.
pub trait GroupNormGradients: Backend {
    /// Those of the input, the weight and the bias, from that of the result.
    fn group_norm_gradients(
        gradient: FloatTensor<Self>,
        x: FloatTensor<Self>,
        parameters: [FloatTensor<Self>; 2],
        options: GroupNormOptions,
    ) -> [FloatTensor<Self>; 3] {
        plain_gradients::<Self>(gradient, x, parameters, options)
    }
}

#[cfg(feature = "gpu")]
impl GroupNormGradients for CubeBackend {}

impl GroupNormGradients for Flex {
    fn group_norm_gradients(
        gradient: FloatTensor<Self>,
        x: FloatTensor<Self>,
        parameters: [FloatTensor<Self>; 2],
        options: GroupNormOptions,
    ) -> [FloatTensor<Self>; 3] {
        let [weight, bias] = &parameters;
        let parts = [&gradient, &x, weight, bias].map(flex::Contiguous::of);
        let [Some(g), Some(values), Some(gamma), Some(beta)] = parts else {
            return plain_gradients::<Self>(gradient, x, parameters, options);
        };
        let shape = x.shape();
        let mut output = vec![0.0; shape.num_elements()];
        let (mut gammas, mut betas) = (vec![0.0; shape[1]], vec![0.0; shape[1]]);
        cpu::group_norm::group_norm_gradients(
            g.values(),
            values.values(),
            &layout(&shape, options),
            &GroupNormParameters {
                gamma: gamma.values(),
                beta: beta.values(),
                shift: None,
                activation: options.activation,
            },
            cpu::group_norm::GroupNormGradients {
                x: &mut output,
                gamma: &mut gammas,
                beta: &mut betas,
            },
        );
        let channels = Shape::new([shape[1]]);
        [
            flex::from_values(output, shape),
            flex::from_values(gammas, channels.clone()),
            flex::from_values(betas, channels),
        ]
    }
}

/// The sizes in the CPU kernels' words.
fn layout(shape: &Shape, options: GroupNormOptions) -> GroupNormShape {
    GroupNormShape {
        n: shape[0],
        c: shape[1],
        hw: shape[2] * shape[3],
        groups: options.groups,
        eps: options.epsilon as f32,
    }
}

fn plain_gradients<B: Backend>(
    gradient: FloatTensor<B>,
    x: FloatTensor<B>,
    [weight, bias]: [FloatTensor<B>; 2],
    options: GroupNormOptions,
) -> [FloatTensor<B>; 3] {
    let (x_dtype, parameter_dtype) = (FloatDType::from(x.dtype()), FloatDType::from(weight.dtype()));
    let (normalised, deviation, shape) = normalise::<B>(x, options);
    let pictures = B::float_reshape(normalised.clone(), shape.clone());
    let gradient = B::float_cast(gradient, FloatDType::F32);
    let gradient = match options.activation {
        Activation::Silu => B::float_mul(gradient, silu_slope::<B>(pictures.clone(), weight.clone(), bias)),
        _ => gradient,
    };
    let over_channels = |t: FloatTensor<B>| {
        let rows = B::float_reshape(t, Shape::new([shape[0], shape[1], shape[2] * shape[3]]));
        let sums = B::float_sum_dim(B::float_sum_dim(rows, 2), 0);
        B::float_cast(B::float_reshape(sums, Shape::new([shape[1]])), parameter_dtype)
    };
    let dweight = over_channels(B::float_mul(gradient.clone(), pictures));
    let dbias = over_channels(gradient.clone());
    let scaled = B::float_reshape(B::float_mul(gradient, channelwise::<B>(weight)), normalised.shape());
    let mean = B::float_mean_dim(scaled.clone(), 2);
    let along = B::float_mean_dim(B::float_mul(scaled.clone(), normalised.clone()), 2);
    let centred = B::float_sub(B::float_sub(scaled, mean), B::float_mul(normalised, along));
    let dx = B::float_reshape(B::float_div(centred, deviation), shape);
    [B::float_cast(dx, x_dtype), dweight, dbias]
}

/// The derivative of SiLU at `normalised · weight + bias`: `s + y s (1 - s)`.
fn silu_slope<B: Backend>(normalised: FloatTensor<B>, weight: FloatTensor<B>, bias: FloatTensor<B>) -> FloatTensor<B> {
    let y = B::float_add(
        B::float_mul(normalised, channelwise::<B>(weight)),
        channelwise::<B>(bias),
    );
    let s = B::sigmoid(y.clone());
    let ys = B::float_mul(y, s.clone());
    B::float_add(s.clone(), B::float_sub(ys.clone(), B::float_mul(ys, s)))
}

impl<B: FusedGroupNorm + GroupNormGradients, C: CheckpointStrategy> FusedGroupNorm for Autodiff<B, C> {
    fn fused_group_norm(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        options: GroupNormOptions,
    ) -> FloatTensor<Self> {
        let prepared = GroupNormBackward
            .prepare::<C>([x.node(), weight.node(), bias.node()])
            .compute_bound()
            .stateful();
        match prepared {
            OpsKind::Tracked(mut prepared) => {
                let saved = prepared.checkpoint(&x);
                let (weight, bias) = (weight.into_primitive(), bias.into_primitive());
                let output = B::fused_group_norm(x.into_primitive(), weight.clone(), bias.clone(), options);
                prepared.finish((saved, weight, bias, options), output)
            }
            OpsKind::UnTracked(prepared) => {
                let (weight, bias) = (weight.into_primitive(), bias.into_primitive());
                prepared.finish(B::fused_group_norm(x.into_primitive(), weight, bias, options))
            }
        }
    }
}
