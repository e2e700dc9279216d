//! The micro-kernel of every matrix product here: a tile of a few rows by up to three vectors, kept in registers.
//!
//! One side (`a`) is read element by element along its rows, so it needs no packing; the other (`b`) is read vector by vector.
//! Each element of the result is a chain of fused multiply-adds in the order of k, whatever the size of the tile it falls in:
//! tiles may be cut in any way without changing a bit.

use pulp::{Arch, Simd, WithSimd};
use std::sync::atomic::{Ordering, compiler_fence};

/// Widest tile, in vectors.
pub const TILE_VECTORS: usize = 3;

struct Lanes;

impl WithSimd for Lanes {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        S::F32_LANES
    }
}

/// Elements of one vector on this machine.
pub fn lanes() -> usize {
    Arch::new().dispatch(Lanes)
}

/// `sum over k of a[row][k] * b[k]` for `R` rows and `V` vectors. Row r of `a` starts at `a + r * a_stride` and has as many elements
/// as `offsets`; vector v of row k of `b` is read at `b[v] + offsets[k]`.
///
/// # Safety
/// All these elements must be readable.
#[inline(always)]
unsafe fn tile<S: Simd, const R: usize, const V: usize>(
    simd: S,
    a: *const f32,
    a_stride: usize,
    b: [*const f32; V],
    offsets: &[u32],
) -> [[S::f32s; V]; R] {
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    let stride = a_stride * size_of::<f32>();
    let mut bases = [0, 3, 5].map(|row| a.wrapping_byte_add(row * stride));
    let (fours, singles) = offsets.as_chunks::<4>();
    // Plain loops over constant bounds: they unroll, and all of `sums` stays in registers.
    for four in fours {
        for (k, &offset) in four.iter().enumerate() {
            // SAFETY: the caller promises that the elements are readable.
            unsafe { step(simd, bases, stride, k, b, offset, &mut sums) };
            // Else the compiler loads the factors of all four steps first, and has no registers left for the sums.
            compiler_fence(Ordering::SeqCst);
        }
        bases = bases.map(|base| base.wrapping_add(4));
    }
    for (k, &offset) in singles.iter().enumerate() {
        // SAFETY: as above.
        unsafe { step(simd, bases, stride, k, b, offset, &mut sums) };
    }
    sums
}

/// Row r is `MULTIPLES[r]` strides after base `BASES[r]`: all of them are addresses that processors compute on the way.
const BASES: [usize; 8] = [0, 0, 0, 1, 0, 2, 2, 1];
const MULTIPLES: [usize; 8] = [0, 1, 2, 0, 4, 0, 1, 4];

/// One k of [`tile`].
///
/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn step<S: Simd, const R: usize, const V: usize>(
    simd: S,
    bases: [*const f32; 3],
    stride: usize,
    k: usize,
    b: [*const f32; V],
    offset: u32,
    sums: &mut [[S::f32s; V]; R],
) {
    let mut vectors = [simd.splat_f32s(0.0); V];
    for v in 0..V {
        // SAFETY: the caller's promise.
        vectors[v] = unsafe { read::<S>(b[v].wrapping_add(offset as usize)) };
    }
    for r in 0..R {
        let from = bases[BASES[r]].wrapping_byte_add(stride * MULTIPLES[r]).wrapping_add(k);
        // SAFETY: as above.
        let factor = simd.splat_f32s(unsafe { from.read() });
        for v in 0..V {
            sums[r][v] = simd.mul_add_e_f32s(factor, vectors[v], sums[r][v]);
        }
    }
}

/// Reads one vector at any alignment.
///
/// # Safety
/// Its elements must be readable.
#[inline(always)]
pub unsafe fn read<S: Simd>(from: *const f32) -> S::f32s {
    // SAFETY: the caller promises that the elements are readable; vectors are plain data.
    unsafe { from.cast::<S::f32s>().read_unaligned() }
}

/// Writes one vector at any alignment.
///
/// # Safety
/// Its elements must be writable.
#[inline(always)]
pub unsafe fn write<S: Simd>(to: *mut f32, vector: S::f32s) {
    // SAFETY: the caller promises that the elements are writable.
    unsafe { to.cast::<S::f32s>().write_unaligned(vector) }
}

/// Rows and their stride for [`rows`]: the `rows` rows of `depth` elements in `from`, `stride` apart. Where these would push each other
/// out of the cache, being a multiple of 1024 bytes apart, they are copied to `buffer`.
pub fn spread_rows<'a>(
    from: &'a [f32],
    stride: usize,
    rows: usize,
    depth: usize,
    buffer: &'a mut [f32],
) -> (&'a [f32], usize) {
    if !(stride * size_of::<f32>()).is_multiple_of(1024) {
        return (from, stride);
    }
    for (row, to) in buffer.chunks_exact_mut(depth).take(rows).enumerate() {
        to.copy_from_slice(&from[row * stride..][..depth]);
    }
    (buffer, depth)
}

/// Multiplies `rows` rows of `a` with `V` vectors of `b`, as [`tile`] says, and gives `done` each row's index and sums.
///
/// # Safety
/// As for [`tile`].
#[inline(always)]
pub unsafe fn rows<S: Simd, const V: usize>(
    simd: S,
    a: *const f32,
    a_stride: usize,
    rows: usize,
    b: [*const f32; V],
    offsets: &[u32],
    mut done: impl FnMut(usize, [S::f32s; V]),
) {
    let mut row = 0;
    macro_rules! tiles {
        ($($height:literal)*) => {$(
            while row + $height <= rows {
                // SAFETY: the caller's promise.
                let sums = unsafe { tile::<S, $height, V>(simd, a.wrapping_add(row * a_stride), a_stride, b, offsets) };
                for i in 0..$height {
                    done(row + i, sums[i]);
                }
                row += $height;
            }
        )*};
    }
    // 8 x 3 sums need 24 registers.
    if S::REGISTER_COUNT >= 32 {
        tiles!(8);
    }
    tiles!(4 1);
}
