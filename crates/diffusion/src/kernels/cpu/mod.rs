//! Slice-in, slice-out f32 kernels for the CPU: SIMD chosen at run time, rayon's global pool, no tensor types.
//!
//! All of them keep the order of every sum a function of one picture's shape: the result never depends on the number of
//! threads or on the other pictures of a batch, so a picture made alone or among eight is the same to the last bit.

#![allow(
    clippy::inline_always,
    reason = "code that is not inlined into a `with_simd` is compiled without its instructions"
)]
#![allow(
    clippy::needless_range_loop,
    reason = "plain loops over constant bounds unroll, and keep arrays in registers"
)]

pub mod activation;
pub mod attention;
pub mod conv;
pub mod group_norm;
pub mod layer_norm;
pub mod linear;
pub mod matrix;
mod parallel;
mod product;
#[cfg(target_arch = "x86_64")]
mod product_avx512;
mod scratch;
mod transpose;
#[cfg(target_arch = "x86_64")]
mod transpose_avx512;
mod vector_math;

#[cfg(test)]
mod test_values;

/// The closure itself: Rust takes attributes such as `#[inline(always)]` on closures that are arguments only.
#[inline(always)]
fn inlined<F>(closure: F) -> F {
    closure
}
