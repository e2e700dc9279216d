//! Layer normalisation over the last dimension.

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
use super::{cpu, flex};

/// `(x - mean) / sqrt(variance + epsilon) · weight + bias` over the last dimension of `x` `[batch, tokens, width]`
/// (Ba et al. 2016, arXiv 1607.06450).
pub fn layer_norm(x: Tensor<3>, weight: Tensor<1>, bias: Tensor<1>, epsilon: f64) -> Tensor<3> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(<Dispatch as FastLayerNorm>::fast_layer_norm(x, weight, bias, epsilon))
}

/// The operation on a backend's own tensors; burn's own unless a backend has a better one.
#[cfg_attr(feature = "gpu", backend_extension(Cube, Flex, Autodiff))]
#[cfg_attr(not(feature = "gpu"), backend_extension(Flex, Autodiff))]
pub trait FastLayerNorm: Backend {
    /// See [`layer_norm`].
    fn fast_layer_norm(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        plain::<Self>(x, weight, bias, epsilon)
    }
}

fn plain<B: Backend>(x: FloatTensor<B>, weight: FloatTensor<B>, bias: FloatTensor<B>, epsilon: f64) -> FloatTensor<B> {
    B::layer_norm(x, weight, Some(bias), epsilon)
}

#[cfg(feature = "gpu")]
impl FastLayerNorm for CubeBackend {}

impl FastLayerNorm for Flex {
    fn fast_layer_norm(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        let parts = (
            flex::Contiguous::of(&x),
            flex::Contiguous::of(&weight),
            flex::Contiguous::of(&bias),
        );
        let (Some(values), Some(weight_values), Some(bias_values)) = parts else {
            return plain::<Self>(x, weight, bias, epsilon);
        };
        count(Kernel::LayerNormCpu);
        let mut output = vec![0.0; x.shape().num_elements()];
        let (weight, bias) = (weight_values.values(), bias_values.values());
        cpu::layer_norm::layer_norm(values.values(), weight, bias, epsilon as f32, &mut output);
        flex::from_values(output, x.shape())
    }
}

#[derive(Debug)]
struct LayerNormBackward;

impl<B: LayerNormGradients> Backward<B, 3> for LayerNormBackward {
    type State = (NodeId, FloatTensor<B>, f64);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, checkpointer: &mut Checkpointer) {
        let (x, weight, epsilon) = ops.state;
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let results = B::layer_norm_gradients(gradients.consume::<B>(&ops.node), x, weight, epsilon);
        for (node, result) in ops.parents.into_iter().zip(results) {
            if let Some(node) = node {
                gradients.register::<B>(node.id, result);
            }
        }
    }
}

/// The gradients on a backend's own tensors; from primitives unless a backend has better ones.
pub trait LayerNormGradients: Backend {
    /// Those of the input, the weight and the bias, from that of the result.
    fn layer_norm_gradients(
        gradient: FloatTensor<Self>,
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        epsilon: f64,
    ) -> [FloatTensor<Self>; 3] {
        plain_gradients::<Self>(gradient, x, weight, epsilon)
    }
}

#[cfg(feature = "gpu")]
impl LayerNormGradients for CubeBackend {}

impl LayerNormGradients for Flex {
    fn layer_norm_gradients(
        gradient: FloatTensor<Self>,
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        epsilon: f64,
    ) -> [FloatTensor<Self>; 3] {
        let parts = [&gradient, &x, &weight].map(flex::Contiguous::of);
        let [Some(g), Some(values), Some(gamma)] = parts else {
            return plain_gradients::<Self>(gradient, x, weight, epsilon);
        };
        let width = weight.shape()[0];
        let mut output = vec![0.0; x.shape().num_elements()];
        let (mut gammas, mut betas) = (vec![0.0; width], vec![0.0; width]);
        let out = cpu::layer_norm::LayerNormGradients {
            x: &mut output,
            gamma: &mut gammas,
            beta: &mut betas,
        };
        cpu::layer_norm::layer_norm_gradients(g.values(), values.values(), gamma.values(), epsilon as f32, out);
        [
            flex::from_values(output, x.shape()),
            flex::from_values(gammas, weight.shape()),
            flex::from_values(betas, weight.shape()),
        ]
    }
}

fn plain_gradients<B: Backend>(
    gradient: FloatTensor<B>,
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    epsilon: f64,
) -> [FloatTensor<B>; 3] {
    let (x_dtype, parameter_dtype) = (FloatDType::from(x.dtype()), FloatDType::from(weight.dtype()));
    let gradient = B::float_cast(gradient, FloatDType::F32);
    let x = B::float_cast(x, FloatDType::F32);
    let width = weight.shape()[0];
    let centred = B::float_sub(x.clone(), B::float_mean_dim(x, 2));
    let variance = B::float_mean_dim(B::float_mul(centred.clone(), centred.clone()), 2);
    let deviation = B::float_sqrt(B::float_add_scalar(variance, epsilon.into()));
    let normalised = B::float_div(centred, deviation.clone());
    let over_rows = |t: FloatTensor<B>| {
        let sums = B::float_sum_dim(B::float_sum_dim(t, 1), 0);
        B::float_cast(B::float_reshape(sums, Shape::new([width])), parameter_dtype)
    };
    let dweight = over_rows(B::float_mul(gradient.clone(), normalised.clone()));
    let dbias = over_rows(gradient.clone());
    let weight = B::float_reshape(B::float_cast(weight, FloatDType::F32), Shape::new([1, 1, width]));
    let scaled = B::float_mul(gradient, weight);
    let mean = B::float_mean_dim(scaled.clone(), 2);
    let along = B::float_mean_dim(B::float_mul(scaled.clone(), normalised.clone()), 2);
    let centred = B::float_sub(B::float_sub(scaled, mean), B::float_mul(normalised, along));
    [B::float_cast(B::float_div(centred, deviation), x_dtype), dweight, dbias]
}

impl<B: FastLayerNorm + LayerNormGradients, C: CheckpointStrategy> FastLayerNorm for Autodiff<B, C> {
    fn fast_layer_norm(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        let prepared = LayerNormBackward
            .prepare::<C>([x.node(), weight.node(), bias.node()])
            .compute_bound()
            .stateful();
        match prepared {
            OpsKind::Tracked(mut prepared) => {
                let saved = prepared.checkpoint(&x);
                let weight = weight.into_primitive();
                let output = B::fast_layer_norm(x.into_primitive(), weight.clone(), bias.into_primitive(), epsilon);
                prepared.finish((saved, weight, epsilon), output)
            }
            OpsKind::UnTracked(prepared) => {
                let (weight, bias) = (weight.into_primitive(), bias.into_primitive());
                prepared.finish(B::fast_layer_norm(x.into_primitive(), weight, bias, epsilon))
            }
        }
    }
}
