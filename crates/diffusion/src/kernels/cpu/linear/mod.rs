//! Linear layers: `x W^T + bias (+ residual)`, with PyTorch's weight layout `[out_features, in_features]`, read where it is.
//!
//! [`linear`] has two ways, which give the same bits: many rows are multiplied with a transposed copy of a few output features at a
//! time, few rows are transposed themselves. [`linear_vectors`] is for one vector per picture, such as a time embedding.

mod few_rows;
mod many_rows;
mod panels;
mod vectors;

use super::parallel::{self, Shared};
use std::ops::Range;
pub use vectors::linear_vectors;

/// What a linear layer reads besides its input.
#[derive(Clone, Copy, Debug)]
pub struct LinearParameters<'a> {
    /// `[out_features, in_features]`.
    pub weight: &'a [f32],
    /// `[out_features]`.
    pub bias: Option<&'a [f32]>,
    /// Added to the result, of its shape.
    pub residual: Option<&'a [f32]>,
    /// Elements of an input row.
    pub in_features: usize,
    /// Elements of an output row.
    pub out_features: usize,
}

impl LinearParameters<'_> {
    /// Number of rows of an input of `len` elements.
    fn rows(&self, len: usize) -> usize {
        assert!(self.in_features > 0, "a linear layer needs at least one input feature");
        assert!(
            len.is_multiple_of(self.in_features),
            "the input of linear is not a whole number of rows"
        );
        len / self.in_features
    }

    fn check(&self, rows: usize, out: usize) {
        assert_eq!(
            self.weight.len(),
            self.in_features * self.out_features,
            "the weights of linear do not have its shape"
        );
        assert_eq!(
            out,
            rows * self.out_features,
            "the output of linear does not have its shape"
        );
        assert!(
            self.bias.is_none_or(|b| b.len() == self.out_features),
            "the bias of linear must have one element per output feature"
        );
        assert!(
            self.residual.is_none_or(|r| r.len() == out),
            "the residual of linear must have the output's shape"
        );
    }

    /// The elements of row `row` of the output `out` in `columns`.
    ///
    /// # Safety
    /// As for [`Shared::slice`].
    #[allow(clippy::mut_from_ref, reason = "as for `Shared::slice`")]
    unsafe fn output_of<'a>(&self, out: &'a Shared, row: usize, columns: &Range<usize>) -> &'a mut [f32] {
        let start = row * self.out_features;
        // SAFETY: the caller's promise.
        unsafe { out.slice(start + columns.start..start + columns.end) }
    }

    /// Adds bias and residual of row `row` and `columns` to `sums` and writes them to `out`.
    fn finish(&self, sums: &[f32], row: usize, columns: &Range<usize>, out: &mut [f32]) {
        match self.bias {
            Some(bias) => {
                let sums = sums.iter().zip(&bias[columns.clone()]);
                out.iter_mut()
                    .zip(sums)
                    .for_each(|(out, (sum, bias))| *out = sum + bias);
            }
            None => out.copy_from_slice(&sums[..out.len()]),
        }
        if let Some(residual) = self.residual {
            let residual = &residual[row * self.out_features + columns.start..];
            out.iter_mut()
                .zip(residual)
                .for_each(|(out, residual)| *out += residual);
        }
    }
}

/// Input features whose products are summed in one go: nearly equal blocks, in multiples of 16. A function of the features alone: it
/// fixes the order of the sums.
fn block_depth(in_features: usize) -> usize {
    in_features.div_ceil(in_features.div_ceil(320)).next_multiple_of(16)
}

/// `x W^T + bias + residual` of `x` `[rows, in_features]` into `out` `[rows, out_features]`.
///
/// # Panics
/// When the lengths do not agree.
pub fn linear(x: &[f32], parameters: &LinearParameters, out: &mut [f32]) {
    let LinearParameters {
        in_features,
        out_features,
        ..
    } = *parameters;
    let rows = parameters.rows(x.len());
    parameters.check(rows, out.len());
    if out.is_empty() {
        return;
    }
    // One multiply-add is an eighth of an operation: a vector of them takes one cycle or less.
    let threads = rayon::current_num_threads();
    let parts = parallel::parts(out.len() * in_features / 8, 4 * threads);
    let out = Shared::new(out);
    // What each way has to transpose, per input feature.
    if rows * (in_features + out_features) < in_features * out_features {
        // Each part transposes all rows.
        let parts = parts.min(threads.max(out_features / 256)).min(out_features.div_ceil(8));
        parallel::for_each(parts, |i| {
            few_rows::run(x, parameters, parallel::part(i, parts, out_features, 8), &out);
        });
    } else {
        // Each part of the rows transposes all weights.
        let row_parts = parts.min(rows / 1024).max(1);
        let column_parts = (parts / row_parts).min(out_features.div_ceil(panels::width()));
        parallel::for_each(column_parts * row_parts, |i| {
            let rows = parallel::part(i / column_parts, row_parts, rows, 8);
            let columns = parallel::part(i % column_parts, column_parts, out_features, panels::width());
            many_rows::run(x, parameters, rows, columns, &out);
        });
    }
}

#[cfg(test)]
mod tests;
