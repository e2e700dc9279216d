//! The output's side: `A^T m A` of the 4x4 products `m` of each tile gives its 2x2 pixels.

use super::super::ConvParameters;
use super::tiles::Tiles;
use crate::kernels::cpu::{
    parallel::Shared,
    product::{self, TILE_VECTORS},
};
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// The panels `panels` (of `tiles`) and output channels `rows`.
pub struct Pixels<'a, 'b> {
    pub tiles: &'a Tiles<'a>,
    pub parameters: &'a ConvParameters<'a>,
    pub rows: Range<usize>,
    pub panels: Range<usize>,
    /// `[16, panels, rows, panel]`.
    pub products: &'a [f32],
    pub out: &'a Shared<'b>,
}

impl WithSimd for Pixels<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let end = self.tiles.slots.len().min(self.panels.end * TILE_VECTORS);
        for slot in self.panels.start * TILE_VECTORS..end {
            for row in self.rows.clone() {
                self.slot(simd, slot, row);
            }
        }
    }
}

impl Pixels<'_, '_> {
    /// One slot (counted from the first of `tiles`) of one output channel.
    #[inline(always)]
    fn slot<S: Simd>(&self, simd: S, slot: usize, row: usize) {
        let panel = slot / TILE_VECTORS - self.panels.start;
        // The last panel may have fewer slots, and shorter rows.
        let vectors = TILE_VECTORS.min(self.tiles.slots.len() - slot / TILE_VECTORS * TILE_VECTORS);
        let panel_len = self.rows.len() * TILE_VECTORS * S::F32_LANES;
        let in_panel = ((row - self.rows.start) * vectors + slot % TILE_VECTORS) * S::F32_LANES;
        let zero = simd.splat_f32s(0.0);
        let mut columns = [[zero; 4]; 2];
        for c in 0..4 {
            let mut column = [zero; 4];
            for r in 0..4 {
                let from = ((r * 4 + c) * self.panels.len() + panel) * panel_len + in_panel;
                let from = &self.products[from..][..S::F32_LANES];
                // SAFETY: `from` is a vector long.
                column[r] = unsafe { product::read::<S>(from.as_ptr()) };
            }
            let [first, second] = sums(simd, column);
            (columns[0][c], columns[1][c]) = (first, second);
        }
        let bias = self.parameters.bias.map_or(0.0, |bias| bias[row]);
        for (y, columns) in columns.into_iter().enumerate() {
            let [even, odd] = sums(simd, columns);
            let mut pixels = [0.0; 32];
            let mut parts = [[0.0; 16]; 2];
            // SAFETY: no vector is longer than 16.
            unsafe {
                product::write::<S>(parts[0].as_mut_ptr(), even);
                product::write::<S>(parts[1].as_mut_ptr(), odd);
            }
            for i in 0..16 {
                pixels[2 * i] = parts[0][i] + bias;
                pixels[2 * i + 1] = parts[1][i] + bias;
            }
            self.write(slot + self.tiles.slots.start, row, y, &pixels);
        }
    }

    /// Writes row `y` of the slot's tiles.
    #[inline(always)]
    fn write(&self, slot: usize, row: usize, y: usize, pixels: &[f32; 32]) {
        let shape = self.tiles.shape;
        let picture = slot / super::tiles::slots_per_picture(shape, self.tiles.lanes);
        let plane = (picture * shape.out_channels + row) * shape.output_area();
        let lanes = (0..self.tiles.count(slot)).step_by(self.tiles.piece);
        for (lane, (tile_row, tile_column)) in lanes.zip(self.tiles.pieces(slot)) {
            let start = plane + (2 * tile_row + y) * shape.output_width() + 2 * tile_column;
            let pixels = &pixels[2 * lane..2 * (lane + self.tiles.piece)];
            // SAFETY: these tiles of this channel belong to this task alone.
            let out = unsafe { self.out.slice(start..start + pixels.len()) };
            match self.parameters.residual {
                Some(residual) => {
                    let sums = pixels.iter().zip(&residual[start..]);
                    out.iter_mut()
                        .zip(sums)
                        .for_each(|(out, (pixel, residual))| *out = pixel + residual);
                }
                None => out.copy_from_slice(pixels),
            }
        }
    }
}

/// `A^T m` for one column `m`.
#[inline(always)]
fn sums<S: Simd>(simd: S, m: [S::f32s; 4]) -> [S::f32s; 2] {
    [
        simd.add_f32s(simd.add_f32s(m[0], m[1]), m[2]),
        simd.sub_f32s(simd.sub_f32s(m[1], m[2]), m[3]),
    ]
}
