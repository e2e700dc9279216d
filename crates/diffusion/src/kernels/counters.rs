//! How often each custom kernel ran, so that a test can show that they are the default path.

use std::sync::atomic::{AtomicU64, Ordering};

/// A custom kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Group normalisation, CPU.
    GroupNormCpu,
    /// Group normalisation, WGSL.
    GroupNormGpu,
    /// Layer normalisation, CPU.
    LayerNormCpu,
    /// Gated linear unit, CPU.
    GegluCpu,
    /// Attention, CPU.
    AttentionCpu,
    /// Gradient of attention by recomputation, any device.
    AttentionBackward,
    /// Convolution, CPU.
    Conv2dCpu,
    /// Linear layer, CPU.
    LinearCpu,
}

const KERNELS: usize = Kernel::LinearCpu as usize + 1;
static RUNS: [AtomicU64; KERNELS] = [const { AtomicU64::new(0) }; KERNELS];

/// Runs of `kernel` since the program began.
pub fn runs(kernel: Kernel) -> u64 {
    RUNS[kernel as usize].load(Ordering::Relaxed)
}

pub(super) fn count(kernel: Kernel) {
    RUNS[kernel as usize].fetch_add(1, Ordering::Relaxed);
}
