//! A matrix product `a b^T` of two matrices whose rows have the same length: rows of `b` are transposed into panels, rows of `a` are read
//! where they are.

use super::block_depth;
use crate::kernels::cpu::{
    product::{self, TILE_VECTORS},
    transpose::transpose,
};
use pulp::{Arch, Simd, WithSimd};

/// Some rows of a matrix of rows of `depth` elements.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// From the first of them on.
    pub values: &'a [f32],
    pub depth: usize,
    pub count: usize,
}

/// Rows in a panel.
pub fn width() -> usize {
    TILE_VECTORS * product::lanes()
}

/// Transposed rows: for each block of columns, for each panel, `[columns, panel]`.
pub struct Panels<'a> {
    rows: Rows<'a>,
    width: usize,
    block: usize,
    buffer: &'a [f32],
    offsets: Vec<u32>,
}

/// Elements that the panels of `count` rows of `depth` elements take.
pub fn packed_len(count: usize, depth: usize) -> usize {
    count.next_multiple_of(width()) * depth
}

/// Elements that the sums of `count` rows with the panels of `packed` rows take.
pub fn sums_len(count: usize, packed: usize) -> usize {
    count * packed.next_multiple_of(width())
}

impl<'a> Panels<'a> {
    /// Transposes `rows` into `buffer`.
    pub fn pack(rows: Rows<'a>, buffer: &'a mut [f32]) -> Self {
        let Rows { values, depth, count } = rows;
        let (width, block) = (width(), block_depth(depth));
        for first in (0..depth).step_by(block) {
            let columns = block.min(depth - first);
            for row in (0..count).step_by(width) {
                let to = &mut buffer[count.next_multiple_of(width) * first + row * columns..];
                transpose(
                    &values[row * depth + first..],
                    depth,
                    width.min(count - row),
                    columns,
                    to,
                    width,
                    width,
                );
            }
        }
        let offsets = (0..block).map(|k| (k * width) as u32).collect();
        Self {
            rows,
            width,
            block,
            buffer,
            offsets,
        }
    }

    /// The products of all rows of `a` with those of the panels: for each panel, `sums` gets `[rows of a, rows of the panel]`, the
    /// latter up to a whole vector.
    pub fn multiply(&self, a: Rows, sums: &mut [f32]) {
        let Rows { depth, count, .. } = self.rows;
        assert!(a.depth == depth && a.values.len() >= a.count * depth && sums.len() >= sums_len(a.count, count));
        for first in (0..depth).step_by(self.block) {
            let columns = self.block.min(depth - first);
            let panels = &self.buffer[count.next_multiple_of(self.width) * first..];
            let offsets = &self.offsets[..columns];
            Arch::new().dispatch(Block {
                a,
                first,
                panels,
                packed: count,
                offsets,
                sums,
            });
        }
    }

    /// For each panel: the range of its rows, and the part of the sums with `count` rows of `a` that belongs to it, with its row length.
    pub fn parts<'s>(
        &self,
        sums: &'s [f32],
        count: usize,
    ) -> impl Iterator<Item = (std::ops::Range<usize>, &'s [f32], usize)> {
        let (packed, width, lanes) = (self.rows.count, self.width, self.width / TILE_VECTORS);
        (0..packed).step_by(width).map(move |first| {
            let rows = first..packed.min(first + width);
            let row_len = rows.len().next_multiple_of(lanes);
            (rows, &sums[first * count..][..count * row_len], row_len)
        })
    }
}

/// One block of columns.
struct Block<'a> {
    a: Rows<'a>,
    /// First column.
    first: usize,
    panels: &'a [f32],
    /// Rows in the panels.
    packed: usize,
    offsets: &'a [u32],
    sums: &'a mut [f32],
}

impl WithSimd for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for row in (0..self.packed).step_by(TILE_VECTORS * S::F32_LANES) {
            match (self.packed - row).div_ceil(S::F32_LANES) {
                1 => self.panel::<S, 1>(simd, row),
                2 => self.panel::<S, 2>(simd, row),
                _ => self.panel::<S, 3>(simd, row),
            }
        }
    }
}

impl Block<'_> {
    /// The panel with `V` vectors of rows, from row `row` on.
    #[inline(always)]
    fn panel<S: Simd, const V: usize>(&mut self, simd: S, row: usize) {
        let Rows { values, depth, count } = self.a;
        let columns = self.offsets.len();
        let panel = &self.panels[row * columns..][..columns * TILE_VECTORS * S::F32_LANES];
        let mut b = [std::ptr::null(); V];
        for v in 0..V {
            b[v] = panel[v * S::F32_LANES..].as_ptr();
        }
        let width = V * S::F32_LANES;
        let sums = self.sums[row * count..][..count * width].as_mut_ptr();
        let a = values[self.first..].as_ptr();
        // SAFETY: `a` has `count` rows (`multiply` asserts it), of which this block's columns are read; the panel and the sums are as
        // long as the slices above.
        unsafe {
            if self.first == 0 {
                return product::rows_to(simd, a, depth, count, b, self.offsets, sums, width);
            }
            product::rows(
                simd,
                a,
                depth,
                count,
                b,
                self.offsets,
                #[inline(always)]
                |row, added| {
                    for v in 0..V {
                        let sum = sums.wrapping_add(row * width + v * S::F32_LANES);
                        product::write::<S>(sum, simd.add_f32s(product::read::<S>(sum), added[v]));
                    }
                },
            );
        }
    }
}
