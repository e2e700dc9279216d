//! Layer normalisation.

use burn::tensor::{FloatDType, Tensor};
use diffusion::kernels::{layer_norm, reference};

use crate::comparison::{Comparison, normal, scaled};

/// Batch, tokens, width: a single value, widths around a vector's, and real layers'.
const SHAPES: [[usize; 3]; 8] = [
    [1, 1, 1],
    [1, 1, 4],
    [3, 5, 15],
    [2, 7, 33],
    [2, 30, 16],
    [1, 77, 65],
    [1, 256, 192],
    [2, 9, 320],
];

fn with([batch, tokens, width]: [usize; 3], x: Vec<f32>, dtype: FloatDType, check: &dyn Fn(&Comparison)) {
    let shape = [batch, tokens, width];
    let arguments = |inputs: &[Tensor<1>]| {
        let x = inputs[0].clone().reshape(shape).cast(dtype);
        (x, inputs[1].clone().cast(dtype), inputs[2].clone().cast(dtype))
    };
    let kernel = |inputs: &[Tensor<1>]| {
        let (x, weight, bias) = arguments(inputs);
        layer_norm(x, weight, bias, 1e-5).reshape([-1])
    };
    let plain = |inputs: &[Tensor<1>]| {
        let (x, weight, bias) = arguments(inputs);
        reference::layer_norm(x, weight, bias, 1e-5).reshape([-1])
    };
    let weight = scaled(normal(width, 2), 0.3, 1.0);
    check(&Comparison {
        name: &format!("{shape:?}"),
        kernel: &kernel,
        reference: &plain,
        inputs: vec![x, weight, normal(width, 3)],
    });
}

fn count(shape: [usize; 3]) -> usize {
    shape.iter().product()
}

#[test]
fn output() {
    for shape in SHAPES {
        with(shape, normal(count(shape), 1), FloatDType::F32, &|it| {
            it.assert_same_output(1e-5);
        });
    }
}

#[test]
fn output_of_bright_input() {
    for shape in &SHAPES[2..] {
        let x = scaled(normal(count(*shape), 1), 0.1, 50.0);
        with(*shape, x, FloatDType::F32, &|it| it.assert_same_output(5e-4));
    }
}

#[test]
fn output_in_half_precision() {
    with(SHAPES[3], normal(count(SHAPES[3]), 1), FloatDType::F16, &|it| {
        it.assert_same_output(2e-3);
    });
}

#[test]
fn output_of_a_view() {
    let turned = |inputs: &[Tensor<1>]| inputs[0].clone().reshape([2, 12, 9]).swap_dims(1, 2);
    Comparison {
        name: "a view",
        kernel: &|inputs| layer_norm(turned(inputs), inputs[1].clone(), inputs[2].clone(), 1e-5).reshape([-1]),
        reference: &|inputs| {
            reference::layer_norm(turned(inputs), inputs[1].clone(), inputs[2].clone(), 1e-5).reshape([-1])
        },
        inputs: vec![normal(216, 1), normal(12, 2), normal(12, 3)],
    }
    .assert_same_output(1e-5);
}

#[test]
fn gradients() {
    for shape in &SHAPES[1..7] {
        with(*shape, normal(count(*shape), 4), FloatDType::F32, &|it| {
            it.assert_same_gradients();
        });
    }
}

#[test]
fn finite_differences() {
    for shape in &SHAPES[1..4] {
        with(*shape, normal(count(*shape), 5), FloatDType::F32, &|it| {
            it.assert_finite_differences();
        });
    }
}
