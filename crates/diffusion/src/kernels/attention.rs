//! Attention whose memory does not grow with the square of the picture.
//!
//! Forward: the CPU kernel, or burn's flash attention on a GPU. Backward: the node keeps q, k and v only and recomputes the
//! probabilities for a chunk of queries at a time (Rabe and Staats 2021, arXiv 2112.05682).

use std::sync::atomic::{AtomicUsize, Ordering};

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::wgpu::CubeBackend;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::ops::AttentionModuleOptions;
use burn::tensor::{FloatDType, Shape, Slice, Tensor};

use super::counters::{Kernel, count};
use super::cpu::attention::{AttentionShape, Mask};
use super::{cpu, flex};

/// Queries whose probabilities are held at once in the backward pass.
const QUERY_CHUNK: usize = 512;

/// The most bytes that one attention's scores may take on a GPU before its queries are cut into chunks.
static ATTENTION_BYTES: AtomicUsize = AtomicUsize::new(512 << 20);

/// Sets [`MemoryPlan::attention_bytes`](crate::pipeline::MemoryPlan) for the process: there is one GPU thread.
pub fn set_attention_bytes(bytes: usize) {
    ATTENTION_BYTES.store(bytes, Ordering::Relaxed);
}

/// `softmax(q kᵀ / sqrt(width)) v` for `heads` heads (Vaswani et al. 2017, arXiv 1706.03762).
///
/// `q` `[batch, tokens, heads · width]`, `k` and `v` `[batch, tokens', heads · width]`, the result like `q`: the layout linear
/// layers give, so nothing is transposed on the way. Softmax in f32.
pub fn attention(q: Tensor<3>, k: Tensor<3>, v: Tensor<3>, heads: usize) -> Tensor<3> {
    let (q, k, v) = (q.into_dispatch(), k.into_dispatch(), v.into_dispatch());
    Tensor::from_dispatch(<Dispatch as BoundedAttention>::bounded_attention(q, k, v, heads))
}

/// The operation on a backend's own tensors; burn's attention unless a backend has a better one.
#[cfg_attr(feature = "gpu", backend_extension(Cube, Flex, Autodiff))]
#[cfg_attr(not(feature = "gpu"), backend_extension(Flex, Autodiff))]
pub trait BoundedAttention: Backend {
    /// See [`attention`].
    fn bounded_attention(
        q: FloatTensor<Self>,
        k: FloatTensor<Self>,
        v: FloatTensor<Self>,
        heads: usize,
    ) -> FloatTensor<Self> {
        plain::<Self>(q, k, v, heads)
    }
}

fn plain<B: Backend>(q: FloatTensor<B>, k: FloatTensor<B>, v: FloatTensor<B>, heads: usize) -> FloatTensor<B> {
    let [q, k, v] = [q, k, v].map(|t| split::<B>(t, heads));
    let queries = q.shape()[2];
    // Where the backend falls back to materialised scores, they are this large for each query.
    let bytes_per_query = q.shape()[0] * heads * k.shape()[2] * size_of::<f32>();
    let chunk = (ATTENTION_BYTES.load(Ordering::Relaxed) / bytes_per_query.max(1)).clamp(1, queries);
    let attend = |q| B::attention(q, k.clone(), v.clone(), None, None, AttentionModuleOptions::default());
    if chunk == queries {
        return join::<B>(attend(q));
    }
    let all = Slice::new(0, None, 1);
    let chunks = (0..queries).step_by(chunk).map(|start| {
        let end = (start + chunk).min(queries).cast_signed();
        attend(B::float_slice(
            q.clone(),
            &[all, all, Slice::new(start.cast_signed(), Some(end), 1), all],
        ))
    });
    join::<B>(B::float_cat(chunks.collect(), 2))
}

/// `[batch, tokens, heads · width]` to `[batch, heads, tokens, width]`.
fn split<B: Backend>(x: FloatTensor<B>, heads: usize) -> FloatTensor<B> {
    let shape = x.shape();
    let split = Shape::new([shape[0], shape[1], heads, shape[2] / heads]);
    B::float_swap_dims(B::float_reshape(x, split), 1, 2)
}

