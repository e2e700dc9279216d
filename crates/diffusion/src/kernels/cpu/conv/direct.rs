//! The convolution itself: blocks of output channels, pixels and input channels.

use super::{
    ConvParameters, ConvShape, Kernel,
    block::{Place, Target},
    columns::{self, Columns},
    winograd,
};
use crate::kernels::cpu::{
    parallel::{self, Shared},
    product::{self, TILE_VECTORS},
    scratch,
};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Output channels whose weights (of one block of input channels) stay in the second-level cache.
const ROWS: usize = 320;
/// Size of the sums of the pixels that are worked on at a time; they stay in the second-level cache too.
const SUMS: usize = 3 << 16;

/// Input channels of one block. A function of the shape of one picture only: it fixes the order of the sums.
fn channels_per_block(shape: &ConvShape) -> usize {
    let channels = if shape.kernel == Kernel::Pointwise { 320 } else { 32 };
    // Blocks of nearly equal size.
    shape.in_channels.div_ceil(shape.in_channels.div_ceil(channels))
}

/// The output channels `rows` and the slots `slots` of a convolution.
struct Part<'a, 'b> {
    shape: &'a ConvShape,
    x: &'a [f32],
    parameters: &'a ConvParameters<'a>,
    bias: &'a [f32],
    rows: Range<usize>,
    slots: Range<usize>,
    out: &'a Shared<'b>,
}

impl Part<'_, '_> {
    fn run(&self, lanes: usize) {
        let channels = channels_per_block(self.shape);
        let panel = TILE_VECTORS * lanes * self.rows.len();
        let most_slots = TILE_VECTORS * (SUMS / panel).clamp(2, 16);
        let cuts = self.slots.len().div_ceil(most_slots);
        for i in 0..cuts {
            let cut = parallel::part(i, cuts, self.slots.len(), TILE_VECTORS);
            let slots = self.slots.start + cut.start..self.slots.start + cut.end;
            let columns = Columns::new(self.shape, lanes, slots.clone(), channels);
            let sums_len = slots.len().div_ceil(TILE_VECTORS) * panel;
            let weights_len = self.rows.len().min(ROWS) * channels * self.shape.kernel.taps();
            scratch::with(columns.len(channels) + sums_len + weights_len, |buffer| {
                let (windows, buffer) = buffer.split_at_mut(columns.len(channels));
                let (sums, weights) = buffer.split_at_mut(sums_len);
                for first in (0..self.shape.in_channels).step_by(channels) {
                    let channels = first..self.shape.in_channels.min(first + channels);
                    columns.fill(self.x, channels.clone(), windows);
                    self.block(&columns, &slots, &channels, windows, sums, weights);
                }
            });
        }
    }

    /// Adds one block of input channels to the slots' pixels.
    fn block(
        &self,
        columns: &Columns,
        slots: &Range<usize>,
        channels: &Range<usize>,
        windows: &[f32],
        sums: &mut [f32],
        weights: &mut [f32],
    ) {
        let sums = &Shared::new(sums);
        let taps = self.shape.kernel.taps();
        for start in self.rows.clone().step_by(ROWS) {
            let rows = start..self.rows.end.min(start + ROWS);
            let from = &self.parameters.weight[start * self.shape.depth() + channels.start * taps..];
            let (weights, stride) =
                product::spread_rows(from, self.shape.depth(), rows.len(), channels.len() * taps, weights);
            let (slots, channels) = (slots.clone(), channels.clone());
            Arch::new().dispatch(Block {
                part: self,
                columns,
                slots,
                channels,
                rows,
                weights,
                stride,
                windows,
                sums,
            });
        }
    }
}

/// The output channels `rows` for one block of input channels of a [`Part`].
struct Block<'a, 'b, 'c> {
    part: &'c Part<'a, 'b>,
    columns: &'c Columns<'a>,
    slots: Range<usize>,
    channels: Range<usize>,
    rows: Range<usize>,
    /// `[rows, channels, window]`, the rows `stride` apart.
    weights: &'c [f32],
    stride: usize,
    windows: &'c [f32],
    /// `[panels, rows of the part, vectors of a panel]`.
    sums: &'c Shared<'c>,
}

impl WithSimd for Block<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for panel in (0..self.slots.len()).step_by(TILE_VECTORS) {
            match self.slots.len() - panel {
                1 => self.panel::<S, 1>(simd, panel),
                2 => self.panel::<S, 2>(simd, panel),
                _ => self.panel::<S, 3>(simd, panel),
            }
        }
    }
}

