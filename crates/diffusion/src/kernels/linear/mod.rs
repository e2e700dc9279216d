//! Matrix product with a weight in PyTorch's layout, with bias and shortcut added in the same pass.

mod backward;
use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::wgpu::CubeBackend;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Shape, Tensor};

use crate::kernels::addend::Addend;
use crate::kernels::counters::{Kernel, count};
use crate::kernels::cpu::linear::LinearParameters;
use crate::kernels::{cpu, flex};

/// `x wᵀ + bias + residual`: `x` `[rows, in]`, `weight` `[out, in]`, `bias` `[out]`, `residual` and result `[rows, out]`.
pub fn linear(x: Tensor<2>, weight: Tensor<2>, bias: Option<Tensor<1>>, residual: Option<Tensor<2>>) -> Tensor<2> {
    // Its shape tells the sum over rows how to broadcast.
    let bias = bias.map(Tensor::unsqueeze::<2>);
    Tensor::from_dispatch(<Dispatch as FusedLinear>::fused_linear(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into(),
        residual.into(),
    ))
}

/// The operation on a backend's own tensors; burn's matrix product unless a backend has a better one.
#[cfg_attr(feature = "gpu", backend_extension(Cube, Flex, Autodiff))]
#[cfg_attr(not(feature = "gpu"), backend_extension(Flex, Autodiff))]
pub trait FusedLinear: Backend {
    /// See [`linear`].
    fn fused_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        #[extension_type] bias: Addend<Self>,
        #[extension_type] residual: Addend<Self>,
    ) -> FloatTensor<Self> {
        plain::<Self>(x, weight, bias, residual)
    }
}

fn plain<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: Addend<B>,
    residual: Addend<B>,
) -> FloatTensor<B> {
    let product = B::float_matmul(x, B::float_swap_dims(weight, 0, 1));
    residual.add_to(bias.add_to(product))
}

#[cfg(feature = "gpu")]
impl FusedLinear for CubeBackend {}

impl FusedLinear for Flex {
    fn fused_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: Addend<Self>,
        residual: Addend<Self>,
    ) -> FloatTensor<Self> {
        let (Some(values), Some(weight_values)) = (flex::Contiguous::of(&x), flex::Contiguous::of(&weight)) else {
            return plain::<Self>(x, weight, bias, residual);
        };
        let (Ok(bias_values), Ok(residual_values)) = (flex::addend(&bias), flex::addend(&residual)) else {
            return plain::<Self>(x, weight, bias, residual);
        };
        count(Kernel::LinearCpu);
        let (rows, outputs) = (x.shape()[0], weight.shape()[0]);
        let parameters = LinearParameters {
            weight: weight_values.values(),
            bias: bias_values.as_ref().map(flex::Contiguous::values),
            residual: residual_values.as_ref().map(flex::Contiguous::values),
            in_features: x.shape()[1],
            out_features: outputs,
        };
        let mut output = vec![0.0; rows * outputs];
        cpu::linear::linear(values.values(), &parameters, &mut output);
        flex::from_values(output, Shape::new([rows, outputs]))
    }
}
