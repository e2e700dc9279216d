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
            let mut row = 0;
            while row < self.rows {
                match (self.rows - row, columns.len()) {
                    (2.., TILE) => self.tile::<S, 2, TILE>(simd, row, start),
                    (_, TILE) => self.tile::<S, 1, TILE>(simd, row, start),
                    _ => {
                        for column in columns.clone() {
                            self.tile::<S, 1, 1>(simd, row, column);
                        }
                    }
                }
                row += if columns.len() == TILE { 2 } else { 1 };
            }
        }
    }
}

impl Product<'_, '_> {
    /// `N` output features of `R` rows.
    #[inline(always)]
    fn tile<S: Simd, const R: usize, const N: usize>(&self, simd: S, row: usize, column: usize) {
        let LinearParameters {
            weight, in_features, ..
        } = *self.parameters;
        let vectors = in_features / S::F32_LANES;
        let mut x: [(&[S::f32s], &[f32]); R] = [(&[], &[]); R];
        let mut weights: [(&[S::f32s], &[f32]); N] = [(&[], &[]); N];
        for r in 0..R {
            x[r] = S::as_simd_f32s(&self.x[(row + r) * in_features..][..in_features]);
            x[r].0 = &x[r].0[..vectors];
        }
        for i in 0..N {
            weights[i] = S::as_simd_f32s(&weight[(column + i) * in_features..][..in_features]);
            weights[i].0 = &weights[i].0[..vectors];
        }
        let mut sums = [[simd.splat_f32s(0.0); N]; R];
        for k in 0..vectors {
            for r in 0..R {
                for i in 0..N {
                    sums[r][i] = simd.mul_add_e_f32s(x[r].0[k], weights[i].0[k], sums[r][i]);
                }
            }
        }
        if in_features > vectors * S::F32_LANES {
            for r in 0..R {
                let x = simd.partial_load_f32s(x[r].1);
                for i in 0..N {
                    sums[r][i] = simd.mul_add_e_f32s(x, simd.partial_load_f32s(weights[i].1), sums[r][i]);
                }
            }
        }
        for r in 0..R {
            self.finish(simd, row + r, column, sums[r]);
        }
    }

    #[inline(always)]
    fn finish<S: Simd, const N: usize>(&self, simd: S, row: usize, column: usize, sums: [S::f32s; N]) {
        let LinearParameters {
            bias,
            residual,
            out_features,
            ..
        } = *self.parameters;
        let at = row * out_features + column;
        // SAFETY: these output features belong to this task alone.
        let out = unsafe { self.out.slice(at..at + N) };
        for i in 0..N {
            out[i] = simd.reduce_sum_f32s(sums[i]) + bias.map_or(0.0, |bias| bias[column + i]);
            out[i] += residual.map_or(0.0, |residual| residual[at + i]);
        }
    }
}
