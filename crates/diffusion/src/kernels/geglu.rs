//! The gated linear unit of a transformer's feed-forward network.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::wgpu::CubeBackend;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Shape, Slice, Tensor};

use super::counters::{Kernel, count};
use super::{cpu, flex};

/// `a · gelu(b)` for the halves a and b of the last dimension (Shazeer 2020, arXiv 2002.05202):
/// `x` `[batch, tokens, 2 width]` to `[batch, tokens, width]`.
pub fn geglu(x: Tensor<3>) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as FusedGeglu>::fused_geglu(x.into_dispatch()))
}

/// The operation on a backend's own tensors; from primitives unless a backend has a better one.
#[cfg_attr(feature = "gpu", backend_extension(Cube, Flex, Autodiff))]
#[cfg_attr(not(feature = "gpu"), backend_extension(Flex, Autodiff))]
pub trait FusedGeglu: Backend {
    /// See [`geglu`].
    fn fused_geglu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        plain::<Self>(x)
    }
}

fn plain<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let [a, b] = halves::<B>(x);
    B::float_mul(a, B::gelu(b))
}

fn halves<B: Backend>(x: FloatTensor<B>) -> [FloatTensor<B>; 2] {
    let width = x.shape()[2].cast_signed() / 2;
    let all = Slice::new(0, None, 1);
    [0, width].map(|start| B::float_slice(x.clone(), &[all, all, Slice::new(start, Some(start + width), 1)]))
}

#[cfg(feature = "gpu")]
impl FusedGeglu for CubeBackend {}

impl FusedGeglu for Flex {
    fn fused_geglu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let Some(values) = flex::Contiguous::of(&x) else {
            return plain::<Self>(x);
        };
        count(Kernel::GegluCpu);
        let shape = x.shape();
        let width = shape[2] / 2;
        let mut output = vec![0.0; shape.num_elements() / 2];
        cpu::activation::geglu(values.values(), width, &mut output);
        flex::from_values(output, Shape::new([shape[0], shape[1], width]))
    }
}

/// The gradient on a backend's own tensors; from primitives unless a backend has a better one.
pub trait GegluGradient: Backend {
    /// That of `x`, from that of the result.
    fn geglu_gradient(gradient: FloatTensor<Self>, x: FloatTensor<Self>) -> FloatTensor<Self> {
        plain_gradient::<Self>(gradient, x)
    }
}

fn plain_gradient<B: Backend>(gradient: FloatTensor<B>, x: FloatTensor<B>) -> FloatTensor<B> {
    let [a, b] = halves::<B>(x);
    let da = B::float_mul(gradient.clone(), B::gelu(b.clone()));
    let db = B::gelu_backward(b, B::float_mul(gradient, a));
    B::float_cat(vec![da, db], 2)
}

#[cfg(feature = "gpu")]
impl GegluGradient for CubeBackend {}

impl GegluGradient for Flex {
    fn geglu_gradient(gradient: FloatTensor<Self>, x: FloatTensor<Self>) -> FloatTensor<Self> {
        let (Some(g), Some(values)) = (flex::Contiguous::of(&gradient), flex::Contiguous::of(&x)) else {
            return plain_gradient::<Self>(gradient, x);
        };
        let shape = x.shape();
        let mut output = vec![0.0; shape.num_elements()];
        cpu::activation::geglu_gradient(g.values(), values.values(), shape[2] / 2, &mut output);
        flex::from_values(output, shape)
    }
}

#[derive(Debug)]
struct GegluBackward;

impl<B: GegluGradient> Backward<B, 1> for GegluBackward {
    type State = NodeId;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, checkpointer: &mut Checkpointer) {
        let [node] = ops.parents;
        let gradient = gradients.consume::<B>(&ops.node);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(ops.state);
        if let Some(node) = node {
            gradients.register::<B>(node.id, B::geglu_gradient(gradient, x));
        }
    }
}

impl<B: FusedGeglu + GegluGradient, C: CheckpointStrategy> FusedGeglu for Autodiff<B, C> {
    fn fused_geglu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        match GegluBackward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prepared) => {
                let saved = prepared.checkpoint(&x);
                prepared.finish(saved, B::fused_geglu(x.into_primitive()))
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::fused_geglu(x.into_primitive())),
        }
    }
}
