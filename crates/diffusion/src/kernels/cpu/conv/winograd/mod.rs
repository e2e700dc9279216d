//! Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray, arXiv 1509.09308): a 3x3 convolution of stride 1 with 16 multiplications
//! for each tile of 2x2 pixels instead of 36. The transforms only add and halve, so it is about as accurate as the direct sum.

mod input;
mod output;
mod tiles;
mod weights;

use super::{ConvParameters, ConvShape, Kernel};
use crate::kernels::cpu::{
    parallel::{self, Shared},
    product::{self, TILE_VECTORS},
    scratch,
};
use output::Pixels;
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;
use tiles::Tiles;

/// Most panels of tiles whose input is transformed at a time, and most elements of it.
const INPUT_PANELS: usize = 12;
const INPUT: usize = 8 << 20;
/// Output channels, input channels and panels of tiles that are multiplied at a time.
const ROWS: usize = 48;
const CHANNELS: usize = 320;
const PANELS: usize = 3;

/// Whether this form is the faster one for `shape`: it needs enough channels for the products to outweigh the transforms, and enough
/// tiles in a picture to outweigh the weights' transform. It depends on one picture's shape only, as the two forms round differently.
pub fn suits(shape: &ConvShape) -> bool {
    let even = shape.output_height().is_multiple_of(2) && shape.output_width().is_multiple_of(2);
    let stride_one = matches!(shape.kernel, Kernel::Same | Kernel::Upsampled);
    even && stride_one && shape.output_area() >= 64 && shape.in_channels >= 32 && shape.out_channels >= 32
}

/// Input channels whose products are summed in one go; a function of their number only.
fn channels_per_block(in_channels: usize) -> usize {
    in_channels.div_ceil(in_channels.div_ceil(CHANNELS))
}

/// The convolution of `x` into `out`; lengths have been checked.
pub fn conv2d(x: &[f32], shape: &ConvShape, parameters: &ConvParameters, out: &Shared) {
    let lanes = product::lanes();
    let slots = shape.batch * tiles::slots_per_picture(shape, lanes);
    let panels = (INPUT / (16 * TILE_VECTORS * lanes * shape.in_channels)).clamp(PANELS, INPUT_PANELS);
    let cuts = slots.div_ceil(panels * TILE_VECTORS);
    for i in 0..cuts {
        let tiles = Tiles::new(shape, lanes, parallel::part(i, cuts, slots, TILE_VECTORS));
        scratch::with_own(input::len(&tiles), |input| {
            transform_input(x, &tiles, input);
            multiply(input, &tiles, parameters, out);
        });
    }
}

fn transform_input(x: &[f32], tiles: &Tiles, input: &mut [f32]) {
    let in_channels = tiles.shape.in_channels;
    let pictures: Vec<_> = tiles.pictures().collect();
    let cuts = in_channels.div_ceil(input::CHANNELS);
    let tasks = parallel::parts(input.len(), pictures.len() * cuts);
    let input = Shared::new(input);
    parallel::for_each(tasks, |task| {
        for i in parallel::part(task, tasks, pictures.len() * cuts, 1) {
            let (picture, slots) = pictures[i / cuts].clone();
            let channels = parallel::part(i % cuts, cuts, in_channels, 1);
            input::transform(x, tiles, picture, slots, channels, &input);
        }
    });
}

/// Multiplies the transformed input with the weights.
fn multiply(input: &[f32], tiles: &Tiles, parameters: &ConvParameters, out: &Shared) {
    let shape = tiles.shape;
    let operations = 2 * tiles.slots.len() * tiles.lanes * shape.in_channels * shape.out_channels;
    let threads = rayon::current_num_threads();
    let cuts = shape
        .out_channels
        .div_ceil(ROWS)
        .next_multiple_of(threads)
        .min(shape.out_channels.div_ceil(8));
    let tasks = parallel::parts(operations, cuts);
    parallel::for_each(tasks, |task| {
        for i in parallel::part(task, tasks, cuts, 1) {
            multiply_rows(
                input,
                tiles,
                parameters,
                parallel::part(i, cuts, shape.out_channels, 8),
                out,
            );
        }
    });
}

