//! The input side of a convolution's matrix product: some output pixels' windows over some channels, in the cache.
//!
//! Output pixels come in "slots": as many consecutive ones of a picture as a vector has lanes (fewer at a picture's end).

use super::{ConvShape, Kernel};
use crate::kernels::cpu::product::TILE_VECTORS;
use std::ops::Range;

/// How vectors of the input are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Straight from the padded rows: a slot lies within one row of the output.
    Rows,
    /// From panels gathered out of the padded rows, in pieces of so many pixels.
    Gathered(usize),
    /// From panels copied out of the input (1x1).
    Copied,
}

/// A run of output rows of one picture that a block of slots touches.
struct Run {
    picture: usize,
    /// Output rows.
    rows: Range<usize>,
    /// Where the padded input rows start within a plane.
    start: usize,
}

/// The windows of the slots of one block, for as many channels as fit.
pub struct Columns<'a> {
    shape: &'a ConvShape,
    lanes: usize,
    access: Access,
    slots: Range<usize>,
    runs: Vec<Run>,
    /// Length of a padded row; with stride 2 the even elements come first, then the odd ones.
    pitch: usize,
    /// Length of the padded rows of one channel.
    plane: usize,
    /// Offset of every element of the window (channel by channel) from a slot's base.
    offsets: Vec<u32>,
    /// Where each slot's windows start in the buffer.
    bases: Vec<u32>,
    /// For gathered access: where the pieces of each slot start in the padded rows.
    pieces: Vec<u32>,
}

/// Slots of one picture.
pub fn slots_per_picture(shape: &ConvShape, lanes: usize) -> usize {
    shape.output_area().div_ceil(lanes)
}

impl<'a> Columns<'a> {
    /// For the slots in `slots` (counted over all pictures) and up to `channels` channels at a time.
    pub fn new(shape: &'a ConvShape, lanes: usize, slots: Range<usize>, channels: usize) -> Self {
        let width = shape.output_width();
        let access = match shape.kernel {
            Kernel::Pointwise => Access::Copied,
            _ if width.is_multiple_of(lanes) => Access::Rows,
            _ => Access::Gathered(
                [8, 4, 2]
                    .into_iter()
                    .find(|n| lanes.is_multiple_of(*n) && width.is_multiple_of(*n))
                    .unwrap_or(1),
            ),
        };
        let pitch = (width + 1) * shape.kernel.stride() + usize::from(shape.kernel.stride() == 1);
        let mut columns = Self {
            shape,
            lanes,
            access,
            slots,
            runs: Vec::new(),
            pitch,
            plane: 0,
            offsets: Vec::new(),
            bases: Vec::new(),
            pieces: Vec::new(),
        };
        if access != Access::Copied {
            columns.find_runs();
        }
        columns.find_offsets(channels);
        columns
    }

    /// Elements that [`Self::fill`] needs for `channels` channels.
    pub fn len(&self, channels: usize) -> usize {
        self.padded_len(channels) + self.panels_len(channels)
    }

    fn padded_len(&self, channels: usize) -> usize {
        (self.plane * channels).next_multiple_of(16)
    }

    fn panels_len(&self, channels: usize) -> usize {
        match self.access {
            Access::Rows => 0,
            _ => self.slots.len().div_ceil(TILE_VECTORS) * self.panel_pitch() * channels * self.shape.kernel.taps(),
        }
    }

    /// Elements of one row of a panel.
    fn panel_pitch(&self) -> usize {
        TILE_VECTORS * self.lanes
    }

    /// Offset of each element of the first `channels` channels' windows from a slot's base.
    pub fn offsets(&self, channels: usize) -> &[u32] {
        &self.offsets[..channels * self.shape.kernel.taps()]
    }

    /// Where the block's slot `index` starts in the buffer.
    pub fn base(&self, index: usize) -> usize {
        self.bases[index] as usize
    }

