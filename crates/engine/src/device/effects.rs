//! The GPU for effects: the one that burn computes on, or will.

use effects::Renderer;

use super::list::{DeviceInfo, DeviceKind, position};
use super::{DeviceChoice, open};
use crate::Error;

/// A GPU that effects are computed on.
pub(crate) struct EffectsGpu {
    pub(crate) info: DeviceInfo,
    #[cfg(feature = "gpu")]
    device: burn_wgpu::wgpu::Device,
}

impl EffectsGpu {
    /// It has failed. If it is still the one that is shared, the next who asks opens it anew; this one's owner goes on on the CPU.
    pub(crate) fn forget(self) {
        #[cfg(feature = "gpu")]
        super::gpu::forget(&self.device);
    }
}

/// A renderer on the GPU that `choice` means, if it means one. A GPU whose driver refuses is said; then the CPU is taken.
///
/// # Errors
/// When there is no such device.
pub(crate) fn renderer(choice: DeviceChoice) -> Result<Option<(Renderer, EffectsGpu)>, Error> {
    if choice == DeviceChoice::Cpu {
        return Ok(None);
    }
    let mut devices = open::gpus();
    devices.push(DeviceInfo::cpu());
    let info = devices.swap_remove(position(&devices, choice)?);
    if info.kind == DeviceKind::Cpu {
        return Ok(None);
    }
    match open_renderer(info) {
        Ok(opened) => Ok(Some(opened)),
        Err(error) => {
            log::warn!("{error}; effects are computed on the CPU");
            Ok(None)
        }
    }
}

#[cfg(feature = "gpu")]
fn open_renderer(info: DeviceInfo) -> Result<(Renderer, EffectsGpu), Error> {
    let DeviceChoice::GpuIndex(index) = info.choice else {
        return Err(Error::internal("a GPU without a number"));
    };
    let (device, queue) = super::gpu::for_effects(index)?;
    let renderer = Renderer::on_gpu(device.clone(), queue)?;
    Ok((renderer, EffectsGpu { info, device }))
}

/// This build has no GPUs.
#[cfg(not(feature = "gpu"))]
fn open_renderer(info: DeviceInfo) -> Result<(Renderer, EffectsGpu), Error> {
    Err(Error::usage(format!("there is no {} in this build", info.choice)))
}
