//! The input's side: `B^T d B` of the 4x4 pixels `d` around each tile.

use super::tiles::Tiles;
use crate::kernels::cpu::{
    parallel::Shared,
    product::{self, TILE_VECTORS},
    scratch,
};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Channels that are padded together: those of one slot are written next to each other.
pub const CHANNELS: usize = 8;

/// Elements of the transformed input: `[panels, 16, in_channels, panel]`, a panel being three slots.
pub fn len(tiles: &Tiles) -> usize {
    16 * tiles.slots.len().div_ceil(TILE_VECTORS) * TILE_VECTORS * tiles.lanes * tiles.shape.in_channels
}

/// Transforms `channels` of the slots `slots` of `picture` into `out`, which holds all of `tiles`.
pub fn transform(x: &[f32], tiles: &Tiles, picture: usize, slots: Range<usize>, channels: Range<usize>, out: &Shared) {
    let (height, width) = (tiles.shape.height, tiles.shape.width);
    let row = |slot: usize, piece: usize| tiles.pieces(slot)[piece].0;
    let rows = row(slots.start, 0)..row(slots.end - 1, tiles.lanes / tiles.piece - 1) + 1;
    let half = tiles.shape.output_width() / 2 + 1;
    // Vectors are read past the end of the last row.
    let plane = (2 * rows.len() + 2) * 2 * half + tiles.lanes;
    scratch::with(plane * channels.len(), |padded| {
        for (channel, padded) in channels.clone().zip(padded.chunks_exact_mut(plane)) {
            let start = (picture * tiles.shape.in_channels + channel) * height * width;
            pad(&x[start..][..height * width], tiles, &rows, half, padded);
        }
        let (slots, channels) = (slots.clone(), channels.clone());
        Arch::new().dispatch(Planes {
            tiles,
            slots,
            first_row: rows.start,
            half,
            channels,
            padded,
            plane,
            out,
        });
    });
}

/// Copies the input rows under the tiles' rows, with zeros around: of each padded row first the even elements, then the odd ones.
fn pad(input: &[f32], tiles: &Tiles, rows: &Range<usize>, half: usize, padded: &mut [f32]) {
    let (height, width) = (tiles.shape.height, tiles.shape.width);
    let repeat = tiles.shape.kernel.repeat();
    for (i, row) in padded.chunks_exact_mut(2 * half).take(2 * rows.len() + 2).enumerate() {
        let Some(y) = (2 * rows.start + i).checked_sub(1).filter(|y| *y < height * repeat) else {
            row.fill(0.0);
            continue;
        };
        let input = &input[y / repeat * width..][..width];
        let (even, odd) = row.split_at_mut(half);
        // Element p of the padded row is pixel p - 1.
        even[0] = 0.0;
        odd[half - 1] = 0.0;
        if repeat == 1 {
            let (pairs, _) = input.as_chunks::<2>();
            for ((pair, odd), even) in pairs.iter().zip(odd).zip(&mut even[1..]) {
                *odd = pair[0];
                *even = pair[1];
            }
        } else {
            odd[..width].copy_from_slice(input);
            even[1..].copy_from_slice(input);
        }
    }
}

/// Some channels of one picture.
struct Planes<'a, 'b> {
    tiles: &'a Tiles<'a>,
    slots: Range<usize>,
    /// The first row of tiles in `padded`.
    first_row: usize,
    half: usize,
    channels: Range<usize>,
    /// `[channels, plane]`.
    padded: &'a [f32],
    plane: usize,
    out: &'a Shared<'b>,
}

impl WithSimd for Planes<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for panel in self.slots.start / TILE_VECTORS..self.slots.end.div_ceil(TILE_VECTORS) {
            let slots = panel * TILE_VECTORS..(panel + 1) * TILE_VECTORS;
            for channel in self.channels.clone() {
                for slot in slots.start.max(self.slots.start)..slots.end.min(self.slots.end) {
                    match self.tiles.piece {
                        8 => self.slot::<S, 8>(simd, slot, channel),
                        4 => self.slot::<S, 4>(simd, slot, channel),
                        2 => self.slot::<S, 2>(simd, slot, channel),
                        1 => self.slot::<S, 1>(simd, slot, channel),
                        _ => self.slot::<S, 16>(simd, slot, channel),
                    }
                }
            }
        }
    }
}

impl Planes<'_, '_> {
    /// One slot in pieces of `N` tiles.
    #[inline(always)]
    fn slot<S: Simd, const N: usize>(&self, simd: S, slot: usize, channel: usize) {
        let mut starts = [0; 16];
        let pieces = S::F32_LANES.div_ceil(N);
        for (start, (row, column)) in starts.iter_mut().zip(self.tiles.pieces(slot)) {
            *start = (channel - self.channels.start) * self.plane + (row - self.first_row) * 4 * self.half + column;
        }
        let starts = &starts[..pieces];
        let mut rows = [[simd.splat_f32s(0.0); 4]; 4];
        for r in 0..4 {
            let start = r * 2 * self.half;
            let mut row = [simd.splat_f32s(0.0); 4];
            for c in 0..4 {
                row[c] = self.load::<S, N>(starts, start + c % 2 * self.half + c / 2);
            }
            rows[r] = differences(simd, row);
        }
        let panel_width = TILE_VECTORS * S::F32_LANES;
        let slot = slot - self.tiles.slots.start;
        let in_channels = self.tiles.shape.in_channels;
        let first = slot / TILE_VECTORS * 16 * in_channels + channel;
        for c in 0..4 {
            let column = differences(simd, [rows[0][c], rows[1][c], rows[2][c], rows[3][c]]);
            for r in 0..4 {
                let at = (first + (r * 4 + c) * in_channels) * panel_width + slot % TILE_VECTORS * S::F32_LANES;
                // SAFETY: this channel's part of this slot belongs to this task alone, and `to` is a vector long.
                unsafe {
                    let to = self.out.slice(at..at + S::F32_LANES);
                    product::write::<S>(to.as_mut_ptr(), column[r]);
                }
            }
        }
    }

    /// One vector, put together from the pieces at `starts`, each `at` further on.
    #[inline(always)]
    fn load<S: Simd, const N: usize>(&self, starts: &[usize], at: usize) -> S::f32s {
        if starts.len() == 1 {
            let from = &self.padded[starts[0] + at..][..S::F32_LANES];
            // SAFETY: `from` is a vector long.
            return unsafe { product::read::<S>(from.as_ptr()) };
        }
        let mut lanes = [0.0; 16];
        for (to, start) in lanes.chunks_exact_mut(N).zip(starts) {
            to.copy_from_slice(&self.padded[start + at..][..N]);
        }
        // SAFETY: no vector is longer than 16.
        unsafe { product::read::<S>(lanes.as_ptr()) }
    }
}

/// `B^T d` for one column `d`.
#[inline(always)]
fn differences<S: Simd>(simd: S, d: [S::f32s; 4]) -> [S::f32s; 4] {
    [
        simd.sub_f32s(d[0], d[2]),
        simd.add_f32s(d[1], d[2]),
        simd.sub_f32s(d[2], d[1]),
        simd.sub_f32s(d[1], d[3]),
    ]
}
