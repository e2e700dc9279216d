//! Many rows: panels of transposed weights.

use super::{
    LinearParameters,
    panels::{self, Panels, Rows},
};
use crate::kernels::cpu::{
    parallel::{self, Shared},
    scratch,
};
use std::ops::Range;

/// Rows whose sums stay in the second-level cache.
const ROWS: usize = 256;
/// Most output features whose weights are transposed at a time.
const COLUMNS: usize = 384;

/// Computes `rows` and `columns` of the output.
pub fn run(x: &[f32], parameters: &LinearParameters, rows: Range<usize>, columns: Range<usize>, out: &Shared) {
    let depth = parameters.in_features;
    let chunks = columns.len().div_ceil(COLUMNS);
    let most = columns.len().min(COLUMNS);
    let most_rows = rows.len().min(ROWS);
    scratch::with(
        panels::packed_len(most, depth) + panels::sums_len(most_rows, most),
        |buffer| {
            let (packed, sums) = buffer.split_at_mut(panels::packed_len(most, depth));
            for chunk in 0..chunks {
                let cut = parallel::part(chunk, chunks, columns.len(), panels::width());
                let columns = columns.start + cut.start..columns.start + cut.end;
                let weights = Rows {
                    values: &parameters.weight[columns.start * depth..],
                    depth,
                    count: columns.len(),
                };
                let panels = Panels::pack(weights, packed);
                for first in rows.clone().step_by(ROWS) {
                    let rows = first..rows.end.min(first + ROWS);
                    panels.multiply(
                        Rows {
                            values: &x[first * depth..],
                            depth,
                            count: rows.len(),
                        },
                        sums,
                    );
                    finish(parameters, &panels, sums, &rows, &columns, out);
                }
            }
        },
    );
}

/// Adds bias and residual to the sums and writes them to the output.
fn finish(
    parameters: &LinearParameters,
    panels: &Panels,
    sums: &[f32],
    rows: &Range<usize>,
    columns: &Range<usize>,
    out: &Shared,
) {
    for (panel, sums, row_len) in panels.parts(sums, rows.len()) {
        let columns = columns.start + panel.start..columns.start + panel.end;
        for (row, sums) in rows.clone().zip(sums.chunks_exact(row_len)) {
            // SAFETY: these rows and columns belong to this task alone.
            let out = unsafe { parameters.output_of(out, row, &columns) };
            parameters.finish(sums, row, &columns, out);
        }
    }
}
