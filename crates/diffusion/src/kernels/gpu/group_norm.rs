//! The launch of `shaders/kernels/group_norm.wgsl`.

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous, kernel_source,
};
use burn::tensor::DType;
use cubecl::prelude::*;
use cubecl::server::KernelArguments;
use derive_new::new;

use crate::kernels::GroupNormOptions;
use crate::nn::Activation;

/// Invocations of a workgroup; one workgroup normalises one group of one picture.
const WORKGROUP: u32 = 256;

kernel_source!(GroupNormSource, "../../../../../shaders/kernels/group_norm.wgsl");

#[derive(new, Debug)]
struct GroupNormKernel {
    element: &'static str,
    activation: &'static str,
}

impl KernelSource for GroupNormKernel {
    fn source(&self) -> SourceTemplate {
        GroupNormSource::new()
            .source()
            .register("workgroup", WORKGROUP.to_string())
            .register("enable", if self.element == "f16" { "enable f16;" } else { "" })
            .register("element", self.element)
            .register("activation", self.activation)
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info((self.element, self.activation))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Runs the kernel; `x` `[batch, channels, height, width]` in f32 or f16.
pub(in crate::kernels) fn group_norm(
    x: FloatTensor<CubeBackend>,
    weight: FloatTensor<CubeBackend>,
    bias: FloatTensor<CubeBackend>,
    options: GroupNormOptions,
) -> FloatTensor<CubeBackend> {
    let [x, weight, bias] = [x, weight, bias].map(into_contiguous);
    let (shape, dtype, client) = (x.shape(), x.dtype(), x.client.clone());
    let buffer = client.empty(shape.num_elements() * dtype.size());
    let output = CubeTensor::new_contiguous(client.clone(), x.device.clone(), shape.clone(), buffer, dtype);
    let channels_per_group = (shape[1] / options.groups) as u32;
    let positions = (shape[2] * shape[3]) as u32;
    let info = [
        positions,
        channels_per_group,
        options.groups as u32,
        (options.epsilon as f32).to_bits(),
    ];
    let info = client.create_from_slice(bytemuck::cast_slice(&info));
    let kernel = GroupNormKernel::new(
        if dtype == DType::F16 { "f16" } else { "f32" },
        if options.activation == Activation::Silu {
            "y / (1.0 + exp(-y))"
        } else {
            "y"
        },
    );
    let count = CubeCount::Static((shape[0] * options.groups) as u32, 1, 1);
    let buffers = vec![
        x.handle.binding(),
        weight.handle.binding(),
        bias.handle.binding(),
        output.handle.clone().binding(),
        info.binding(),
    ];
    let kernel = Box::new(SourceKernel::new(kernel, CubeDim::new_1d(WORKGROUP)));
    client.launch(kernel, count, KernelArguments::new().with_buffers(buffers));
    output
}
