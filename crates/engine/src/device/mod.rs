//! The devices of this machine: which there are, which one is meant, and opening it.

mod choice;
mod effects;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(feature = "gpu")]
mod gpu_memory;
mod list;
mod memory;
mod open;

pub use choice::DeviceChoice;
pub(crate) use effects::{EffectsGpu, renderer};
pub use list::{DeviceInfo, DeviceKind, devices};
pub(crate) use open::{OpenDevice, open};
