//! The passes' side of the GPU: the device that the engine opened, shaders compiled on first use, pictures as storage buffers.

pub(crate) mod bytes;
mod device;
mod frame;
mod pipelines;
pub(crate) mod shaders;
mod source;
mod uniforms;

pub(crate) use device::Gpu;
pub(crate) use frame::{Frame, Picture};
#[cfg(test)]
pub(crate) use pipelines::now;
pub(crate) use shaders::Shader;
#[cfg(test)]
pub(crate) use uniforms::Field;
pub(crate) use uniforms::{Uniforms, uniforms};
