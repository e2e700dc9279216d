//! The gradients of attention: the probabilities are computed again, some queries of one head at a time, so memory stays small
//! (Rabe and Staats, arXiv 2112.05682; Dao et al., arXiv 2205.14135, section 3.2).

use super::AttentionShape;
use crate::kernels::cpu::{
    matrix::{self, Matrix, Old},
    parallel::{self, Shared},
    scratch, vector_math,
};
use pulp::{Arch, Simd, WithSimd};

/// Queries of one block of probabilities.
const QUERIES: usize = 64;

/// Gradients of the queries, keys and values, of their shapes.
pub struct AttentionGradients<'a> {
    /// `[batch, queries, heads * head_dim]`
    pub q: &'a mut [f32],
    /// `[batch, keys, heads * head_dim]`
    pub k: &'a mut [f32],
    /// `[batch, keys, heads * head_dim]`
    pub v: &'a mut [f32],
}

/// The gradients of [`super::attention`] without a mask from that of its result.
///
/// # Panics
/// When the lengths do not agree with `shape`.
pub fn attention_gradients(
    gradient: &[f32],
    [q, k, v]: [&[f32]; 3],
    shape: &AttentionShape,
    scale: f32,
    out: AttentionGradients,
) {
    let row = shape.heads * shape.head_dim;
    let (queries, keys) = (shape.batch * shape.queries * row, shape.batch * shape.keys * row);
    assert!(
        [gradient.len(), q.len(), out.q.len()] == [queries; 3]
            && [k.len(), v.len(), out.k.len(), out.v.len()] == [keys; 4],
        "the gradients of attention do not have its shape"
    );
    out.k.fill(0.0);
    out.v.fill(0.0);
    if queries == 0 || keys == 0 {
        return out.q.fill(0.0);
    }
    let [dq, dk, dv] = [out.q, out.k, out.v].map(Shared::new);
    let heads = shape.batch * shape.heads;
    let tasks = parallel::parts(queries * shape.keys, heads);
    parallel::for_each(tasks, |task| {
        for index in parallel::part(task, tasks, heads, 1) {
            let head = Head {
                shape,
                inputs: [gradient, q, k, v],
                scale,
                start: [shape.queries, shape.keys]
                    .map(|rows| index / shape.heads * rows * row + index % shape.heads * shape.head_dim),
            };
            scratch::with(2 * QUERIES * shape.keys, |buffer| head.run(buffer, [&dq, &dk, &dv]));
        }
    });
}

/// One head of one picture.
struct Head<'a> {
    shape: &'a AttentionShape,
    /// The result's gradient, queries, keys, values.
    inputs: [&'a [f32]; 4],
    scale: f32,
    /// Where the head begins in queries and in keys.
    start: [usize; 2],
}

impl Head<'_> {
    fn run(&self, buffer: &mut [f32], [dq, dk, dv]: [&Shared; 3]) {
        let AttentionShape {
            heads,
            queries,
            keys,
            head_dim,
            ..
        } = *self.shape;
        let row = heads * head_dim;
        let [gradient, q, k, v] = self.inputs;
        let [keys_of, values_of] = [k, v].map(|x| Matrix::new(&x[self.start[1]..], keys, head_dim, row));
        let (probabilities, slopes) = buffer.split_at_mut(QUERIES * keys);
        for first in (0..queries).step_by(QUERIES) {
            let count = QUERIES.min(queries - first);
            let start = self.start[0] + first * row;
            let [block, gradient] = [q, gradient].map(|x| Matrix::new(&x[start..], count, head_dim, row));
            let (p, ds) = (&mut probabilities[..count * keys], &mut slopes[..count * keys]);
            let factor = self.scale * std::f32::consts::LOG2_E;
            local(block, keys_of.transposed(), factor, p, keys);
            local(gradient, values_of.transposed(), 1.0, ds, keys);
            Arch::new().dispatch(Slopes {
                probabilities: p,
                slopes: ds,
                keys,
                scale: self.scale,
            });
            let p = Matrix::new(p, count, keys, keys).transposed();
            let ds = Matrix::new(ds, count, keys, keys);
            // SAFETY: every head of every picture belongs to one task only.
            unsafe {
                matrix::multiply(p, gradient, 1.0, Old::Kept, dv, [self.start[1], row]);
                matrix::multiply(ds.transposed(), block, 1.0, Old::Kept, dk, [self.start[1], row]);
                matrix::multiply(ds, keys_of, 1.0, Old::Replaced, dq, [start, row]);
            }
        }
    }
}

/// `scale · a b` into memory that nobody else sees.
fn local(a: Matrix, b: Matrix, scale: f32, out: &mut [f32], stride: usize) {
    let out = Shared::new(out);
    // SAFETY: `out` is this function's alone.
    unsafe { matrix::multiply(a, b, scale, Old::Replaced, &out, [0, stride]) };
}

/// Scores (in powers of two) to probabilities, and their gradients to those of the scores: `p (dp - Σ p dp) scale`.
#[expect(clippy::struct_field_names, reason = "the slopes, and what they are made of")]
struct Slopes<'a> {
    probabilities: &'a mut [f32],
    slopes: &'a mut [f32],
    keys: usize,
    scale: f32,
}

impl WithSimd for Slopes<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = self.probabilities.chunks_exact_mut(self.keys);
        for (p, slopes) in rows.zip(self.slopes.chunks_exact_mut(self.keys)) {
            let highest = p.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let center = simd.splat_f32s(highest);
            let (p, p_rest) = S::as_mut_simd_f32s(p);
            let (slopes, slopes_rest) = S::as_mut_simd_f32s(slopes);
            let (mut total, mut along) = (simd.splat_f32s(0.0), simd.splat_f32s(0.0));
            for (p, &slope) in p.iter_mut().zip(&*slopes) {
                *p = vector_math::exp2_of_negative(simd, simd.sub_f32s(*p, center));
                total = simd.add_f32s(total, *p);
                along = simd.mul_add_e_f32s(*p, slope, along);
            }
            let (mut total, mut along) = (simd.reduce_sum_f32s(total), simd.reduce_sum_f32s(along));
            for (p, slope) in p_rest.iter_mut().zip(&*slopes_rest) {
                *p = (*p - highest).exp2();
                total += *p;
                along += *p * slope;
            }
            let (factor, along) = (1.0 / total, along / total);
            let [factors, alongs, scales] = [factor, along, self.scale].map(|value| simd.splat_f32s(value));
            for (p, slope) in p.iter_mut().zip(slopes) {
                *p = simd.mul_f32s(*p, factors);
                *slope = simd.mul_f32s(simd.mul_f32s(*p, simd.sub_f32s(*slope, alongs)), scales);
            }
            for (p, slope) in p_rest.iter_mut().zip(slopes_rest) {
                *p *= factor;
                *slope = *p * (*slope - along) * self.scale;
            }
        }
    }
}
