//! The convolutions of diffusion models, with bias and shortcut added in the same pass.

mod backward;

use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::wgpu::CubeBackend;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::ops::{ConvOptions, InterpolateMode, InterpolateOptions};
use burn::tensor::{Shape, Tensor};

use crate::kernels::addend::Addend;
use crate::kernels::counters::{Kernel, count};
use crate::kernels::cpu::conv::{ConvParameters, ConvShape, Kernel as Window};
use crate::kernels::{cpu, flex};

/// `conv(x, weight) + bias + residual` for `x` `[batch, in, height, width]`, `weight` `[out, in, side, side]`, `bias` `[out]` and
/// `residual` of the result's shape. `window` says how the window moves over the picture.
pub fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    window: Window,
    residual: Option<Tensor<4>>,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as FusedConv2d>::fused_conv2d(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        residual.into(),
        window,
    ))
}

/// The options that give `window` in burn's and PyTorch's words.
pub fn conv_options(window: Window) -> ConvOptions<2> {
    let (stride, padding) = match window {
        Window::Pointwise => (1, (0, 0)),
        Window::Same | Window::Upsampled => (1, (1, 1)),
        Window::Strided => (2, (1, 1)),
        Window::StridedEndPadded => (2, (0, 1)),
    };
    ConvOptions::new_with_padding([stride; 2], [padding; 2], [1, 1], 1)
}

/// `x` `[batch, channels, height, width]`, each row and column twice.
pub fn enlarge(x: Tensor<4>) -> Tensor<4> {
    let [_, _, height, width] = x.dims();
    let options = InterpolateOptions::new(InterpolateMode::Nearest).with_output_size([2 * height, 2 * width]);
    burn::tensor::module::interpolate(x, options)
}

/// The operation on a backend's own tensors; burn's convolution unless a backend has a better one.
#[cfg_attr(feature = "gpu", backend_extension(Cube, Flex, Autodiff))]
#[cfg_attr(not(feature = "gpu"), backend_extension(Flex, Autodiff))]
pub trait FusedConv2d: Backend {
    /// See [`conv2d`].
    fn fused_conv2d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        #[extension_type] residual: Addend<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        plain::<Self>(x, weight, bias, residual, window)
    }
}

fn plain<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    residual: Addend<B>,
    window: Window,
) -> FloatTensor<B> {
    let shape = x.shape();
    let x = if window == Window::Upsampled {
        let options = InterpolateOptions::new(InterpolateMode::Nearest);
        B::interpolate(x, [2 * shape[2], 2 * shape[3]], options)
    } else {
        x
    };
    residual.add_to(B::conv2d(x, weight, Some(bias), conv_options(window)))
}

#[cfg(feature = "gpu")]
impl FusedConv2d for CubeBackend {}

impl FusedConv2d for Flex {
    fn fused_conv2d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: Addend<Self>,
        window: Window,
    ) -> FloatTensor<Self> {
        let parts = (
            flex::Contiguous::of(&x),
            flex::Contiguous::of(&weight),
            flex::Contiguous::of(&bias),
        );
        let (Some(values), Some(weight_values), Some(bias_values)) = parts else {
            return plain::<Self>(x, weight, bias, residual, window);
        };
        let Ok(residual_values) = flex::addend(&residual) else {
            return plain::<Self>(x, weight, bias, residual, window);
        };
        count(Kernel::Conv2dCpu);
        let shape = shape_of(&x.shape(), &weight.shape(), window);
        let parameters = ConvParameters {
            weight: weight_values.values(),
            bias: Some(bias_values.values()),
            residual: residual_values.as_ref().map(flex::Contiguous::values),
        };
        let mut output = vec![0.0; shape.output_len()];
        cpu::conv::conv2d(values.values(), &shape, &parameters, &mut output);
        let shape = Shape::new([
            shape.batch,
            shape.out_channels,
            shape.output_height(),
            shape.output_width(),
        ]);
        flex::from_values(output, shape)
    }
}

/// The sizes in the CPU kernels' words.
fn shape_of(input: &Shape, weight: &Shape, window: Window) -> ConvShape {
    ConvShape {
        kernel: window,
        batch: input[0],
        in_channels: input[1],
        out_channels: weight[0],
        height: input[2],
        width: input[3],
    }
}
