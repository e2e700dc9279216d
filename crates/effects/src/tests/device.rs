//! The one GPU of this test process: the first, software drivers among them.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use wgpu::{Adapter, Backends, Device, DeviceDescriptor, Instance, InstanceDescriptor, Limits, Queue};

use crate::gpu::{Gpu, now};

static ADAPTER: LazyLock<Adapter> = LazyLock::new(|| {
    let backends = Backends::VULKAN | Backends::METAL | Backends::DX12;
    let instance = Instance::new(InstanceDescriptor {
        backends,
        ..InstanceDescriptor::new_without_display_handle()
    });
    let adapters = now(instance.enumerate_adapters(backends)).expect("adapters are listed at once outside of browsers");
    adapters.into_iter().next().expect(
        "this machine has no GPU driver, not even one that computes on the CPU: install lavapipe (mesa-vulkan-drivers)",
    )
});

static GPU: LazyLock<Mutex<Gpu>> = LazyLock::new(|| {
    let (device, queue) = open();
    Mutex::new(Gpu::new(device, queue))
});

/// A device of its own, for tests that break it.
pub(crate) fn open() -> (Device, Queue) {
    request(ADAPTER.limits())
}

/// A device of its own with storage buffers of at most so many bytes.
pub(crate) fn with_bindings_of(bytes: u64) -> (Device, Queue) {
    request(Limits {
        max_storage_buffer_binding_size: bytes,
        ..ADAPTER.limits()
    })
}

fn request(required_limits: Limits) -> (Device, Queue) {
    let descriptor = DeviceDescriptor {
        required_limits,
        ..DeviceDescriptor::default()
    };
    now(ADAPTER.request_device(&descriptor))
        .expect("devices open at once outside of browsers")
        .expect("the driver opens its device")
}

/// The shared device; one test at a time.
pub(crate) fn gpu() -> MutexGuard<'static, Gpu> {
    GPU.lock().unwrap_or_else(PoisonError::into_inner)
}
