//! The output side: sums of one block of channels go to their pixels.

use crate::kernels::cpu::product;
use pulp::Simd;

/// Where the sums of `V` slots go. All addresses are of the first row (output channel) of the product.
pub struct Target<'a, const V: usize> {
    pub out: [*mut f32; V],
    /// Pixels of each slot: the number of lanes, or fewer at the end of a picture.
    pub pixels: [usize; V],
    /// From one output channel to the next.
    pub stride: usize,
    pub start: Start<'a, V>,
}

/// What the sums of a block are added to.
pub enum Start<'a, const V: usize> {
    /// The first block: each channel's bias.
    Bias(&'a [f32]),
    /// The first block: each channel's bias and the residual.
    Residual(&'a [f32], [*const f32; V]),
    /// Later blocks: what the earlier ones left.
    Sum,
}

impl<const V: usize> Target<'_, V> {
    /// Adds `sums` to row `row`.
    ///
    /// # Safety
    /// The row's pixels must be writable, and those of the residual readable.
    #[inline(always)]
    pub unsafe fn add<S: Simd>(&self, simd: S, row: usize, sums: [S::f32s; V]) {
        for v in 0..V {
            let at = row * self.stride;
            let out = self.out[v].wrapping_add(at);
            let count = self.pixels[v];
            // SAFETY: the caller's promise.
            unsafe {
                let sum = match &self.start {
                    Start::Bias(bias) => simd.add_f32s(sums[v], simd.splat_f32s(bias[row])),
                    Start::Residual(bias, residual) => {
                        let residual = read(simd, residual[v].wrapping_add(at), count);
                        simd.add_f32s(simd.add_f32s(sums[v], simd.splat_f32s(bias[row])), residual)
                    }
                    Start::Sum => simd.add_f32s(sums[v], read(simd, out, count)),
                };
                if count == S::F32_LANES {
                    product::write::<S>(out, sum);
                } else {
                    simd.partial_store_f32s(std::slice::from_raw_parts_mut(out, count), sum);
                }
            }
        }
    }
}

/// Reads `count` elements, at most a vector.
///
/// # Safety
/// They must be readable.
#[inline(always)]
unsafe fn read<S: Simd>(simd: S, from: *const f32, count: usize) -> S::f32s {
    // SAFETY: the caller's promise.
    unsafe {
        if count == S::F32_LANES {
            product::read::<S>(from)
        } else {
            simd.partial_load_f32s(std::slice::from_raw_parts(from, count))
        }
    }
}
