//! Many rows: the rows are the factors, panels of transposed weights the vectors.

use super::{LinearParameters, block_depth};
use crate::kernels::cpu::{
    parallel::{self, Shared},
    product::{self, TILE_VECTORS},
    scratch,
    transpose::transpose,
};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Rows whose inputs (of one block) stay in the second-level cache.
const ROWS: usize = 256;
/// Most panels of weights transposed at a time.
const PANELS: usize = 8;

/// Output features of a panel: they are best cut in multiples of it.
pub fn unit() -> usize {
    TILE_VECTORS * product::lanes()
}

/// Computes `rows` and `columns` of the output.
pub fn run(x: &[f32], parameters: &LinearParameters, rows: Range<usize>, columns: Range<usize>, out: &Shared) {
    let panel = unit();
    let in_features = parameters.in_features;
    let depth = block_depth(in_features);
    let offsets: Vec<u32> = (0..depth).map(|k| (k * panel) as u32).collect();
    let chunks = columns.len().div_ceil(PANELS * panel);
    scratch::with((PANELS * panel + ROWS.min(rows.len())) * depth, |buffer| {
        let (weights, inputs) = buffer.split_at_mut(PANELS * panel * depth);
        for chunk in 0..chunks {
            let cut = parallel::part(chunk, chunks, columns.len(), panel);
            let columns = columns.start + cut.start..columns.start + cut.end;
            for first in (0..in_features).step_by(depth) {
                let features = first..in_features.min(first + depth);
                pack(parameters, &columns, &features, panel, weights);
                let block = Block {
                    parameters,
                    columns: &columns,
                    features: &features,
                    offsets: &offsets,
                    weights,
                    out,
                };
                for first_row in rows.clone().step_by(ROWS) {
                    let rows = first_row..rows.end.min(first_row + ROWS);
                    let from = &x[rows.start * in_features + first..];
                    let (inputs, stride) = product::spread_rows(from, in_features, rows.len(), features.len(), inputs);
                    Arch::new().dispatch(Batch {
                        block: &block,
                        inputs,
                        stride,
                        rows,
                    });
                }
            }
        }
    });
}

/// Transposes the weights of `columns` and `features` into panels `[features, panel]`.
fn pack(
    parameters: &LinearParameters,
    columns: &Range<usize>,
    features: &Range<usize>,
    panel: usize,
    buffer: &mut [f32],
) {
    for (first, to) in columns
        .clone()
        .step_by(panel)
        .zip(buffer.chunks_mut(panel * features.len()))
    {
        let from = &parameters.weight[first * parameters.in_features + features.start..];
        transpose(
            from,
            parameters.in_features,
            (columns.end - first).min(panel),
            features.len(),
            to,
            panel,
            panel,
        );
    }
}

/// One block of input features and some output features.
struct Block<'a, 'b> {
    parameters: &'a LinearParameters<'a>,
    columns: &'a Range<usize>,
    features: &'a Range<usize>,
    /// Of the rows of a panel; as many as the largest block has.
    offsets: &'a [u32],
    weights: &'a [f32],
    out: &'a Shared<'b>,
}

/// Some rows of a [`Block`].
struct Batch<'a, 'b> {
    block: &'a Block<'a, 'b>,
    /// The block's input features of each row, `stride` apart.
    inputs: &'a [f32],
    stride: usize,
    rows: Range<usize>,
}

impl WithSimd for Batch<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let panel = TILE_VECTORS * S::F32_LANES;
        let Block {
            columns,
            features,
            weights,
            ..
        } = *self.block;
        for (i, column) in columns.clone().step_by(panel).enumerate() {
            let weights = &weights[i * panel * features.len()..][..panel * features.len()];
            match (columns.end - column).div_ceil(S::F32_LANES) {
                1 => self.panel::<S, 1>(simd, column, weights),
                2 => self.panel::<S, 2>(simd, column, weights),
                _ => self.panel::<S, 3>(simd, column, weights),
            }
        }
    }
}

impl Batch<'_, '_> {
    /// The `V` vectors of output features from `column` on.
    #[inline(always)]
    fn panel<S: Simd, const V: usize>(&self, simd: S, column: usize, weights: &[f32]) {
        let Block {
            parameters,
            columns,
            features,
            offsets,
            out,
            ..
        } = *self.block;
        let LinearParameters {
            bias,
            residual,
            in_features,
            out_features,
            ..
        } = *parameters;
        let count = (columns.end - column).min(V * S::F32_LANES);
        let (first, last) = (features.start == 0, features.end == in_features);
        let mut start = [simd.splat_f32s(0.0); V];
        if let Some(bias) = bias {
            for v in 0..V {
                start[v] = simd.partial_load_f32s(lanes_of::<S>(&bias[column..column + count], v));
            }
        }
        let mut b = [std::ptr::null(); V];
        for v in 0..V {
            b[v] = weights[v * S::F32_LANES..].as_ptr();
        }
        assert!(self.inputs.len() >= (self.rows.len() - 1) * self.stride + features.len());
        // SAFETY: the input is long enough (asserted), and so are the weights (cut to whole panels by the caller).
        // The output rows and columns belong to this task alone.
        unsafe {
            product::rows(
                simd,
                self.inputs.as_ptr(),
                self.stride,
                self.rows.len(),
                b,
                &offsets[..features.len()],
                #[inline(always)]
                |row, sums| {
                    let at = (self.rows.start + row) * out_features + column;
                    let out = out.slice(at..at + count);
                    let residual = residual.filter(|_| last).map(|residual| &residual[at..at + count]);
                    for v in 0..V {
                        let earlier = if first { start[v] } else { load(simd, out, v) };
                        let mut sum = simd.add_f32s(sums[v], earlier);
                        if let Some(residual) = residual {
                            sum = simd.add_f32s(sum, load(simd, residual, v));
                        }
                        store(simd, out, v, sum);
                    }
                },
            );
        }
    }
}

/// Vector `v` of `slice`, padded with zeros at its end.
#[inline(always)]
fn load<S: Simd>(simd: S, slice: &[f32], v: usize) -> S::f32s {
    let (vectors, _) = S::as_simd_f32s(slice);
    if let Some(vector) = vectors.get(v) {
        *vector
    } else {
        simd.partial_load_f32s(lanes_of::<S>(slice, v))
    }
}

/// Writes vector `v` of `slice`, cut at its end.
#[inline(always)]
fn store<S: Simd>(simd: S, slice: &mut [f32], v: usize, vector: S::f32s) {
    if slice.len() >= (v + 1) * S::F32_LANES {
        let (vectors, _) = S::as_mut_simd_f32s(slice);
        vectors[v] = vector;
    } else {
        simd.partial_store_f32s(&mut slice[v * S::F32_LANES..], vector);
    }
}

/// The elements of vector `v` of `slice`, cut at its end.
#[inline(always)]
fn lanes_of<S: Simd>(slice: &[f32], v: usize) -> &[f32] {
    &slice[v * S::F32_LANES..slice.len().min((v + 1) * S::F32_LANES)]
}
