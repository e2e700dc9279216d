//! Few rows: panels of the transposed rows; the result is transposed back.

use super::{
    LinearParameters,
    panels::{self, Panels, Rows},
};
use crate::kernels::cpu::{parallel::Shared, scratch, transpose::transpose};
use std::ops::Range;

/// Output features whose sums stay in the second-level cache.
const COLUMNS: usize = 320;
/// Most rows that are transposed at a time.
const ROWS: usize = 384;

/// Computes the output features `columns` of all rows.
pub fn run(x: &[f32], parameters: &LinearParameters, columns: Range<usize>, out: &Shared) {
    let depth = parameters.in_features;
    let rows = parameters.rows(x.len());
    let (most, most_columns) = (rows.min(ROWS), columns.len().min(COLUMNS));
    let sums_len = panels::sums_len(most_columns, most);
    scratch::with(panels::packed_len(most, depth) + 2 * sums_len, |buffer| {
        let (packed, buffer) = buffer.split_at_mut(panels::packed_len(most, depth));
        let (sums, transposed) = buffer.split_at_mut(sums_len);
        for first in (0..rows).step_by(ROWS) {
            let rows = first..rows.min(first + ROWS);
            let panels = Panels::pack(
                Rows {
                    values: &x[first * depth..],
                    depth,
                    count: rows.len(),
                },
                packed,
            );
            for first in columns.clone().step_by(COLUMNS) {
                let columns = first..columns.end.min(first + COLUMNS);
                let weights = Rows {
                    values: &parameters.weight[first * depth..],
                    depth,
                    count: columns.len(),
                };
                panels.multiply(weights, sums);
                for (panel, sums, row_len) in panels.parts(sums, columns.len()) {
                    transpose(
                        sums,
                        row_len,
                        columns.len(),
                        panel.len(),
                        transposed,
                        columns.len(),
                        columns.len(),
                    );
                    for (row, sums) in panel.zip(transposed.chunks_exact(columns.len())) {
                        let row = rows.start + row;
                        // SAFETY: these output features belong to this task alone.
                        let out = unsafe { parameters.output_of(out, row, &columns) };
                        parameters.finish(sums, row, &columns, out);
                    }
                }
            }
        }
    });
}
