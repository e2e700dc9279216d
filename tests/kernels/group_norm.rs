//! Group normalisation, alone and with SiLU.

use burn::tensor::{FloatDType, Tensor};
use diffusion::kernels::{self, GroupNormOptions, reference};
use diffusion::nn::Activation;

use crate::comparison::{Comparison, normal, scaled};

/// Batch, channels, height, width, and groups.
type Shape = ([usize; 4], usize);

/// Few and many channels a group, one position, sizes that are no multiple of any vector's, and a real layer's.
const SHAPES: [Shape; 9] = [
    ([1, 2, 1, 1], 1),
    ([1, 4, 1, 1], 4),
    ([2, 8, 5, 3], 4),
    ([3, 6, 7, 9], 3),
    ([1, 32, 17, 13], 32),
    ([2, 30, 4, 4], 10),
    ([2, 96, 16, 16], 16),
    ([1, 192, 4, 4], 16),
    ([1, 320, 33, 31], 32),
];
const ACTIVATIONS: [Activation; 2] = [Activation::None, Activation::Silu];

/// Runs `check` with the comparison of one shape and activation; `x` is what both are given, `dtype` what it is cast to.
fn with(
    ([batch, channels, height, width], groups): Shape,
    activation: Activation,
    x: Vec<f32>,
    dtype: FloatDType,
    check: &dyn Fn(&Comparison),
) {
    let shape = [batch, channels, height, width];
    let options = GroupNormOptions {
        groups,
        epsilon: 1e-5,
        activation,
    };
    let arguments = |inputs: &[Tensor<1>]| {
        let x = inputs[0].clone().reshape(shape).cast(dtype);
        (x, inputs[1].clone().cast(dtype), inputs[2].clone().cast(dtype))
    };
    let kernel = |inputs: &[Tensor<1>]| {
        let (x, weight, bias) = arguments(inputs);
        kernels::group_norm(x, weight, bias, options).reshape([-1])
    };
    let plain = |inputs: &[Tensor<1>]| {
        let (x, weight, bias) = arguments(inputs);
        reference::group_norm(x, weight, bias, options).reshape([-1])
    };
    let weight = scaled(normal(channels, 2), 0.3, 1.0);
    check(&Comparison {
        name: &format!("{shape:?} in {groups} groups, {activation:?}"),
        kernel: &kernel,
        reference: &plain,
        inputs: vec![x, weight, normal(channels, 3)],
    });
}

fn count((shape, _): Shape) -> usize {
    shape.iter().product()
}

#[test]
fn output() {
    for shape in SHAPES {
        for activation in ACTIVATIONS {
            let x = normal(count(shape), 1);
            with(shape, activation, x, FloatDType::F32, &|it| it.assert_same_output(1e-5));
        }
    }
}

/// The variance of a bright group must not drown in the square of its mean.
#[test]
fn output_of_bright_input() {
    for shape in &SHAPES[2..] {
        let x = scaled(normal(count(*shape), 1), 0.1, 50.0);
        with(*shape, Activation::Silu, x, FloatDType::F32, &|it| {
            it.assert_same_output(5e-4);
        });
    }
}

/// Without spread the factor is 1 / sqrt(epsilon) = 316, and units in the last place of the mean times that are 6e-5.
#[test]
fn output_of_equal_values() {
    let shape = ([1, 8, 4, 4], 2);
    with(shape, Activation::None, vec![3.0; 128], FloatDType::F32, &|it| {
        it.assert_same_output(2e-4);
    });
}

#[test]
fn output_in_half_precision() {
    for activation in ACTIVATIONS {
        let x = normal(count(SHAPES[2]), 1);
        with(SHAPES[2], activation, x, FloatDType::F16, &|it| {
            it.assert_same_output(2e-3);
        });
    }
}

/// A view whose values do not lie in a row.
#[test]
fn output_of_a_view() {
    let options = GroupNormOptions {
        groups: 3,
        epsilon: 1e-6,
        activation: Activation::Silu,
    };
    let turned = |inputs: &[Tensor<1>]| inputs[0].clone().reshape([2, 7, 6, 5]).permute([0, 2, 3, 1]);
    Comparison {
        name: "a view",
        kernel: &|inputs| {
            kernels::group_norm(turned(inputs), inputs[1].clone(), inputs[2].clone(), options).reshape([-1])
        },
        reference: &|inputs| {
            reference::group_norm(turned(inputs), inputs[1].clone(), inputs[2].clone(), options).reshape([-1])
        },
        inputs: vec![normal(420, 1), normal(6, 2), normal(6, 3)],
    }
    .assert_same_output(1e-5);
}

#[test]
fn gradients() {
    for shape in &SHAPES[2..7] {
        for activation in ACTIVATIONS {
            let x = normal(count(*shape), 4);
            with(*shape, activation, x, FloatDType::F32, &|it| it.assert_same_gradients());
        }
    }
}

#[test]
fn finite_differences() {
    for shape in &SHAPES[2..4] {
        for activation in ACTIVATIONS {
            let x = normal(count(*shape), 5);
            with(*shape, activation, x, FloatDType::F32, &|it| {
                it.assert_finite_differences();
            });
        }
    }
}
