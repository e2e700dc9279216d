//! The output side: the sums of the blocks of input channels are gathered, and the last block's go to their pixels.

use crate::kernels::cpu::product;
use pulp::Simd;

/// Where the sums of `V` slots go. All addresses are of the first row (output channel) of the product.
pub struct Target<'a, const V: usize> {
    pub out: [*mut f32; V],
    /// Pixels of each slot: the number of lanes, or fewer at the end of a picture.
    pub pixels: [usize; V],
    /// From one output channel to the next.
    pub stride: usize,
    pub bias: &'a [f32],
    pub residual: Option<[*const f32; V]>,
    /// Sums of the earlier blocks, `V` vectors a row. They are kept apart from the output, whose channels are often a multiple of
    /// 4096 bytes apart and then push each other out of the cache.
    pub sums: *mut f32,
    pub place: Place,
}

/// Where a block stands among the blocks of input channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Only,
    First,
    Middle,
    Last,
}

impl Place {
    pub fn new(is_first: bool, is_last: bool) -> Self {
        match (is_first, is_last) {
            (true, true) => Self::Only,
            (true, false) => Self::First,
            (false, false) => Self::Middle,
            (false, true) => Self::Last,
        }
    }
}

impl<const V: usize> Target<'_, V> {
    /// Takes the sums of row `row`.
    ///
    /// # Safety
    /// The row's pixels and sums must be writable, and those of the residual readable.
    #[inline(always)]
    pub unsafe fn add<S: Simd>(&self, simd: S, row: usize, sums: [S::f32s; V]) {
        for v in 0..V {
            let gathered = self.sums.wrapping_add((row * V + v) * S::F32_LANES);
            // SAFETY: the caller's promise.
            unsafe {
                let sum = match self.place {
                    Place::Only | Place::First => sums[v],
                    Place::Middle | Place::Last => simd.add_f32s(product::read::<S>(gathered), sums[v]),
                };
                match self.place {
                    Place::First | Place::Middle => product::write::<S>(gathered, sum),
                    Place::Only | Place::Last => self.finish(simd, row, v, sum),
                }
            }
        }
    }

    /// Writes slot `v` of row `row` to the output.
    ///
    /// # Safety
    /// As for [`Self::add`].
    #[inline(always)]
    unsafe fn finish<S: Simd>(&self, simd: S, row: usize, v: usize, sum: S::f32s) {
        let at = row * self.stride;
        let count = self.pixels[v];
        let mut sum = simd.add_f32s(sum, simd.splat_f32s(self.bias[row]));
        let out = self.out[v].wrapping_add(at);
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(residual) = self.residual {
                sum = simd.add_f32s(sum, read(simd, residual[v].wrapping_add(at), count));
            }
            if count == S::F32_LANES {
                product::write::<S>(out, sum);
            } else {
                simd.partial_store_f32s(std::slice::from_raw_parts_mut(out, count), sum);
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