    /// Picture, first pixel and number of pixels of slot `slot` (counted over all pictures).
    pub fn pixels(&self, slot: usize) -> (usize, Range<usize>) {
        let per_picture = slots_per_picture(self.shape, self.lanes);
        let first = slot % per_picture * self.lanes;
        (
            slot / per_picture,
            first..self.shape.output_area().min(first + self.lanes),
        )
    }

    fn find_runs(&mut self) {
        let width = self.shape.output_width();
        for slot in self.slots.clone() {
            let (picture, pixels) = self.pixels(slot);
            let rows = pixels.start / width..(pixels.end - 1) / width + 1;
            match self.runs.last_mut() {
                Some(run) if run.picture == picture => run.rows.end = rows.end,
                _ => self.runs.push(Run {
                    picture,
                    rows,
                    start: 0,
                }),
            }
        }
        for run in &mut self.runs {
            run.start = self.plane;
            self.plane += ((run.rows.len() - 1) * self.shape.kernel.stride() + 3) * self.pitch;
        }
    }

    /// Offset of padded column `column` in a padded row.
    fn column(&self, column: usize) -> usize {
        match self.shape.kernel.stride() {
            2 => column % 2 * (self.shape.output_width() + 1) + column / 2,
            _ => column,
        }
    }

    fn find_offsets(&mut self, channels: usize) {
        let taps = self.shape.kernel.taps();
        let in_rows = |c: usize, tap: usize| c * self.plane + tap / 3 * self.pitch + self.column(tap % 3);
        let window = (0..channels).flat_map(|c| (0..taps).map(move |tap| (c, tap)));
        let row_offsets: Vec<u32> = window.map(|(c, tap)| in_rows(c, tap) as u32).collect();
        if self.access == Access::Rows {
            self.offsets = row_offsets;
            self.bases = self
                .slots
                .clone()
                .map(|slot| self.piece_start(slot, 0, self.lanes))
                .collect();
            return;
        }
        if let Access::Gathered(piece) = self.access {
            let starts = self
                .slots
                .clone()
                .flat_map(|slot| (0..self.lanes).step_by(piece).map(move |lane| (slot, lane)));
            self.pieces = starts.map(|(slot, lane)| self.piece_start(slot, lane, piece)).collect();
        }
        let pitch = self.panel_pitch();
        self.offsets = (0..channels * taps).map(|k| (k * pitch) as u32).collect();
        let start = self.padded_len(channels);
        let base = |i: usize| start + i / TILE_VECTORS * pitch * channels * taps + i % TILE_VECTORS * self.lanes;
        self.bases = (0..self.slots.len()).map(|i| base(i) as u32).collect();
    }

    /// Where the window of lane `lane` of `slot`, the first of a piece of `piece` lanes, starts in the padded rows.
    /// Pieces past the picture's end repeat its last one.
    fn piece_start(&self, slot: usize, lane: usize, piece: usize) -> u32 {
        let (picture, pixels) = self.pixels(slot);
        let pixel = (pixels.start + lane).min(pixels.end - piece);
        let (width, stride) = (self.shape.output_width(), self.shape.kernel.stride());
        let start = self.runs.iter().find(|run| run.picture == picture).map_or(0, |run| {
            run.start + (pixel / width - run.rows.start) * stride * self.pitch
        });
        (start + pixel % width) as u32
    }

    /// Lays the windows over `channels` out in `buffer`.
    pub fn fill(&self, x: &[f32], channels: Range<usize>, buffer: &mut [f32]) {
        if self.access == Access::Copied {
            return self.copy(x, channels, buffer);
        }
        for run in &self.runs {
            for c in channels.clone() {
                let plane = (run.picture * self.shape.in_channels + c) * self.shape.height * self.shape.width;
                let input = &x[plane..][..self.shape.height * self.shape.width];
                self.pad(
                    input,
                    &run.rows,
                    &mut buffer[(c - channels.start) * self.plane + run.start..],
                );
            }
        }
        match self.access {
            Access::Gathered(8) => self.gather::<8>(channels.len(), buffer),
            Access::Gathered(4) => self.gather::<4>(channels.len(), buffer),
            Access::Gathered(2) => self.gather::<2>(channels.len(), buffer),
            Access::Gathered(_) => self.gather::<1>(channels.len(), buffer),
            _ => {}
        }
    }

