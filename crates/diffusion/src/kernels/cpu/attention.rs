//! Scaled dot-product attention with an online softmax (Milakov and Gimelshein, arXiv 1805.02867; blocked as in FlashAttention,
//! Dao et al., arXiv 2205.14135): the score matrix never exists as a whole.

mod backward;

use super::{
    parallel::{self, Shared},
    product::{self, TILE_VECTORS},
    scratch, vector_math,
};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

pub use backward::{AttentionGradients, attention_gradients};

/// Queries and keys of one block of scores; both its scores and the keys' values stay in the first-level cache.
const QUERIES: usize = 32;
const KEYS: usize = 192;

/// Sizes of an attention. Queries are `[batch, queries, heads * head_dim]`, keys and values `[batch, keys, heads * head_dim]`,
/// just as the linear projections give them.
#[derive(Clone, Copy, Debug)]
pub struct AttentionShape {
    /// Pictures.
    pub batch: usize,
    /// Heads, each with its own softmax.
    pub heads: usize,
    /// Queries of a picture.
    pub queries: usize,
    /// Keys and values of a picture.
    pub keys: usize,
    /// Elements of one head's query, key or value.
    pub head_dim: usize,
    /// Which keys count.
    pub mask: Mask,
}

/// Which keys a query may look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// All.
    None,
    /// Those up to its own position.
    Causal,
}

/// The queries `range` of one head of one picture.
struct Head<'a, 'b, 'c> {
    shape: &'a AttentionShape,
    q: &'a [f32],
    k: &'a [f32],
    v: &'a [f32],
    scale: f32,
    picture: usize,
    index: usize,
    range: Range<usize>,
    layout: Layout,
    buffer: &'c mut [f32],
    out: &'a Shared<'b>,
}

/// The scratch memory of a [`Head`], cut into its parts.
struct Buffers<'a> {
    /// Keys, transposed, in panels `[head_dim, panel]`.
    keys: &'a mut [f32],
    /// Values in panels `[keys, panel]`, padded to whole vectors.
    values: &'a mut [f32],
    /// Scaled queries of the block `[QUERIES, head_dim]`.
    queries: &'a mut [f32],
    /// Scores, then probabilities of the block `[QUERIES, score_width]`.
    scores: &'a mut [f32],
    /// Sums of the block `[QUERIES, width]`.
    sums: &'a mut [f32],
}

/// Sizes that follow from the shape and the vectors' length.
#[derive(Clone, Copy)]
struct Layout {
    /// Keys per panel.
    panel: usize,
    panels: usize,
    /// Row length of padded values and of the sums.
    width: usize,
    /// Row length of the scores.
    score_width: usize,
}

impl Layout {
    fn new(shape: &AttentionShape) -> Self {
        let lanes = product::lanes();
        let panel = TILE_VECTORS * lanes;
        Self {
            panel,
            panels: shape.keys.div_ceil(panel),
            width: shape.head_dim.next_multiple_of(lanes),
            score_width: KEYS.next_multiple_of(panel),
        }
    }

    /// The panels of the values, as columns of the padded values.
    fn value_panels(self) -> impl Iterator<Item = Range<usize>> {
        (0..self.width)
            .step_by(self.panel)
            .map(move |start| start..self.width.min(start + self.panel))
    }

    fn lengths(&self, shape: &AttentionShape) -> [usize; 5] {
        [
            self.panels * self.panel * shape.head_dim,
            shape.keys * self.width,
            QUERIES * shape.head_dim,
            QUERIES * self.score_width,
            QUERIES * self.width,
        ]
        .map(|len| len.next_multiple_of(16))
    }
}

impl WithSimd for Head<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let lengths = self.layout.lengths(self.shape);
        let (keys, buffer) = std::mem::take(&mut self.buffer).split_at_mut(lengths[0]);
        let (values, buffer) = buffer.split_at_mut(lengths[1]);
        let (queries, buffer) = buffer.split_at_mut(lengths[2]);
        let (scores, sums) = buffer.split_at_mut(lengths[3]);
        let layout = self.layout;
        self.run(
            simd,
            layout,
            Buffers {
                keys,
                values,
                queries,
                scores,
                sums,
            },
        );
    }
}

/// Offsets of `count` rows that are `stride` apart, for [`product::rows`].
fn row_offsets(count: usize, stride: usize) -> Vec<u32> {
    (0..count).map(|i| (i * stride) as u32).collect()
}

