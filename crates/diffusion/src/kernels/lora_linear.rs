//! A linear layer with one low-rank adapter (Hu et al. 2021, arXiv 2106.09685) as one operation.
//!
//! Forward it is what the layer and its branch are. Under autodiff with a frozen f32 weight the branch is added to the weight first:
//! one product each way instead of three, and nothing but the input is kept; the rank-wide products are computed in the backward
//! pass, where both gradients of the branch need them.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::wgpu::CubeBackend;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{DType, FloatDType, Tensor};

use super::addend::{Addend, Parents};
use super::linear::{FusedLinear, LinearGradients};

/// The adapter of a linear layer: `scale · up down`.
pub struct LowRank {
    /// `[rank, in]`, f32.
    pub down: Tensor<2>,
    /// `[out, rank]`, f32.
    pub up: Tensor<2>,
    /// weight · alpha / rank
    pub scale: f64,
}

/// `x (weight + scale · up down)ᵀ + bias + residual`; shapes as for [`super::linear`].
pub fn lora_linear(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
    residual: Option<Tensor<2>>,
    adapter: LowRank,
) -> Tensor<2> {
    let bias = bias.map(Tensor::unsqueeze::<2>);
    Tensor::from_dispatch(<Dispatch as FusedLoraLinear>::fused_lora_linear(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into(),
        residual.into(),
        adapter.down.into_dispatch(),
        adapter.up.into_dispatch(),
        adapter.scale,
    ))
}

/// The operation on a backend's own tensors.
#[cfg_attr(feature = "gpu", backend_extension(Cube, Flex, Autodiff))]
#[cfg_attr(not(feature = "gpu"), backend_extension(Flex, Autodiff))]
pub trait FusedLoraLinear: FusedLinear {
    /// See [`lora_linear`].
    fn fused_lora_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        #[extension_type] bias: Addend<Self>,
        #[extension_type] residual: Addend<Self>,
        down: FloatTensor<Self>,
        up: FloatTensor<Self>,
        scale: f64,
    ) -> FloatTensor<Self> {
        plain::<Self>(
            Layer {
                x,
                weight,
                bias,
                residual,
            },
            [down, up],
            scale,
        )
    }
}

/// The layer without its adapter.
struct Layer<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: Addend<B>,
    residual: Addend<B>,
}

/// The branch beside the layer, in f32.
fn plain<B: FusedLinear>(layer: Layer<B>, [down, up]: [FloatTensor<B>; 2], scale: f64) -> FloatTensor<B> {
    let Layer {
        x,
        weight,
        bias,
        residual,
    } = layer;
    let dtype = FloatDType::from(x.dtype());
    let y = B::fused_linear(x.clone(), weight, bias, residual);
    let hidden = B::float_matmul(B::float_cast(x, FloatDType::F32), B::float_swap_dims(down, 0, 1));
    let branch = B::float_mul_scalar(B::float_matmul(hidden, B::float_swap_dims(up, 0, 1)), scale.into());
    B::float_add(y, B::float_cast(branch, dtype))
}

impl FusedLoraLinear for Flex {}

#[cfg(feature = "gpu")]
impl FusedLoraLinear for CubeBackend {}

/// What the backward pass needs.
#[derive(Clone, Debug)]
struct Saved<B: Backend> {
    x: NodeId,
    /// With the branch; for the input's gradient.
    weight: Option<FloatTensor<B>>,
    down: FloatTensor<B>,
    up: FloatTensor<B>,
    scale: f64,
    parents: Parents,
}

#[derive(Debug)]
struct LoraLinearBackward;

