//! Opens a device for burn. The only place, with `gpu`, that chooses a backend.

use std::path::Path;

use burn::tensor::Device;

use super::list::{DeviceInfo, DeviceKind, position};
use super::{DeviceChoice, memory};
use crate::Error;

/// A device that burn computes on, and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct OpenDevice {
    pub(crate) device: Device,
    pub(crate) info: DeviceInfo,
}

impl OpenDevice {
    /// Whether it has memory and drivers of its own that can fail while the machine lives on.
    pub(crate) fn is_gpu(&self) -> bool {
        self.info.kind != DeviceKind::Cpu
    }

    /// The memory that is free now, in bytes, if the driver tells.
    pub(crate) fn free_memory(&self) -> Option<u64> {
        if self.is_gpu() {
            free_memory_of_gpu(&self.info)
        } else {
            Some(memory::system().free)
        }
    }
}

/// Opens the device that `choice` means. GPU kernels are measured once and the results kept in `cache`.
///
/// # Errors
/// When there is no such device, or its driver does not open it.
pub(crate) fn open(choice: DeviceChoice, cache: Option<&Path>) -> Result<OpenDevice, Error> {
    // Drivers are not even asked for a CPU job.
    let mut devices = if choice == DeviceChoice::Cpu {
        Vec::new()
    } else {
        gpus()
    };
    devices.push(DeviceInfo::cpu());
    let info = devices.swap_remove(position(&devices, choice)?);
    let device = match info.choice {
        DeviceChoice::GpuIndex(index) => open_gpu(index, cache)?,
        _ => Device::flex(),
    };
    Ok(OpenDevice { device, info })
}

#[cfg(feature = "gpu")]
pub(crate) use super::gpu::{free_memory as free_memory_of_gpu, list as gpus, open as open_gpu};

/// This build has no GPUs.
#[cfg(not(feature = "gpu"))]
pub(crate) fn gpus() -> Vec<DeviceInfo> {
    Vec::new()
}

#[cfg(not(feature = "gpu"))]
fn open_gpu(index: usize, _cache: Option<&Path>) -> Result<Device, Error> {
    Err(Error::usage(format!("there is no gpu:{index} in this build")))
}

#[cfg(not(feature = "gpu"))]
fn free_memory_of_gpu(_info: &DeviceInfo) -> Option<u64> {
    None
}