impl Head<'_, '_, '_> {
    /// Row `index` of this head in a `[batch, rows, heads * head_dim]` tensor.
    #[inline(always)]
    fn row<'x>(&self, x: &'x [f32], rows: usize, index: usize) -> &'x [f32] {
        let d = self.shape.head_dim;
        &x[((self.picture * rows + index) * self.shape.heads + self.index) * d..][..d]
    }

    #[inline(always)]
    fn run<S: Simd>(self, simd: S, layout: Layout, mut buffers: Buffers) {
        self.pack(layout, &mut buffers);
        let key_offsets = row_offsets(self.shape.head_dim, layout.panel);
        let value_offsets = std::array::from_fn(|v| row_offsets(layout.score_width, (v + 1) * S::F32_LANES));
        let mut start = self.range.start;
        while start < self.range.end {
            let block = start..self.range.end.min(start + QUERIES);
            start = block.end;
            self.block(simd, layout, &mut buffers, block, &key_offsets, &value_offsets);
        }
    }

    /// Transposes the keys and pads the values.
    #[inline(always)]
    fn pack(&self, layout: Layout, buffers: &mut Buffers) {
        let (d, keys) = (self.shape.head_dim, self.shape.keys);
        for (p, panel) in buffers
            .keys
            .chunks_exact_mut(layout.panel * d)
            .take(layout.panels)
            .enumerate()
        {
            let first = p * layout.panel;
            for i in 0..layout.panel.min(keys - first) {
                for (c, &value) in self.row(self.k, keys, first + i).iter().enumerate() {
                    panel[c * layout.panel + i] = value;
                }
            }
        }
        for (panel, columns) in buffers
            .values
            .chunks_mut(layout.panel * keys)
            .zip(layout.value_panels())
        {
            let seen = columns.start..columns.end.min(d);
            for (i, row) in panel.chunks_exact_mut(columns.len()).take(keys).enumerate() {
                row[..seen.len()].copy_from_slice(&self.row(self.v, keys, i)[seen.clone()]);
                row[seen.len()..].fill(0.0);
            }
        }
    }

    /// One block of queries against all keys.
    #[inline(always)]
    fn block<S: Simd>(
        &self,
        simd: S,
        layout: Layout,
        buffers: &mut Buffers,
        queries: Range<usize>,
        key_offsets: &[u32],
        value_offsets: &[Vec<u32>; TILE_VECTORS],
    ) {
        let d = self.shape.head_dim;
        // The softmax is taken in powers of two.
        let scale = self.scale * std::f32::consts::LOG2_E;
        for (row, i) in buffers.queries.chunks_exact_mut(d).zip(queries.clone()) {
            for (to, from) in row.iter_mut().zip(self.row(self.q, self.shape.queries, i)) {
                *to = from * scale;
            }
        }
        let count = queries.len();
        let mut softmax = Softmax::default();
        buffers.sums[..count * layout.width].fill(0.0);
        let visible = match self.shape.mask {
            Mask::None => self.shape.keys,
            Mask::Causal => self.shape.keys.min(queries.end),
        };
        for first in (0..visible).step_by(layout.score_width) {
            let keys = first..visible.min(first + layout.score_width);
            self.score(simd, layout, buffers, count, &keys, key_offsets);
            self.mask(layout, buffers.scores, &queries, &keys, S::F32_LANES);
            let padded = keys.len().next_multiple_of(S::F32_LANES);
            softmax.update(simd, buffers.scores, layout.score_width, count, padded);
            for (panel, columns) in layout.value_panels().enumerate() {
                let values = &buffers.values[panel * layout.panel * self.shape.keys..];
                let values = &values[first * columns.len()..][..keys.len() * columns.len()];
                let offsets = &value_offsets[columns.len() / S::F32_LANES - 1][..keys.len()];
                let (scores, decay, sums) = (
                    &buffers.scores[..],
                    &softmax.decay[..count],
                    &mut buffers.sums[columns.start..],
                );
                match columns.len() / S::F32_LANES {
                    3 => weighted_sum::<S, 3>(simd, layout, scores, values, offsets, decay, sums),
                    2 => weighted_sum::<S, 2>(simd, layout, scores, values, offsets, decay, sums),
                    _ => weighted_sum::<S, 1>(simd, layout, scores, values, offsets, decay, sums),
                }
            }
        }
        for (i, (row, total)) in queries.zip(buffers.sums.chunks_exact(layout.width).zip(softmax.total)) {
            let start = ((self.picture * self.shape.queries + i) * self.shape.heads + self.index) * d;
            // SAFETY: each query of each head is written by one task only.
            let out = unsafe { self.out.slice(start..start + d) };
            let factor = 1.0 / total;
            for (out, sum) in out.iter_mut().zip(row) {
                *out = sum * factor;
            }
        }
    }

    /// Scores of the block's queries with `keys`.
    #[inline(always)]
    fn score<S: Simd>(
        &self,
        simd: S,
        layout: Layout,
        buffers: &mut Buffers,
        count: usize,
        keys: &Range<usize>,
        offsets: &[u32],
    ) {
        let d = self.shape.head_dim;
        let queries = &buffers.queries[..count * d];
        for panel in keys.start / layout.panel..keys.end.div_ceil(layout.panel) {
            let column = panel * layout.panel - keys.start;
            let vectors = (keys.len() - column).min(layout.panel).div_ceil(S::F32_LANES);
            let key_panel = &buffers.keys[panel * layout.panel * d..][..layout.panel * d];
            let scores = &mut buffers.scores[column..];
            match vectors {
                3 => scores_of::<S, 3>(simd, layout, queries, d, key_panel, offsets, scores),
                2 => scores_of::<S, 2>(simd, layout, queries, d, key_panel, offsets, scores),
                _ => scores_of::<S, 1>(simd, layout, queries, d, key_panel, offsets, scores),
            }
        }
    }

    /// Hides keys that do not exist (the padding to whole vectors) and those that the mask forbids.
    #[inline(always)]
    fn mask(&self, layout: Layout, scores: &mut [f32], queries: &Range<usize>, keys: &Range<usize>, lanes: usize) {
        let padded = keys.len().next_multiple_of(lanes);
        let causal = self.shape.mask == Mask::Causal;
        if padded == keys.len() && !causal {
            return;
        }
        for (query, row) in queries.clone().zip(scores.chunks_exact_mut(layout.score_width)) {
            let seen = if causal {
                keys.len().min((query + 1).saturating_sub(keys.start))
            } else {
                keys.len()
            };
            row[seen..padded].fill(f32::NEG_INFINITY);
        }
    }
}

