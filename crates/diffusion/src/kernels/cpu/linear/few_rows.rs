//! Few rows: the weights are the factors, panels of transposed rows the vectors, and the result is transposed back.

use super::{LinearParameters, block_depth};
use crate::kernels::cpu::{
    parallel::Shared,
    product::{self, TILE_VECTORS},
    scratch,
    transpose::transpose,
};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Output features whose weights (of one block) stay in the second-level cache.
const FEATURES: usize = 320;
/// Panels of rows transposed at a time.
const PANELS: usize = 4;

/// Computes the output features `columns` of all rows.
pub fn run(x: &[f32], parameters: &LinearParameters, columns: Range<usize>, out: &Shared) {
    let LinearParameters {
        in_features,
        out_features,
        residual,
        ..
    } = *parameters;
    let rows = parameters.rows(x.len());
    let panel = TILE_VECTORS * product::lanes();
    let depth = block_depth(in_features);
    let width = PANELS.min(rows.div_ceil(panel)) * panel;
    let offsets: Vec<u32> = (0..depth).map(|k| (k * width) as u32).collect();
    scratch::with(width * (depth + 2 * FEATURES), |buffer| {
        let (packed, buffer) = buffer.split_at_mut(width * depth);
        let (sums, transposed) = buffer.split_at_mut(width * FEATURES);
        for first_column in columns.clone().step_by(FEATURES) {
            let columns = first_column..columns.end.min(first_column + FEATURES);
            for first_row in (0..rows).step_by(width) {
                let rows = first_row..rows.min(first_row + width);
                for first in (0..in_features).step_by(depth) {
                    let features = first..in_features.min(first + depth);
                    let from = &x[rows.start * in_features + first..];
                    let padded = rows.len().next_multiple_of(product::lanes());
                    transpose(from, in_features, rows.len(), features.len(), packed, width, padded);
                    let (columns, offsets) = (columns.clone(), &offsets[..features.len()]);
                    let weight = &parameters.weight[columns.start * in_features + first..];
                    let rows = rows.len();
                    Arch::new().dispatch(Block {
                        parameters,
                        weight,
                        columns,
                        rows,
                        first,
                        offsets,
                        packed,
                        width,
                        sums,
                    });
                }
                transpose(
                    sums,
                    width,
                    columns.len(),
                    rows.len(),
                    transposed,
                    columns.len(),
                    columns.len(),
                );
                for (row, sums) in rows.zip(transposed.chunks_exact(columns.len())) {
                    let range = row * out_features + columns.start..row * out_features + columns.end;
                    // SAFETY: these output features belong to this task alone.
                    let out = unsafe { out.slice(range.clone()) };
                    match residual {
                        Some(residual) => {
                            let sums = sums.iter().zip(&residual[range]);
                            out.iter_mut()
                                .zip(sums)
                                .for_each(|(out, (sum, residual))| *out = sum + residual);
                        }
                        None => out.copy_from_slice(sums),
                    }
                }
            }
        }
    });
}

/// One block of input features.
struct Block<'a> {
    parameters: &'a LinearParameters<'a>,
    /// From the first of `columns` and of the block's features on.
    weight: &'a [f32],
    columns: Range<usize>,
    rows: usize,
    /// First input feature of the block.
    first: usize,
    offsets: &'a [u32],
    packed: &'a [f32],
    width: usize,
    /// `[columns, width]`.
    sums: &'a mut [f32],
}

impl WithSimd for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut block = self;
        for row in (0..block.rows).step_by(TILE_VECTORS * S::F32_LANES) {
            match (block.rows - row).div_ceil(S::F32_LANES) {
                1 => block.panel::<S, 1>(simd, row),
                2 => block.panel::<S, 2>(simd, row),
                _ => block.panel::<S, 3>(simd, row),
            }
        }
    }
}

impl Block<'_> {
    /// The `V` vectors of rows from `row` on.
    #[inline(always)]
    fn panel<S: Simd, const V: usize>(&mut self, simd: S, row: usize) {
        let LinearParameters { in_features, bias, .. } = *self.parameters;
        let mut b = [std::ptr::null(); V];
        for v in 0..V {
            b[v] = self.packed[row + v * S::F32_LANES..].as_ptr();
        }
        let count = self.columns.len();
        assert!(self.weight.len() >= (count - 1) * in_features + self.offsets.len());
        assert!(self.packed.len() >= self.offsets.len() * self.width && row + V * S::F32_LANES <= self.width);
        let bias = bias.map(|bias| &bias[self.columns.clone()]);
        let first = self.first == 0;
        let (sums, width) = (&mut *self.sums, self.width);
        // SAFETY: the weights and the packed rows are long enough (asserted).
        unsafe {
            product::rows(
                simd,
                self.weight.as_ptr(),
                in_features,
                count,
                b,
                self.offsets,
                #[inline(always)]
                |column, added| {
                    let sums = &mut sums[column * width + row..][..V * S::F32_LANES];
                    let (sums, _) = S::as_mut_simd_f32s(sums);
                    let bias = simd.splat_f32s(bias.map_or(0.0, |bias| bias[column]));
                    for v in 0..V {
                        sums[v] = simd.add_f32s(added[v], if first { bias } else { sums[v] });
                    }
                },
            );
        }
    }
}
