//! The convolutions with bias and shortcut, against burn's own.

use burn::tensor::{FloatDType, Tensor};
use diffusion::kernels::{conv_options, conv2d, enlarge};
use diffusion::nn::Window;

use crate::comparison::{Comparison, normal, scaled};

/// Batch, inputs, outputs, height, width.
type Shape = [usize; 5];

/// One pixel, sizes that are no multiple of any vector's, odd ones for the strides, and real layers'.
const SHAPES: [Shape; 8] = [
    [1, 1, 1, 1, 1],
    [2, 3, 5, 4, 6],
    [1, 4, 33, 7, 5],
    [2, 17, 16, 9, 13],
    [1, 8, 96, 16, 16],
    [2, 96, 96, 16, 16],
    [1, 160, 192, 8, 8],
    [1, 64, 48, 33, 31],
];
const WINDOWS: [Window; 5] = [
    Window::Pointwise,
    Window::Same,
    Window::Strided,
    Window::StridedEndPadded,
    Window::Upsampled,
];

/// Whether a shortcut is added.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Residual {
    Without,
    With,
}
const RESIDUALS: [Residual; 2] = [Residual::Without, Residual::With];

/// burn's convolution, the picture enlarged before it where the window asks for that.
fn plain(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, window: Window) -> Tensor<4> {
    let (x, window) = match window {
        Window::Upsampled => (enlarge(x), Window::Same),
        window => (x, window),
    };
    burn::tensor::module::conv2d(x, weight, Some(bias), conv_options(window))
}

fn output_size(window: Window, side: usize) -> usize {
    match window {
        Window::Pointwise | Window::Same => side,
        Window::Strided => side.div_ceil(2),
        Window::StridedEndPadded => side / 2,
        Window::Upsampled => 2 * side,
    }
}

fn with(
    [batch, inputs, outputs, height, width]: Shape,
    window: Window,
    residual: Residual,
    dtype: FloatDType,
    check: &dyn Fn(&Comparison),
) {
    let side = if window == Window::Pointwise { 1 } else { 3 };
    let output = [batch, outputs, output_size(window, height), output_size(window, width)];
    let arguments = |given: &[Tensor<1>]| {
        let x = given[0].clone().reshape([batch, inputs, height, width]).cast(dtype);
        let weight = given[1].clone().reshape([outputs, inputs, side, side]).cast(dtype);
        let residual = given.get(3).map(|it| it.clone().reshape(output).cast(dtype));
        (x, weight, given[2].clone().cast(dtype), residual)
    };
    let kernel = |given: &[Tensor<1>]| {
        let (x, weight, bias, residual) = arguments(given);
        let found = conv2d(x, weight, bias, window, residual);
        assert_eq!(found.dims(), output);
        found.reshape([-1])
    };
    let reference = |given: &[Tensor<1>]| {
        let (x, weight, bias, residual) = arguments(given);
        let y = plain(x, weight, bias, window);
        residual.into_iter().fold(y, |y, it| y + it).reshape([-1])
    };
    let fan_in = inputs * side * side;
    let weight = scaled(normal(outputs * fan_in, 2), (fan_in as f32).powf(-0.5), 0.0);
    let mut given = vec![normal(batch * inputs * height * width, 1), weight, normal(outputs, 3)];
    if residual == Residual::With {
        given.push(normal(output.iter().product(), 4));
    }
    check(&Comparison {
        name: &format!("{inputs} to {outputs}, {batch} of {height}x{width}, {window:?}, {residual:?}"),
        kernel: &kernel,
        reference: &reference,
        inputs: given,
    });
}

fn is_possible([.., height, width]: Shape, window: Window) -> bool {
    window != Window::StridedEndPadded || (height > 1 && width > 1)
}

/// Runs `check` for every window on every one of the shapes.
fn each(shapes: &[Shape], check: &dyn Fn(&Comparison)) {
    for shape in shapes {
        for window in WINDOWS {
            for residual in RESIDUALS {
                if is_possible(*shape, window) {
                    with(*shape, window, residual, FloatDType::F32, check);
                }
            }
        }
    }
}

#[test]
fn output() {
    each(&SHAPES, &|it| it.assert_same_output(1e-5));
}

#[test]
fn output_in_half_precision() {
    for window in WINDOWS {
        with(SHAPES[1], window, Residual::With, FloatDType::F16, &|it| {
            it.assert_same_output(4e-3);
        });
    }
}

#[test]
fn gradients() {
    each(&SHAPES[..3], &|it| it.assert_same_gradients());
}

#[test]
fn finite_differences() {
    each(&SHAPES[1..2], &|it| it.assert_finite_differences());
}
