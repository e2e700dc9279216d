//! A few vectors, each on its own: dot products along the weights' rows.

use super::LinearParameters;
use crate::kernels::cpu::parallel::{self, Shared};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Output features at a time.
const TILE: usize = 4;

/// `x W^T + bias + residual` of `x` `[rows, in_features]` into `out` `[rows, out_features]`, for a handful of rows. Its sums are in
/// another order than those of [`super::linear`], so a layer should always use the same one of the two.
///
/// # Panics
/// When the lengths do not agree.
pub fn linear_vectors(x: &[f32], parameters: &LinearParameters, out: &mut [f32]) {
    let rows = parameters.rows(x.len());
    parameters.check(rows, out.len());
    let columns = parameters.out_features;
    // Reading the weights is what takes the time.
    let parts = parallel::parts(parameters.weight.len() / 2 + out.len() * parameters.in_features / 8, 8);
    let parts = parts.min(columns.div_ceil(TILE));
    let out = Shared::new(out);
    parallel::for_each(parts, |i| {
        let columns = parallel::part(i, parts, columns, TILE);
        Arch::new().dispatch(Product {
            x,
            parameters,
            columns,
            rows,
            out: &out,
        });
    });
}

struct Product<'a, 'b> {
    x: &'a [f32],
    parameters: &'a LinearParameters<'a>,
    columns: Range<usize>,
    rows: usize,
    out: &'a Shared<'b>,
}

impl WithSimd for Product<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for start in self.columns.clone().step_by(TILE) {
            let columns = start..self.columns.end.min(start + TILE);
            for row in 0..self.rows {
                if columns.len() == TILE {
                    self.tile::<S, TILE>(simd, row, start);
                } else {
                    columns.clone().for_each(
                        #[inline(always)]
                        |column| self.tile::<S, 1>(simd, row, column),
                    );
                }
            }
        }
    }
}

impl Product<'_, '_> {
    /// `N` output features of one row.
    #[inline(always)]
    fn tile<S: Simd, const N: usize>(&self, simd: S, row: usize, column: usize) {
        let LinearParameters {
            weight,
            bias,
            residual,
            in_features,
            out_features,
            ..
        } = *self.parameters;
        let (x, x_rest) = S::as_simd_f32s(&self.x[row * in_features..][..in_features]);
        let mut weights: [&[S::f32s]; N] = [&[]; N];
        let mut weight_rests: [&[f32]; N] = [&[]; N];
        for i in 0..N {
            (weights[i], weight_rests[i]) = S::as_simd_f32s(&weight[(column + i) * in_features..][..in_features]);
            weights[i] = &weights[i][..x.len()];
        }
        let mut sums = [simd.splat_f32s(0.0); N];
        for (k, &x) in x.iter().enumerate() {
            for i in 0..N {
                sums[i] = simd.mul_add_e_f32s(x, weights[i][k], sums[i]);
            }
        }
        if !x_rest.is_empty() {
            let x = simd.partial_load_f32s(x_rest);
            for i in 0..N {
                sums[i] = simd.mul_add_e_f32s(x, simd.partial_load_f32s(weight_rests[i]), sums[i]);
            }
        }
        let at = row * out_features + column;
        // SAFETY: these output features belong to this task alone.
        let out = unsafe { self.out.slice(at..at + N) };
        for i in 0..N {
            out[i] = simd.reduce_sum_f32s(sums[i]) + bias.map_or(0.0, |bias| bias[column + i]);
            out[i] += residual.map_or(0.0, |residual| residual[at + i]);
        }
    }
}