impl<B: FusedLinear + LinearGradients, const N: usize> Backward<B, N> for LoraLinearBackward {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, checkpointer: &mut Checkpointer) {
        let saved = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(saved.x);
        let node = |index: usize| ops.parents[index].as_ref();
        let product = |x, weight| B::fused_linear(x, weight, Addend::Nothing, Addend::Nothing);
        let scaled = |x| B::float_mul_scalar(x, saved.scale.into());
        if let (Some(node), Some(weight)) = (node(0), saved.weight) {
            gradients.register::<B>(node.id, B::linear_input_gradient(gradient.clone(), weight));
        }
        if let Some(node) = node(1) {
            let hidden = product(gradient.clone(), B::float_swap_dims(saved.up, 0, 1));
            gradients.register::<B>(node.id, scaled(B::linear_weight_gradient(hidden, x.clone())));
        }
        if let Some(node) = node(2) {
            let hidden = product(x, saved.down);
            gradients.register::<B>(node.id, scaled(B::linear_weight_gradient(gradient.clone(), hidden)));
        }
        if let Some(node) = saved.parents.bias.and_then(node) {
            gradients.register::<B>(node.id, B::float_sum_dim(gradient.clone(), 0));
        }
        if let Some(node) = saved.parents.residual.and_then(node) {
            gradients.register::<B>(node.id, gradient);
        }
    }
}

impl<B: FusedLoraLinear + LinearGradients, C: CheckpointStrategy> FusedLoraLinear for Autodiff<B, C> {
    fn fused_lora_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: Addend<Self>,
        residual: Addend<Self>,
        down: FloatTensor<Self>,
        up: FloatTensor<Self>,
        scale: f64,
    ) -> FloatTensor<Self> {
        let is_f32 = [&x, &weight, &down, &up]
            .iter()
            .all(|tensor| tensor.dtype() == DType::F32);
        let is_trained = down.is_tracked() || up.is_tracked();
        let layer = Layer::<Self> {
            x,
            weight,
            bias,
            residual,
        };
        if !is_f32 || !is_trained || layer.weight.is_tracked() {
            return plain::<Self>(layer, [down, up], scale);
        }
        let (x, down_node, up_node) = (layer.x.node(), down.node(), up.node());
        let adapter = ([down, up], scale);
        match (layer.bias.node(), layer.residual.node()) {
            (None, None) => merged([x, down_node, up_node], layer, adapter),
            (Some(bias), None) => merged([x, down_node, up_node, bias], layer, adapter),
            (None, Some(residual)) => merged([x, down_node, up_node, residual], layer, adapter),
            (Some(bias), Some(residual)) => merged([x, down_node, up_node, bias, residual], layer, adapter),
        }
    }
}

/// Matrices and scale of an adapter.
type Adapter<B> = ([FloatTensor<B>; 2], f64);

/// The layer with the adapter added to its weight.
fn merged<B: FusedLinear + LinearGradients, C: CheckpointStrategy, const N: usize>(
    nodes: [NodeGuard; N],
    layer: Layer<Autodiff<B, C>>,
    (adapter, scale): Adapter<Autodiff<B, C>>,
) -> FloatTensor<Autodiff<B, C>> {
    let Layer {
        x,
        weight,
        bias,
        residual,
    } = layer;
    let parents = Parents::after(3, &bias, &residual);
    let (bias, residual) = (bias.into_inner(), residual.into_inner());
    let [down, up] = adapter.map(FloatTensor::<Autodiff<B, C>>::into_primitive);
    let change = B::float_mul_scalar(B::float_matmul(up.clone(), down.clone()), scale.into());
    let weight = B::float_add(change, weight.into_primitive());
    match LoraLinearBackward.prepare::<C>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(mut prepared) => {
            let saved = Saved {
                x: prepared.checkpoint(&x),
                weight: x.is_tracked().then(|| weight.clone()),
                down,
                up,
                scale,
                parents,
            };
            prepared.finish(saved, B::fused_linear(x.into_primitive(), weight, bias, residual))
        }
        OpsKind::UnTracked(prepared) => prepared.finish(B::fused_linear(x.into_primitive(), weight, bias, residual)),
    }
}
