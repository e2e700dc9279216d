//! The list of devices, and the one that a choice means.

use serde::Serialize;

use super::memory;
use super::{DeviceChoice, open};
use crate::Error;

/// What kind of device it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A GPU with its own memory.
    Discrete,
    /// A GPU that shares the CPU's memory.
    Integrated,
    /// A GPU that a virtual machine passes on.
    Virtual,
    /// A GPU of a kind that its driver does not tell.
    Other,
    /// A driver that computes on the CPU (lavapipe, llvmpipe, WARP).
    Software,
    /// The CPU itself.
    Cpu,
}

/// One device of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceInfo {
    /// The device's own name.
    pub name: String,
    /// How it is asked for: `cpu`, `gpu:0`, ...
    pub choice: DeviceChoice,
    /// What computes on it: `flex`, `wgpu/vulkan`, `wgpu/metal`, `wgpu/dx12`, `wgpu/gl`.
    pub backend: String,
    /// What kind of device it is.
    pub kind: DeviceKind,
    /// Its memory, if its driver tells.
    pub memory_bytes: Option<u64>,
    /// What of it is free now, if its driver tells.
    pub free_memory_bytes: Option<u64>,
    /// Whether it computes with 16-bit numbers.
    pub f16: bool,
    /// Whether `auto` takes it.
    pub chosen_by_auto: bool,
}

impl std::fmt::Display for DeviceKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Discrete => "discrete",
            Self::Integrated => "integrated",
            Self::Virtual => "virtual",
            Self::Other => "other",
            Self::Software => "software",
            Self::Cpu => "cpu",
        })
    }
}

impl DeviceInfo {
    /// The device as a recipe names it. Two of the same name and backend give the same pixels.
    pub fn label(&self) -> String {
        format!("{} ({})", self.name, self.backend)
    }

    pub(crate) fn cpu() -> Self {
        let memory = memory::system();
        Self {
            name: memory::processor_name(),
            choice: DeviceChoice::Cpu,
            backend: "flex".to_owned(),
            kind: DeviceKind::Cpu,
            memory_bytes: Some(memory.total),
            free_memory_bytes: Some(memory.free),
            f16: true,
            chosen_by_auto: false,
        }
    }
}

/// The devices of this machine: the GPUs in the order of their numbers, real ones before software drivers, then the CPU.
pub fn devices() -> Vec<DeviceInfo> {
    let mut devices = open::gpus();
    devices.push(DeviceInfo::cpu());
    if let Ok(index) = position(&devices, DeviceChoice::Auto) {
        devices[index].chosen_by_auto = true;
    }
    devices
}

/// The place in `devices` (GPUs in the order of their numbers, the CPU last) of the one that `choice` means.
///
/// # Errors
/// When there is no such GPU.
pub(crate) fn position(devices: &[DeviceInfo], choice: DeviceChoice) -> Result<usize, Error> {
    let gpus = devices.len() - 1;
    let real = |device: &DeviceInfo| !matches!(device.kind, DeviceKind::Software | DeviceKind::Cpu);
    match choice {
        DeviceChoice::Cpu => Ok(gpus),
        DeviceChoice::Auto => Ok(devices.iter().position(real).unwrap_or(gpus)),
        DeviceChoice::Gpu if gpus > 0 => Ok(0),
        DeviceChoice::GpuIndex(index) if index < gpus => Ok(index),
        DeviceChoice::Gpu => Err(Error::usage(format!("{}; use --device cpu or auto", no_gpu()))),
        DeviceChoice::GpuIndex(index) if gpus == 0 => Err(Error::usage(format!(
            "there is no gpu:{index}: {}; use --device cpu or auto",
            no_gpu()
        ))),
        DeviceChoice::GpuIndex(index) => Err(Error::usage(format!(
            "there is no gpu:{index}; the last one is gpu:{}",
            gpus - 1
        ))),
    }
}

fn no_gpu() -> &'static str {
    if cfg!(feature = "gpu") {
        "this machine has no GPU with a Vulkan, Metal, DirectX 12 or OpenGL driver"
    } else {
        "this build computes on the CPU only (it was made without the feature `gpu`)"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(kinds: &[DeviceKind]) -> Vec<DeviceInfo> {
        let gpu = |(index, &kind)| DeviceInfo {
            name: format!("{kind:?}"),
            choice: DeviceChoice::GpuIndex(index),
            kind,
            ..DeviceInfo::cpu()
        };
        let mut devices: Vec<_> = kinds.iter().enumerate().map(gpu).collect();
        devices.push(DeviceInfo::cpu());
        devices
    }

    #[test]
    fn auto_takes_a_real_gpu_and_never_a_software_driver() {
        use DeviceKind::{Discrete, Integrated, Software};
        for (kinds, expected) in [
            (&[][..], DeviceKind::Cpu),
            (&[Software][..], DeviceKind::Cpu),
            (&[Discrete, Software][..], Discrete),
            (&[Integrated][..], Integrated),
        ] {
            let devices = list(kinds);
            assert_eq!(
                devices[position(&devices, DeviceChoice::Auto).unwrap()].kind,
                expected,
                "{kinds:?}"
            );
        }
    }

    #[test]
    fn a_software_driver_is_taken_when_asked_for() {
        let devices = list(&[DeviceKind::Software]);
        for choice in [DeviceChoice::Gpu, DeviceChoice::GpuIndex(0)] {
            assert_eq!(position(&devices, choice), Ok(0));
        }
        assert_eq!(position(&devices, DeviceChoice::Cpu), Ok(1));
    }

    #[test]
    fn a_gpu_that_is_not_there_is_refused() {
        let error = position(&list(&[DeviceKind::Discrete]), DeviceChoice::GpuIndex(3)).unwrap_err();
        assert_eq!(error.message, "there is no gpu:3; the last one is gpu:0");
        for choice in [DeviceChoice::Gpu, DeviceChoice::GpuIndex(0)] {
            assert!(
                position(&list(&[]), choice)
                    .unwrap_err()
                    .message
                    .contains("use --device cpu or auto")
            );
        }
    }

    #[test]
    fn the_list_ends_with_the_cpu_and_auto_takes_one_of_it() {
        let devices = devices();
        assert_eq!(devices.last().map(|device| device.kind), Some(DeviceKind::Cpu));
        assert_eq!(devices.iter().filter(|device| device.chosen_by_auto).count(), 1);
        assert!(devices.iter().all(|device| !device.name.is_empty()));
    }
}