impl Block<'_, '_, '_> {
    /// The `V` slots from `panel` on.
    #[inline(always)]
    fn panel<S: Simd, const V: usize>(&self, simd: S, panel: usize) {
        let rows = &self.rows;
        let Part {
            shape,
            parameters,
            bias,
            out,
            ..
        } = *self.part;
        let offsets = self.columns.offsets(self.channels.len());
        let area = shape.output_area();
        let mut b = [std::ptr::null(); V];
        let mut residuals = [std::ptr::null(); V];
        let panel_len = TILE_VECTORS * S::F32_LANES * self.part.rows.len();
        let mut target = Target {
            out: [std::ptr::null_mut(); V],
            pixels: [0; V],
            stride: area,
            bias: &bias[rows.clone()],
            residual: None,
            sums: self
                .sums
                .as_ptr(panel / TILE_VECTORS * panel_len + (rows.start - self.part.rows.start) * V * S::F32_LANES),
            place: Place::new(self.channels.start == 0, self.channels.end == shape.in_channels),
        };
        for v in 0..V {
            b[v] = self.windows[self.columns.base(panel + v)..].as_ptr();
            let (picture, pixels) = self.columns.pixels(self.slots.start + panel + v);
            let first = (picture * shape.out_channels + rows.start) * area + pixels.start;
            target.out[v] = out.as_ptr(first);
            target.pixels[v] = pixels.len();
            residuals[v] = parameters
                .residual
                .map_or(std::ptr::null(), |residual| residual[first..].as_ptr());
        }
        target.residual = parameters.residual.map(|_| residuals);
        assert!(self.weights.len() >= (rows.len() - 1) * self.stride + offsets.len());
        // SAFETY: the weights are long enough (asserted); a slot's windows lie in the buffer that `fill` laid out; the rows and pixels
        // lie in the output, whose length was checked, and belong to this part alone.
        unsafe {
            let weights = self.weights.as_ptr();
            if target.place == Place::First {
                let width = V * S::F32_LANES;
                return product::rows_to(simd, weights, self.stride, rows.len(), b, offsets, target.sums, width);
            }
            product::rows(
                simd,
                weights,
                self.stride,
                rows.len(),
                b,
                offsets,
                #[inline(always)]
                |row, sums| target.add(simd, row, sums),
            );
        }
    }
}

/// The convolution of `x` `[batch, in_channels, height, width]` into `out` `[batch, out_channels, height', width']`, with bias and
/// residual added.
///
/// # Panics
/// When the lengths do not agree with `shape`.
pub fn conv2d(x: &[f32], shape: &ConvShape, parameters: &ConvParameters, out: &mut [f32]) {
    let ConvShape {
        batch,
        in_channels,
        out_channels,
        height,
        width,
        ..
    } = *shape;
    assert_eq!(
        x.len(),
        batch * in_channels * height * width,
        "the input of conv2d does not have its shape"
    );
    assert_eq!(
        out.len(),
        shape.output_len(),
        "the output of conv2d does not have its shape"
    );
    assert_eq!(
        parameters.weight.len(),
        out_channels * shape.depth(),
        "the weights of conv2d do not have its shape"
    );
    assert!(
        parameters.residual.is_none_or(|r| r.len() == out.len()),
        "the residual of conv2d must have the output's shape"
    );
    let zeros = vec![0.0; if parameters.bias.is_some() { 0 } else { out_channels }];
    let bias = parameters.bias.unwrap_or(&zeros);
    assert_eq!(
        bias.len(),
        out_channels,
        "the bias of conv2d must have one element per output channel"
    );
    if out.is_empty() {
        return;
    }
    if winograd::suits(shape) {
        return winograd::conv2d(x, shape, parameters, &Shared::new(out));
    }
    let lanes = product::lanes();
    let slots = batch * columns::slots_per_picture(shape, lanes);
    // One multiply-add is an eighth of an operation: a vector of them takes one cycle or less.
    let parts = parallel::parts(out.len() * shape.depth() / 8, 8 * rayon::current_num_threads());
    // Pixels are cut first; few of them are left whole, and the output channels are cut instead. Then each part lays out all windows.
    let threads = rayon::current_num_threads();
    let slot_parts = parts.min(slots / (4 * TILE_VECTORS)).max(1);
    let row_parts = (parts / slot_parts)
        .min(threads.max(out_channels / 256))
        .min(out_channels.div_ceil(8))
        .max(1);
    let out = Shared::new(out);
    parallel::for_each(slot_parts * row_parts, |i| {
        let rows = parallel::part(i % row_parts, row_parts, out_channels, 8);
        let slots = parallel::part(i / row_parts, slot_parts, slots, TILE_VECTORS);
        Part {
            shape,
            x,
            parameters,
            bias,
            rows,
            slots,
            out: &out,
        }
        .run(lanes);
    });
}
