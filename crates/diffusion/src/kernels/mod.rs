//! Operations the model calls by name: custom kernels where they pay, burn's own elsewhere.
//!
//! Each is a burn backend extension with a hand-written gradient. Beside it stands its plain-tensor form ([`reference`]), which
//! defines it and is what tests compare with. On burn-flex (the CPU) the kernels in [`cpu`] run; on a GPU, WGSL from
//! `shaders/kernels` or cubek's own.

mod addend;
mod attention;
mod conv2d;
pub mod counters;
#[allow(
    unsafe_code,
    reason = "threads write disjoint parts of one slice, and inner loops read without bounds checks"
)]
pub mod cpu;
mod flex;
mod geglu;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(test)]
mod gradient_tests;
mod group_norm;
mod layer_norm;
mod linear;
pub mod reference;

pub use attention::{attention, set_attention_bytes};
pub use conv2d::{conv_options, conv2d, enlarge};
pub use geglu::geglu;
pub use group_norm::{GroupNormOptions, group_norm};
pub use layer_norm::layer_norm;
pub use linear::linear;
