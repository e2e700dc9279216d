//! The gated linear unit of the feed-forward network.

use burn::tensor::{FloatDType, Tensor};
use diffusion::kernels::{geglu, reference};

use crate::comparison::{Comparison, normal, scaled};

/// Batch, tokens, and twice the width.
const SHAPES: [[usize; 3]; 6] = [
    [1, 1, 2],
    [2, 7, 66],
    [1, 3, 30],
    [3, 5, 34],
    [1, 64, 1280],
    [2, 33, 768],
];

fn with(shape: [usize; 3], x: Vec<f32>, dtype: FloatDType, check: &dyn Fn(&Comparison)) {
    let argument = |inputs: &[Tensor<1>]| inputs[0].clone().reshape(shape).cast(dtype);
    check(&Comparison {
        name: &format!("{shape:?}"),
        kernel: &|inputs| geglu(argument(inputs)).reshape([-1]),
        reference: &|inputs| reference::geglu(argument(inputs)).reshape([-1]),
        inputs: vec![x],
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

/// Both tails of the error function.
#[test]
fn output_of_large_values() {
    let x = scaled(normal(count(SHAPES[1]), 1), 8.0, 0.0);
    with(SHAPES[1], x, FloatDType::F32, &|it| it.assert_same_output(1e-5));
}

#[test]
fn output_in_half_precision() {
    with(SHAPES[1], normal(count(SHAPES[1]), 1), FloatDType::F16, &|it| {
        it.assert_same_output(2e-3);
    });
}

#[test]
fn output_of_a_view() {
    let turned = |inputs: &[Tensor<1>]| inputs[0].clone().reshape([2, 12, 9]).swap_dims(1, 2);
    Comparison {
        name: "a view",
        kernel: &|inputs| geglu(turned(inputs)).reshape([-1]),
        reference: &|inputs| reference::geglu(turned(inputs)).reshape([-1]),
        inputs: vec![normal(216, 1)],
    }
    .assert_same_output(1e-5);
}

#[test]
fn gradients() {
    for shape in &SHAPES[..4] {
        with(*shape, normal(count(*shape), 4), FloatDType::F32, &|it| {
            it.assert_same_gradients();
        });
    }
}

#[test]
fn finite_differences() {
    for shape in &SHAPES[..4] {
        with(*shape, normal(count(*shape), 5), FloatDType::F32, &|it| {
            it.assert_finite_differences();
        });
    }
}
