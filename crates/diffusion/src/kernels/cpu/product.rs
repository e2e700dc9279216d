//! The micro-kernel of every matrix product here: a tile of a few rows by up to three vectors, kept in registers.
//!
//! One side (`a`) is read element by element along its rows, so it needs no packing; the other (`b`) is read vector by vector.
//! Each element of the result is a chain of fused multiply-adds in the order of k, whatever the size of the tile it falls in:
//! tiles may be cut in any way without changing a bit.

#[cfg(target_arch = "x86_64")]
use super::product_avx512;
use pulp::{Arch, Simd, WithSimd};
#[cfg(target_arch = "x86_64")]
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

/// Height of the tiles that [`avx512_tile`] computes.
#[cfg(target_arch = "x86_64")]
const AVX512_ROWS: usize = 8;

/// As [`tile`], for the vectors of AVX-512.
///
/// # Safety
/// The processor must have AVX-512, and all elements must be readable.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn avx512_tile<S: Simd, const V: usize>(_: S, operands: Operands<V>) -> [[S::f32s; V]; AVX512_ROWS] {
    let Operands {
        a,
        a_stride,
        b,
        offsets,
    } = operands;
    let mut sums = MaybeUninit::<[[S::f32s; V]; AVX512_ROWS]>::uninit();
    // SAFETY: the caller's promise; the sums are a local variable, and all of it is written.
    unsafe {
        product_avx512::tile(a, a_stride, &b, offsets, sums.as_mut_ptr().cast());
        sums.assume_init()
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

/// Multiplies `rows` rows of `a` with `V` vectors of `b`, as [`Operands`] says, and gives `done` each row's index and sums.
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
    let mut row = 0;
    macro_rules! tiles {
        ($height:expr, $tile:expr) => {
            while rows - row >= $height {
                // SAFETY: the caller's promise.
                let sums = unsafe {
                    $tile(
                        simd,
                        Operands {
                            a: a.wrapping_add(row * a_stride),
                            a_stride,
                            b,
                            offsets,
                        },
                    )
                };
                for i in 0..$height {
                    done(row + i, sums[i]);
                }
                row += $height;
            }
        };
    }
    #[cfg(target_arch = "x86_64")]
    if S::F32_LANES == 16 {
        tiles!(AVX512_ROWS, avx512_tile::<S, V>);
    }
    // 8 x 3 sums need 24 registers.
    if S::F32_LANES < 16 && S::REGISTER_COUNT >= 32 {
        tiles!(8, tile::<S, 8, V>);
    }
    tiles!(4, tile::<S, 4, V>);
    tiles!(1, tile::<S, 1, V>);
}