#[inline(always)]
fn scores_of<S: Simd, const V: usize>(
    simd: S,
    layout: Layout,
    queries: &[f32],
    d: usize,
    keys: &[f32],
    offsets: &[u32],
    scores: &mut [f32],
) {
    let count = queries.len() / d;
    assert!(offsets.len() == d && keys.len() >= d * layout.panel);
    assert!(count == 0 || scores.len() >= (count - 1) * layout.score_width + V * S::F32_LANES);
    let b: [*const f32; V] = std::array::from_fn(|v| keys[v * S::F32_LANES..].as_ptr());
    // SAFETY: the slices are long enough (asserted).
    unsafe {
        product::rows_to(
            simd,
            queries.as_ptr(),
            d,
            count,
            b,
            offsets,
            scores.as_mut_ptr(),
            layout.score_width,
        );
    }
}

/// `sums = sums * decay + probabilities x values` for `V` vectors of every row.
#[inline(always)]
fn weighted_sum<S: Simd, const V: usize>(
    simd: S,
    layout: Layout,
    probabilities: &[f32],
    values: &[f32],
    offsets: &[u32],
    decay: &[f32],
    sums: &mut [f32],
) {
    assert!(values.len() >= offsets.len() * V * S::F32_LANES);
    let b: [*const f32; V] = std::array::from_fn(|v| values[v * S::F32_LANES..].as_ptr());
    let count = decay.len();
    assert!(probabilities.len() >= count * layout.score_width && offsets.len() <= layout.score_width);
    assert!(sums.len() >= (count - 1) * layout.width + V * S::F32_LANES);
    let sums = sums.as_mut_ptr();
    // SAFETY: the slices are long enough (asserted).
    unsafe {
        product::rows(
            simd,
            probabilities.as_ptr(),
            layout.score_width,
            count,
            b,
            offsets,
            #[inline(always)]
            |row, added| {
                let decay = simd.splat_f32s(decay[row]);
                for v in 0..V {
                    let sum = sums.wrapping_add(row * layout.width + v * S::F32_LANES);
                    product::write::<S>(sum, simd.mul_add_e_f32s(product::read::<S>(sum), decay, added[v]));
                }
            },
        );
    }
}