/// The inverse of [`split`].
fn join<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let shape = x.shape();
    let joined = Shape::new([shape[0], shape[2], shape[1] * shape[3]]);
    B::float_reshape(B::float_swap_dims(x, 1, 2), joined)
}

#[cfg(feature = "gpu")]
impl BoundedAttention for CubeBackend {}

impl BoundedAttention for Flex {
    fn bounded_attention(
        q: FloatTensor<Self>,
        k: FloatTensor<Self>,
        v: FloatTensor<Self>,
        heads: usize,
    ) -> FloatTensor<Self> {
        let parts = (
            flex::Contiguous::of(&q),
            flex::Contiguous::of(&k),
            flex::Contiguous::of(&v),
        );
        let (Some(queries), Some(keys), Some(values)) = parts else {
            return plain::<Self>(q, k, v, heads);
        };
        count(Kernel::AttentionCpu);
        let shape = q.shape();
        let layout = layout(&shape, &k.shape(), heads);
        let scale = (layout.head_dim as f32).powf(-0.5);
        let mut output = vec![0.0; shape.num_elements()];
        cpu::attention::attention(
            queries.values(),
            keys.values(),
            values.values(),
            &layout,
            scale,
            &mut output,
        );
        flex::from_values(output, shape)
    }
}

#[derive(Debug)]
struct AttentionBackward;

impl<B: AttentionGradients> Backward<B, 3> for AttentionBackward {
    type State = ([NodeId; 3], usize);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, checkpointer: &mut Checkpointer) {
        count(Kernel::AttentionBackward);
        let wanted = ops.parents;
        let (saved, heads) = ops.state;
        let gradient = gradients.consume::<B>(&ops.node);
        let inputs = saved.map(|node| checkpointer.retrieve_node_output::<FloatTensor<B>>(node));
        let results = B::attention_gradients(gradient, inputs, heads);
        for (node, result) in wanted.into_iter().zip(results) {
            if let Some(node) = node {
                gradients.register::<B>(node.id, result);
            }
        }
    }
}

/// The gradients on a backend's own tensors; by burn's matrix products unless a backend has better ones.
pub trait AttentionGradients: Backend {
    /// Those of q, k and v, from that of the result.
    fn attention_gradients(
        gradient: FloatTensor<Self>,
        inputs: [FloatTensor<Self>; 3],
        heads: usize,
    ) -> [FloatTensor<Self>; 3] {
        plain_gradients::<Self>(gradient, inputs, heads)
    }
}

fn plain_gradients<B: Backend>(
    gradient: FloatTensor<B>,
    inputs: [FloatTensor<B>; 3],
    heads: usize,
) -> [FloatTensor<B>; 3] {
    let dtype = FloatDType::from(gradient.dtype());
    let inputs = inputs.map(|t| split::<B>(B::float_cast(t, FloatDType::F32), heads));
    let gradient = split::<B>(B::float_cast(gradient, FloatDType::F32), heads);
    recompute::<B>(inputs, gradient).map(|result| B::float_cast(join::<B>(result), dtype))
}

#[cfg(feature = "gpu")]
impl AttentionGradients for CubeBackend {}

impl AttentionGradients for Flex {
    fn attention_gradients(
        gradient: FloatTensor<Self>,
        inputs: [FloatTensor<Self>; 3],
        heads: usize,
    ) -> [FloatTensor<Self>; 3] {
        let [q, k, v] = &inputs;
        let [Some(g), Some(queries), Some(keys), Some(values)] = [&gradient, q, k, v].map(flex::Contiguous::of) else {
            return plain_gradients::<Self>(gradient, inputs, heads);
        };
        let shapes = inputs.each_ref().map(TensorMetadata::shape);
        let layout = layout(&shapes[0], &shapes[1], heads);
        let [mut dq, mut dk, mut dv] = shapes.each_ref().map(|shape| vec![0.0; shape.num_elements()]);
        cpu::attention::attention_gradients(
            g.values(),
            [queries.values(), keys.values(), values.values()],
            &layout,
            (layout.head_dim as f32).powf(-0.5),
            cpu::attention::AttentionGradients {
                q: &mut dq,
                k: &mut dk,
                v: &mut dv,
            },
        );
        let [q_shape, k_shape, v_shape] = shapes;
        [
            flex::from_values(dq, q_shape),
            flex::from_values(dk, k_shape),
            flex::from_values(dv, v_shape),
        ]
    }
}

