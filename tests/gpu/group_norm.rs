//! The WGSL group normalisation.

use burn::tensor::{DType, Device, Tensor, TensorData};
use diffusion::kernels::counters::{Kernel, runs};
use diffusion::kernels::{GroupNormOptions, group_norm, reference};
use diffusion::nn::Activation;
use diffusion::noise::TorchGenerator;

use crate::adapter::with_gpu;
use crate::expected::largest_difference;

/// Batch, channels, height, width, and groups: one position, one channel a group, no multiples of a workgroup, real layers.
const SHAPES: [([usize; 4], usize); 6] = [
    ([1, 2, 1, 1], 1),
    ([2, 8, 5, 3], 4),
    ([1, 32, 17, 13], 32),
    ([2, 96, 16, 16], 16),
    ([1, 192, 4, 4], 16),
    ([1, 64, 33, 31], 8),
];

fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device, dtype: DType) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), (device, dtype))
}

fn values(tensor: Tensor<4>) -> Vec<f32> {
    let data = tensor.try_into_data().unwrap().convert::<f32>();
    data.try_to_vec().unwrap()
}

/// `offset` is added to `spread` times standard normal values.
fn check(gpu: &Device, dtype: DType, (spread, offset): (f32, f32), tolerance: f32) {
    for (shape, groups) in SHAPES {
        for activation in [Activation::None, Activation::Silu] {
            let options = GroupNormOptions {
                groups,
                epsilon: 1e-5,
                activation,
            };
            let channels = shape[1];
            let mut stream = TorchGenerator::manual_seed(1);
            let x: Vec<f32> = stream.randn(shape.iter().product());
            let x: Vec<f32> = x.iter().map(|value| value * spread + offset).collect();
            let (weight, bias) = (stream.randn(channels), stream.randn(channels));
            let on = |device: &Device| {
                (
                    tensor(&x, shape, device, dtype),
                    tensor(&weight, [channels], device, dtype),
                    tensor(&bias, [channels], device, dtype),
                )
            };
            let before = runs(Kernel::GroupNormGpu);
            let (x, weight, bias) = on(gpu);
            let found = values(group_norm(x, weight, bias, options));
            assert_eq!(runs(Kernel::GroupNormGpu), before + 1, "the kernel is the default path");
            let (x, weight, bias) = on(&Device::flex());
            let expected = values(reference::group_norm(x, weight, bias, options));
            let difference = largest_difference(&found, &expected);
            println!("{shape:?} in {groups} groups, {activation:?}, {dtype:?}: {difference:.1e}");
            assert!(
                difference <= tolerance,
                "{shape:?}, {groups} groups, {activation:?}: {difference:e}"
            );
        }
    }
}

#[test]
fn in_single_precision() {
    with_gpu(|gpu| check(gpu, DType::F32, (1.0, 0.0), 2e-5));
}

#[test]
fn of_bright_input() {
    with_gpu(|gpu| check(gpu, DType::F32, (0.1, 50.0), 2e-3));
}

/// Where the driver has 16-bit floats; lavapipe since Mesa 22 does.
#[test]
fn in_half_precision() {
    with_gpu(|gpu| {
        if gpu.supports_dtype(DType::F16) {
            check(gpu, DType::F16, (1.0, 0.0), 1e-2);
        } else {
            println!("this driver has no 16-bit floats");
        }
    });
}
