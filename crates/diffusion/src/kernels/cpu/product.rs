//! The micro-kernel of every matrix product here: a tile of a few rows by up to three vectors, kept in registers.
//!
//! One side (`a`) is read element by element along its rows, so it needs no packing; the other (`b`) is read vector by vector.
//! Each element of the result is a chain of fused multiply-adds in the order of k, whatever the size of the tile it falls in:
//! tiles may be cut in any way without changing a bit.

#[cfg(target_arch = "x86_64")]
use super::product_avx512;
use pulp::{Arch, Simd, WithSimd};
use std::mem::MaybeUninit;

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

/// Rows whose sums [`rows`] computes before any of them is used.
const CHUNK: usize = 8;

/// What a tile reads.
#[derive(Clone, Copy)]
struct Operands<'a, const V: usize> {
    /// Row r starts at `a + r * a_stride` and has as many elements as `offsets`.
    a: *const f32,
    a_stride: usize,
    /// Vector v of row k is at `b[v] + offsets[k]`.
    b: [*const f32; V],
    offsets: &'a [u32],
}

/// `sum over k of a[row][k] * b[k]` for `R` rows and `V` vectors.
///
/// # Safety
/// All elements must be readable.
#[inline(always)]
unsafe fn tile<S: Simd, const R: usize, const V: usize>(simd: S, operands: Operands<V>) -> [[S::f32s; V]; R] {
    let Operands {
        a,
        a_stride,
        b,
        offsets,
    } = operands;
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    // Plain loops over constant bounds: they unroll, and all of `sums` stays in registers.
    for (k, &offset) in offsets.iter().enumerate() {
        let mut vectors = [simd.splat_f32s(0.0); V];
        for v in 0..V {
            // SAFETY: the caller's promise.
            vectors[v] = unsafe { read::<S>(b[v].wrapping_add(offset as usize)) };
        }
        for r in 0..R {
            // SAFETY: as above.
            let factor = simd.splat_f32s(unsafe { a.wrapping_add(r * a_stride + k).read() });
            for v in 0..V {
                sums[r][v] = simd.mul_add_e_f32s(factor, vectors[v], sums[r][v]);
            }
        }
    }
    sums
}

/// Computes `R` rows and writes their sums to rows that start at `to` and are `to_stride` apart.
///
/// # Safety
/// All elements must be readable, and the sums writable.
#[inline(always)]
unsafe fn tile_to<S: Simd, const R: usize, const V: usize>(
    simd: S,
    operands: Operands<V>,
    to: *mut f32,
    to_stride: usize,
) {
    // SAFETY: the caller's promise.
    let sums = unsafe { tile::<S, R, V>(simd, operands) };
    for (row, sums) in sums.into_iter().enumerate() {
        for v in 0..V {
            // SAFETY: as above.
            unsafe { write::<S>(to.wrapping_add(row * to_stride + v * S::F32_LANES), sums[v]) };
        }
    }
}

/// As [`tile_to`], for 8 rows and the vectors of AVX-512.
///
/// # Safety
/// The processor must have AVX-512, all elements must be readable, and the sums writable.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn avx512_tile_to<S: Simd, const V: usize>(_: S, operands: Operands<V>, to: *mut f32, to_stride: usize) {
    let Operands {
        a,
        a_stride,
        b,
        offsets,
    } = operands;
    // SAFETY: the caller's promise.
    unsafe { product_avx512::tile(a, a_stride, &b, offsets, to, to_stride) };
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

/// Multiplies `rows` rows of `a` with `V` vectors of `b`, as [`Operands`] says, and writes the sums to rows that start at `to` and are
/// `to_stride` apart.
///
/// # Safety
/// All elements must be readable, and the sums writable.
#[inline(always)]
pub unsafe fn rows_to<S: Simd, const V: usize>(
    simd: S,
    a: *const f32,
    a_stride: usize,
    rows: usize,
    b: [*const f32; V],
    offsets: &[u32],
    to: *mut f32,
    to_stride: usize,
) {
    let mut row = 0;
    macro_rules! tiles {
        ($height:expr, $tile:expr) => {
            while rows - row >= $height {
                let operands = Operands {
                    a: a.wrapping_add(row * a_stride),
                    a_stride,
                    b,
                    offsets,
                };
                // SAFETY: the caller's promise.
                unsafe { $tile(simd, operands, to.wrapping_add(row * to_stride), to_stride) };
                row += $height;
            }
        };
    }
    #[cfg(target_arch = "x86_64")]
    if S::F32_LANES == 16 {
        tiles!(8, avx512_tile_to::<S, V>);
    }
    // 8 x 3 sums need 24 registers.
    if S::F32_LANES < 16 && S::REGISTER_COUNT >= 32 {
        tiles!(8, tile_to::<S, 8, V>);
    }
    tiles!(4, tile_to::<S, 4, V>);
    tiles!(2, tile_to::<S, 2, V>);
    tiles!(1, tile_to::<S, 1, V>);
}

/// As [`rows_to`], but gives `done` each row's index and sums.
///
/// # Safety
/// All elements must be readable.
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
    let mut sums = MaybeUninit::<[[S::f32s; V]; CHUNK]>::uninit();
    let start: *mut f32 = sums.as_mut_ptr().cast();
    let width = V * S::F32_LANES;
    for first in (0..rows).step_by(CHUNK) {
        let count = CHUNK.min(rows - first);
        // SAFETY: the caller's promise; the sums are a local variable, of which `count` rows are written and then read.
        unsafe {
            rows_to(
                simd,
                a.wrapping_add(first * a_stride),
                a_stride,
                count,
                b,
                offsets,
                start,
                width,
            );
            for row in 0..count {
                let mut vectors = [simd.splat_f32s(0.0); V];
                for v in 0..V {
                    vectors[v] = read::<S>(start.wrapping_add(row * width + v * S::F32_LANES));
                }
                done(first + row, vectors);
            }
        }
    }
}