/// The sizes in the CPU kernels' words.
fn layout(queries: &Shape, keys: &Shape, heads: usize) -> AttentionShape {
    AttentionShape {
        batch: queries[0],
        heads,
        queries: queries[1],
        keys: keys[1],
        head_dim: queries[2] / heads,
        mask: Mask::None,
    }
}

/// Gradients of q, k and v, all `[batch, heads, tokens, width]`.
fn recompute<B: Backend>([q, k, v]: [FloatTensor<B>; 3], gradient: FloatTensor<B>) -> [FloatTensor<B>; 3] {
    let queries = q.shape()[2];
    let scale = (q.shape()[3] as f64).powf(-0.5);
    let all = Slice::new(0, None, 1);
    let rows = |t: &FloatTensor<B>, start: usize, end: usize| {
        B::float_slice(
            t.clone(),
            &[
                all,
                all,
                Slice::new(start.cast_signed(), Some(end.cast_signed()), 1),
                all,
            ],
        )
    };
    let transposed = |t: FloatTensor<B>| B::float_swap_dims(t, 2, 3);
    let mut dq = Vec::new();
    let mut dk: Option<FloatTensor<B>> = None;
    let mut dv: Option<FloatTensor<B>> = None;
    let add = |sum: Option<FloatTensor<B>>, term| match sum {
        Some(sum) => B::float_add(sum, term),
        None => term,
    };
    for start in (0..queries).step_by(QUERY_CHUNK) {
        let end = (start + QUERY_CHUNK).min(queries);
        let (q, gradient) = (rows(&q, start, end), rows(&gradient, start, end));
        let scores = B::float_mul_scalar(B::float_matmul(q.clone(), transposed(k.clone())), scale.into());
        let p = B::softmax(scores, 3);
        dv = Some(add(dv, B::float_matmul(transposed(p.clone()), gradient.clone())));
        let dp = B::float_matmul(gradient, transposed(v.clone()));
        let along = B::float_sum_dim(B::float_mul(dp.clone(), p.clone()), 3);
        let ds = B::float_mul_scalar(B::float_mul(p, B::float_sub(dp, along)), scale.into());
        dk = Some(add(dk, B::float_matmul(transposed(ds.clone()), q)));
        dq.push(B::float_matmul(ds, k.clone()));
    }
    let (dk, dv) = (dk.unwrap_or(k), dv.unwrap_or(v));
    [B::float_cat(dq, 2), dk, dv]
}

impl<B: BoundedAttention + AttentionGradients, C: CheckpointStrategy> BoundedAttention for Autodiff<B, C> {
    fn bounded_attention(
        q: FloatTensor<Self>,
        k: FloatTensor<Self>,
        v: FloatTensor<Self>,
        heads: usize,
    ) -> FloatTensor<Self> {
        match AttentionBackward
            .prepare::<C>([q.node(), k.node(), v.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(mut prepared) => {
                let saved = [
                    prepared.checkpoint(&q),
                    prepared.checkpoint(&k),
                    prepared.checkpoint(&v),
                ];
                let [q, k, v] = [q, k, v].map(FloatTensor::<Self>::into_primitive);
                prepared.finish((saved, heads), B::bounded_attention(q, k, v, heads))
            }
            OpsKind::UnTracked(prepared) => {
                let [q, k, v] = [q, k, v].map(FloatTensor::<Self>::into_primitive);
                prepared.finish(B::bounded_attention(q, k, v, heads))
            }
        }
    }
}
