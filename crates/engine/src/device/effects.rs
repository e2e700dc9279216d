//! The GPU for effects: the one that burn computes on, or will.

use effects::Renderer;

use super::list::{DeviceInfo, DeviceKind, position};
use super::{DeviceChoice, open};
use crate::Error;

/// A renderer on the GPU that `choice` means, if it means one. A GPU whose driver refuses is said; then the CPU is taken.
///
/// # Errors
/// When there is no such device.
pub(crate) fn renderer(choice: DeviceChoice) -> Result<Option<(Renderer, DeviceInfo)>, Error> {
    if choice == DeviceChoice::Cpu {
        return Ok(None);
    }
    let mut devices = open::gpus();
    devices.push(DeviceInfo::cpu());
    let info = devices.swap_remove(position(&devices, choice)?);
    if info.kind == DeviceKind::Cpu {
        return Ok(None);
    }
    match open_renderer(&info) {
        Ok(renderer) => Ok(Some((renderer, info))),
        Err(error) => {
            log::warn!("{error}; effects are computed on the CPU");
            Ok(None)
        }
    }
}

#[cfg(feature = "gpu")]
fn open_renderer(info: &DeviceInfo) -> Result<Renderer, Error> {
    let DeviceChoice::GpuIndex(index) = info.choice else {
        return Err(Error::internal("a GPU without a number"));
    };
    let (device, queue) = super::gpu::for_effects(index)?;
    Ok(Renderer::on_gpu(device, queue)?)
}

/// This build has no GPUs.
#[cfg(not(feature = "gpu"))]
fn open_renderer(info: &DeviceInfo) -> Result<Renderer, Error> {
    Err(Error::usage(format!("there is no {} in this build", info.choice)))
}

/// A GPU has failed: it is opened anew the next time.
pub(crate) fn forget(info: &DeviceInfo) {
    #[cfg(feature = "gpu")]
    if let DeviceChoice::GpuIndex(index) = info.choice {
        super::gpu::forget(index);
    }
    #[cfg(not(feature = "gpu"))]
    let _ = info;
}
