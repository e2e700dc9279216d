//! The one device of this process.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use burn::tensor::Device;
use cubecl::MemoryConfiguration;
use cubecl::config::autotune::AutotuneLevel;
use cubecl::config::cache::CacheConfig;
use cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};

static DEVICE: Mutex<Option<Device>> = Mutex::new(None);

/// Runs `test` on the first GPU, software drivers among them. One at a time: a driver that computes on the CPU has no more
/// cores than the tests, and the counts of kernel runs stay each test's own.
pub fn with_gpu(test: impl FnOnce(&Device)) {
    let mut device = DEVICE.lock().unwrap_or_else(PoisonError::into_inner);
    test(device.get_or_insert_with(open));
}

/// As the engine opens it: burn's kernels through WGSL, each tensor in a buffer of its own.
fn open() -> Device {
    let mut config = CubeClRuntimeConfig::default();
    // On a software driver a kernel that is measured first costs more than it saves.
    config.autotune.level = AutotuneLevel::Minimal;
    config.environment.path = CacheConfig::Directory(Path::new(env!("CARGO_TARGET_TMPDIR")).join("gpu"));
    CubeClRuntimeConfig::set(config);
    Device::wgpu_options()
        .memory_config(MemoryConfiguration::ExclusivePages)
        .init()
        .unwrap_or_else(|error| {
            panic!(
                "this machine has no GPU driver, not even one that computes on the CPU; `cargo xtask test` installs \
                 lavapipe (mesa-vulkan-drivers): {error}"
            )
        })
}