/// Running maximum and sum of each query of a block.
struct Softmax {
    maximum: [f32; QUERIES],
    total: [f32; QUERIES],
    /// By what the earlier sums shrink since the maximum rose.
    decay: [f32; QUERIES],
}

impl Default for Softmax {
    fn default() -> Self {
        Self {
            maximum: [f32::NEG_INFINITY; QUERIES],
            total: [0.0; QUERIES],
            decay: [0.0; QUERIES],
        }
    }
}

impl Softmax {
    /// Turns `columns` scores (whole vectors) of each row into unnormalised probabilities.
    #[inline(always)]
    fn update<S: Simd>(&mut self, simd: S, scores: &mut [f32], width: usize, rows: usize, columns: usize) {
        for (row, scores) in scores.chunks_exact_mut(width).take(rows).enumerate() {
            let (scores, _) = S::as_mut_simd_f32s(&mut scores[..columns]);
            let maximum = self.maximum[row].max(highest(simd, scores));
            let center = simd.splat_f32s(maximum);
            let mut totals = [simd.splat_f32s(0.0); 2];
            for (i, score) in scores.iter_mut().enumerate() {
                *score = vector_math::exp2_of_negative(simd, simd.sub_f32s(*score, center));
                totals[i % 2] = simd.add_f32s(totals[i % 2], *score);
            }
            let total = simd.add_f32s(totals[0], totals[1]);
            let decay = (self.maximum[row] - maximum).exp2();
            self.decay[row] = decay;
            self.total[row] = self.total[row] * decay + simd.reduce_sum_f32s(total);
            self.maximum[row] = maximum;
        }
    }
}

/// The highest of the scores.
#[inline(always)]
fn highest<S: Simd>(simd: S, scores: &[S::f32s]) -> f32 {
    let mut highest = [simd.splat_f32s(f32::NEG_INFINITY); 2];
    let (pairs, single) = scores.as_chunks::<2>();
    for pair in pairs {
        for i in 0..2 {
            highest[i] = simd.max_f32s(highest[i], pair[i]);
        }
    }
    for score in single {
        highest[0] = simd.max_f32s(highest[0], *score);
    }
    simd.reduce_max_f32s(simd.max_f32s(highest[0], highest[1]))
}

/// `softmax(scale * q k^T) v` per head, into `out` `[batch, queries, heads * head_dim]`.
///
/// # Panics
/// When the lengths do not agree with `shape`.
pub fn attention(q: &[f32], k: &[f32], v: &[f32], shape: &AttentionShape, scale: f32, out: &mut [f32]) {
    let AttentionShape {
        batch,
        heads,
        queries,
        keys,
        head_dim,
        ..
    } = *shape;
    let row = heads * head_dim;
    assert_eq!(
        q.len(),
        batch * queries * row,
        "the queries of attention do not have its shape"
    );
    assert_eq!(
        out.len(),
        q.len(),
        "the output of attention does not have its queries' shape"
    );
    assert!(
        k.len() == batch * keys * row && v.len() == k.len(),
        "the keys or values of attention do not have its shape"
    );
    assert!(keys > 0, "attention needs at least one key");
    if q.is_empty() {
        return;
    }
    // One multiply-add is an eighth of an operation: a vector of them takes one cycle or less.
    let parts = parallel::parts(q.len() * keys / 4, 4 * rayon::current_num_threads());
    let cuts = parts.div_ceil(batch * heads).min(queries.div_ceil(QUERIES));
    let layout = Layout::new(shape);
    let out = Shared::new(out);
    let run = |i: usize| {
        let (index, cut) = (i / cuts, i % cuts);
        let range = parallel::part(cut, cuts, queries, QUERIES);
        let (picture, head) = (index / heads, index % heads);
        scratch::with(layout.lengths(shape).iter().sum(), |buffer| {
            Arch::new().dispatch(Head {
                shape,
                q,
                k,
                v,
                scale,
                picture,
                index: head,
                range,
                layout,
                buffer,
                out: &out,
            });
        });
    };
    if parts == 1 {
        return (0..batch * heads).for_each(run);
    }
    parallel::for_each(batch * heads * cuts, run);
}

#[cfg(test)]
mod tests;