    /// Copies the input rows under the output rows `rows` of one channel, with zeros around, repetition and stride applied.
    fn pad(&self, input: &[f32], rows: &Range<usize>, padded: &mut [f32]) {
        let ConvShape {
            kernel, height, width, ..
        } = *self.shape;
        let (stride, repeat, padding) = (kernel.stride(), kernel.repeat(), kernel.padding());
        let first = rows.start * stride;
        for (i, row) in padded
            .chunks_exact_mut(self.pitch)
            .take((rows.len() - 1) * stride + 3)
            .enumerate()
        {
            let Some(y) = (first + i).checked_sub(padding).filter(|y| *y < height * repeat) else {
                row.fill(0.0);
                continue;
            };
            let input = &input[y / repeat * width..][..width];
            match (stride, repeat) {
                (1, 1) => {
                    row[0] = 0.0;
                    row[1..=width].copy_from_slice(input);
                    row[width + 1] = 0.0;
                }
                (1, _) => {
                    row[0] = 0.0;
                    for (pair, value) in row[1..=2 * width].chunks_exact_mut(2).zip(input) {
                        pair.fill(*value);
                    }
                    row[2 * width + 1] = 0.0;
                }
                _ => {
                    row.fill(0.0);
                    let (even, odd) = row.split_at_mut(self.shape.output_width() + 1);
                    // With one column of padding the input's even columns become the odd ones.
                    let (first, second) = if padding == 0 {
                        (even, odd)
                    } else {
                        (odd, &mut even[1..])
                    };
                    let (pairs, single) = input.as_chunks::<2>();
                    for ((pair, first), second) in pairs.iter().zip(&mut *first).zip(second) {
                        (*first, *second) = (pair[0], pair[1]);
                    }
                    if let [last] = single {
                        first[pairs.len()] = *last;
                    }
                }
            }
        }
    }

    /// Builds the panels from the padded rows, in pieces of `N` pixels.
    fn gather<const N: usize>(&self, channels: usize, buffer: &mut [f32]) {
        let start = self.bases[0] as usize;
        let (padded, panels) = buffer.split_at_mut(start);
        let taps = self.shape.kernel.taps();
        let in_row = |tap: usize| tap / 3 * self.pitch + self.column(tap % 3);
        let taps: [usize; 9] = std::array::from_fn(|tap| if tap < taps { in_row(tap) } else { 0 });
        let pitch = self.panel_pitch();
        let per_slot = self.lanes / N;
        for (i, pieces) in self.pieces.chunks_exact(per_slot).enumerate() {
            let panel = &mut panels[self.bases[i] as usize - start..];
            for c in 0..channels {
                for (t, tap) in taps.iter().enumerate() {
                    let row = &mut panel[(c * 9 + t) * pitch..][..self.lanes];
                    let (to, _) = row.as_chunks_mut::<N>();
                    for (to, piece) in to.iter_mut().zip(pieces) {
                        to.copy_from_slice(&padded[*piece as usize + c * self.plane + tap..][..N]);
                    }
                }
            }
        }
    }

    /// Copies the slots' pixels of each channel into the panels.
    fn copy(&self, x: &[f32], channels: Range<usize>, buffer: &mut [f32]) {
        let area = self.shape.output_area();
        let pitch = self.panel_pitch();
        for (i, slot) in self.slots.clone().enumerate() {
            let (picture, pixels) = self.pixels(slot);
            let panel = &mut buffer[self.base(i)..];
            for (k, c) in channels.clone().enumerate() {
                let from = &x[(picture * self.shape.in_channels + c) * area..][pixels.clone()];
                let to = &mut panel[k * pitch..][..self.lanes];
                to[..from.len()].copy_from_slice(from);
                to[from.len()..].fill(0.0);
            }
        }
    }
}