/// The part of [`multiply`] for the output channels `rows`.
fn multiply_rows(input: &[f32], tiles: &Tiles, parameters: &ConvParameters, rows: Range<usize>, out: &Shared) {
    let in_channels = tiles.shape.in_channels;
    let block = channels_per_block(in_channels);
    let panel_width = TILE_VECTORS * tiles.lanes;
    let offsets: Vec<u32> = (0..block).map(|k| (k * panel_width) as u32).collect();
    let blocks = (0..in_channels)
        .step_by(block)
        .map(|first| first..in_channels.min(first + block));
    let panels = tiles.slots.len().div_ceil(TILE_VECTORS);
    let weights_len = 16 * rows.len() * in_channels;
    let temporary_len = weights::scratch_len(block);
    scratch::with(
        weights_len + temporary_len + 16 * PANELS * rows.len() * panel_width,
        |buffer| {
            let (weights, buffer) = buffer.split_at_mut(weights_len);
            let (temporary, products) = buffer.split_at_mut(temporary_len);
            for channels in blocks.clone() {
                let weights = &mut weights[16 * rows.len() * channels.start..];
                weights::transform(parameters.weight, in_channels, &rows, &channels, temporary, weights);
            }
            for first in (0..panels).step_by(PANELS) {
                let panels = first..panels.min(first + PANELS);
                for channels in blocks.clone() {
                    let weights = &weights[16 * rows.len() * channels.start..];
                    let offsets = &offsets[..channels.len()];
                    let (panels, rows) = (panels.clone(), rows.len());
                    let first = channels.start;
                    Arch::new().dispatch(Multiplication {
                        tiles,
                        panels,
                        rows,
                        first,
                        offsets,
                        input,
                        weights,
                        products,
                    });
                }
                let (panels, rows) = (panels.clone(), rows.clone());
                Arch::new().dispatch(Pixels {
                    tiles,
                    parameters,
                    rows,
                    panels,
                    products,
                    out,
                });
            }
        },
    );
}

/// The 16 matrix products of some output channels and some panels of tiles, over one block of input channels.
struct Multiplication<'a> {
    tiles: &'a Tiles<'a>,
    panels: Range<usize>,
    /// Output channels.
    rows: usize,
    /// First input channel.
    first: usize,
    offsets: &'a [u32],
    input: &'a [f32],
    weights: &'a [f32],
    products: &'a mut [f32],
}

impl WithSimd for Multiplication<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for f in 0..16 {
            for panel in self.panels.clone() {
                match self.tiles.slots.len() - panel * TILE_VECTORS {
                    1 => self.panel::<S, 1>(simd, f, panel),
                    2 => self.panel::<S, 2>(simd, f, panel),
                    _ => self.panel::<S, 3>(simd, f, panel),
                }
            }
        }
    }
}

impl Multiplication<'_> {
    /// One panel of `V` slots in product `f`.
    #[inline(always)]
    fn panel<S: Simd, const V: usize>(&mut self, simd: S, f: usize, panel: usize) {
        let panel_width = TILE_VECTORS * S::F32_LANES;
        let depth = self.offsets.len();
        let row = (panel * 16 + f) * self.tiles.shape.in_channels + self.first;
        let input = &self.input[row * panel_width..][..depth * panel_width];
        let mut b = [std::ptr::null(); V];
        for v in 0..V {
            b[v] = input[v * S::F32_LANES..].as_ptr();
        }
        let weights = &self.weights[f * self.rows * depth..][..self.rows * depth];
        let products = (f * self.panels.len() + panel - self.panels.start) * self.rows * panel_width;
        let products = &mut self.products[products..][..self.rows * V * S::F32_LANES];
        let (weights, products) = (weights.as_ptr(), products.as_mut_ptr());
        let width = V * S::F32_LANES;
        // SAFETY: the slices above are as long as the product needs.
        unsafe {
            if self.first == 0 {
                return product::rows_to(simd, weights, depth, self.rows, b, self.offsets, products, width);
            }
            product::rows(
                simd,
                weights,
                depth,
                self.rows,
                b,
                self.offsets,
                #[inline(always)]
                |row, sums| {
                    for v in 0..V {
                        let to = products.wrapping_add(row * width + v * S::F32_LANES);
                        product::write::<S>(to, simd.add_f32s(product::read::<S>(to), sums[v]));
                    }
                },
            );
        }
    }
}
