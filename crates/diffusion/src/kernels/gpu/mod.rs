//! WGSL kernels on wgpu devices, from `shaders/kernels`.

mod group_norm;

pub(super) use group_norm::group_norm;

use burn::backend::tensor::FloatTensor;
use burn::backend::wgpu::CubeBackend;

/// Whether the tensor's device runs WGSL: wgpu without the SPIR-V, Metal or other native compilers.
pub(super) fn takes_wgsl(_: &FloatTensor<CubeBackend>) -> bool {
    true
}
