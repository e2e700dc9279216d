//! The weights' side: `G g G^T` of each 3x3 window `g`.

use crate::kernels::cpu::transpose::transpose;
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Elements of a window.
const TAPS: usize = 9;
/// Columns that are transposed for them: `transpose` is quick with squares of 16.
const COLUMNS: usize = 16;

/// Elements of the working memory for `channels` input channels.
pub fn scratch_len(channels: usize) -> usize {
    COLUMNS * channels.next_multiple_of(16)
}

/// Transforms the windows of output channels `rows` and input channels `channels` of `weight` `[out, in, 9]` into `out`
/// `[16, rows, channels]`.
pub fn transform(
    weight: &[f32],
    in_channels: usize,
    rows: &Range<usize>,
    channels: &Range<usize>,
    scratch: &mut [f32],
    out: &mut [f32],
) {
    let depth = channels.len();
    let pitch = depth.next_multiple_of(16);
    for (i, row) in rows.clone().enumerate() {
        let windows = &weight[(row * in_channels + channels.start) * TAPS..];
        // Columns past the ninth are the next window's; the last window of all has none.
        let squares = if windows.len() >= depth * TAPS + COLUMNS - TAPS {
            depth
        } else {
            depth - 1
        };
        transpose(windows, TAPS, squares, COLUMNS, scratch, pitch, squares);
        for (tap, value) in windows[squares * TAPS..depth * TAPS].iter().enumerate() {
            scratch[tap * pitch + squares] = *value;
        }
        Arch::new().dispatch(Row {
            taps: scratch,
            pitch,
            index: i,
            rows: rows.len(),
            depth,
            out,
        });
    }
}

/// One output channel.
struct Row<'a> {
    /// `[9, pitch]`.
    taps: &'a [f32],
    pitch: usize,
    index: usize,
    rows: usize,
    depth: usize,
    out: &'a mut [f32],
}

impl WithSimd for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for first in (0..self.depth).step_by(S::F32_LANES) {
            let count = S::F32_LANES.min(self.depth - first);
            let mut rows = [[simd.splat_f32s(0.0); 3]; 4];
            for c in 0..3 {
                let mut column = [simd.splat_f32s(0.0); 3];
                for r in 0..3 {
                    column[r] = simd.partial_load_f32s(&self.taps[(r * 3 + c) * self.pitch + first..][..count]);
                }
                let column = combine(simd, column);
                for r in 0..4 {
                    rows[r][c] = column[r];
                }
            }
            for r in 0..4 {
                let row = combine(simd, rows[r]);
                for c in 0..4 {
                    let at = ((r * 4 + c) * self.rows + self.index) * self.depth + first;
                    simd.partial_store_f32s(&mut self.out[at..at + count], row[c]);
                }
            }
        }
    }
}

/// `G g` for one column `g`.
#[inline(always)]
fn combine<S: Simd>(simd: S, g: [S::f32s; 3]) -> [S::f32s; 4] {
    let half = simd.splat_f32s(0.5);
    let outer = simd.mul_f32s(half, simd.add_f32s(g[0], g[2]));
    let middle = simd.mul_f32s(half, g[1]);
    [g[0], simd.add_f32s(outer, middle), simd.sub_f32s(outer, middle), g[2]]
}
