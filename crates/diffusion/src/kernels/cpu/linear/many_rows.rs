//! Many rows: the rows are the factors, panels of transposed weights the vectors.

use super::{LinearParameters, block_depth};
use crate::kernels::cpu::{
    parallel::Shared,
    product::{self, TILE_VECTORS},
    scratch,
    transpose::transpose,
};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Rows whose outputs and inputs (of one block) stay in the second-level cache.
const ROWS: usize = 512;
/// Panels of weights transposed at a time.
const PANELS: usize = 6;

/// Output features of a panel: they are best cut in multiples of it.
pub fn unit() -> usize {
    TILE_VECTORS * product::lanes()
}

/// Computes `rows` and `columns` of the output.
pub fn run(x: &[f32], parameters: &LinearParameters, rows: Range<usize>, columns: Range<usize>, out: &Shared) {
    let panel = unit();
    let depth = block_depth(parameters.in_features);
    let offsets: Vec<u32> = (0..depth).map(|k| (k * panel) as u32).collect();
    scratch::with((PANELS * panel + ROWS.min(rows.len())) * depth, |buffer| {
        let (weights, inputs) = buffer.split_at_mut(PANELS * panel * depth);
        for first_column in columns.clone().step_by(PANELS * panel) {
            let columns = first_column..columns.end.min(first_column + PANELS * panel);
            for first_row in rows.clone().step_by(ROWS) {
                let rows = first_row..rows.end.min(first_row + ROWS);
                for first in (0..parameters.in_features).step_by(depth) {
                    let features = first..parameters.in_features.min(first + depth);
                    pack(parameters, &columns, &features, panel, weights);
                    let from = &x[rows.start * parameters.in_features + first..];
                    product::copy_rows(from, parameters.in_features, rows.len(), features.len(), inputs);
                    let (rows, columns, offsets) = (rows.clone(), columns.clone(), &offsets[..features.len()]);
                    Arch::new().dispatch(Block {
                        inputs,
                        parameters,
                        rows,
                        columns,
                        features,
                        offsets,
                        weights,
                        out,
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

/// One block of input features.
struct Block<'a, 'b> {
    /// `[rows, features]`.
    inputs: &'a [f32],
    parameters: &'a LinearParameters<'a>,
    rows: Range<usize>,
    columns: Range<usize>,
    features: Range<usize>,
    offsets: &'a [u32],
    weights: &'a [f32],
    out: &'a Shared<'b>,
}

impl WithSimd for Block<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let panel = TILE_VECTORS * S::F32_LANES;
        for (i, column) in self.columns.clone().step_by(panel).enumerate() {
            let weights = &self.weights[i * panel * self.features.len()..][..panel * self.features.len()];
            match (self.columns.end - column).div_ceil(S::F32_LANES) {
                1 => self.panel::<S, 1>(simd, column, weights),
                2 => self.panel::<S, 2>(simd, column, weights),
                _ => self.panel::<S, 3>(simd, column, weights),
            }
        }
    }
}

impl Block<'_, '_> {
    /// The `V` vectors of output features from `column` on.
    #[inline(always)]
    fn panel<S: Simd, const V: usize>(&self, simd: S, column: usize, weights: &[f32]) {
        let LinearParameters {
            bias,
            residual,
            in_features,
            out_features,
            ..
        } = *self.parameters;
        let count = (self.columns.end - column).min(V * S::F32_LANES);
        let first = self.features.start == 0;
        let last = self.features.end == in_features;
        let mut start = [simd.splat_f32s(0.0); V];
        if let Some(bias) = bias {
            for v in 0..V {
                start[v] = simd.partial_load_f32s(lane_slice::<S>(&bias[column..column + count], v));
            }
        }
        let mut b = [std::ptr::null(); V];
        for v in 0..V {
            b[v] = weights[v * S::F32_LANES..].as_ptr();
        }
        assert!(self.inputs.len() >= self.rows.len() * self.features.len());
        // SAFETY: the input is long enough (asserted), and so are the weights (cut to whole panels by the caller).
        // The output rows and columns belong to this task alone.
        unsafe {
            product::rows(
                simd,
                self.inputs.as_ptr(),
                self.features.len(),
                self.rows.len(),
                b,
                self.offsets,
                #[inline(always)]
                |row, sums| {
                    let at = (self.rows.start + row) * out_features + column;
                    let out = self.out.slice(at..at + count);
                    for v in 0..V {
                        let earlier = if first {
                            start[v]
                        } else {
                            simd.partial_load_f32s(lane_slice::<S>(out, v))
                        };
                        let mut sum = simd.add_f32s(sums[v], earlier);
                        if let Some(residual) = residual.filter(|_| last) {
                            let residual = &residual[at..at + count];
                            sum = simd.add_f32s(sum, simd.partial_load_f32s(lane_slice::<S>(residual, v)));
                        }
                        let end = out.len().min((v + 1) * S::F32_LANES);
                        simd.partial_store_f32s(&mut out[v * S::F32_LANES..end], sum);
                    }
                },
            );
        }
    }
}

/// Vector `v` of `slice`, cut at its end.
#[inline(always)]
fn lane_slice<S: Simd>(slice: &[f32], v: usize) -> &[f32] {
    &slice[v * S::F32_LANES..slice.len().min((v + 1) * S::F32_LANES)]
}
