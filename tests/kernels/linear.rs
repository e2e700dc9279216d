//! The matrix product with bias and shortcut.

use burn::tensor::{FloatDType, Tensor};
use diffusion::kernels::linear;

use crate::comparison::{Comparison, normal, scaled};

/// Rows, inputs, outputs: one of each, no multiples of a vector, few rows, and real layers'.
const SHAPES: [[usize; 3]; 8] = [
    [1, 1, 1],
    [1, 7, 3],
    [3, 15, 33],
    [2, 192, 384],
    [24, 192, 160],
    [65, 67, 66],
    [256, 160, 1280],
    [130, 320, 96],
];

/// What is added to the product.
#[derive(Clone, Copy, Debug)]
enum Added {
    Nothing,
    Bias,
    BiasAndResidual,
}
const ADDED: [Added; 3] = [Added::Nothing, Added::Bias, Added::BiasAndResidual];

fn with([rows, inputs, outputs]: [usize; 3], added: Added, dtype: FloatDType, check: &dyn Fn(&Comparison)) {
    let x = |given: &[Tensor<1>]| given[0].clone().reshape([rows, inputs]).cast(dtype);
    let weight = |given: &[Tensor<1>]| given[1].clone().reshape([outputs, inputs]).cast(dtype);
    let bias = |given: &[Tensor<1>]| given.get(2).map(|bias| bias.clone().cast(dtype));
    let residual = |given: &[Tensor<1>]| given.get(3).map(|it| it.clone().reshape([rows, outputs]).cast(dtype));
    let kernel = |given: &[Tensor<1>]| linear(x(given), weight(given), bias(given), residual(given)).reshape([-1]);
    let plain = |given: &[Tensor<1>]| {
        let product = x(given).matmul(weight(given).transpose());
        let biased = bias(given)
            .into_iter()
            .fold(product, |y, bias| y + bias.reshape([1, outputs]));
        residual(given).into_iter().fold(biased, |y, it| y + it).reshape([-1])
    };
    let weight = scaled(normal(outputs * inputs, 2), (inputs as f32).powf(-0.5), 0.0);
    let mut given = vec![
        normal(rows * inputs, 1),
        weight,
        normal(outputs, 3),
        normal(rows * outputs, 4),
    ];
    given.truncate(2 + added as usize);
    check(&Comparison {
        name: &format!("{rows} rows, {inputs} to {outputs}, {added:?}"),
        kernel: &kernel,
        reference: &plain,
        inputs: given,
    });
}

#[test]
fn output() {
    for shape in SHAPES {
        for added in ADDED {
            with(shape, added, FloatDType::F32, &|it| it.assert_same_output(1e-5));
        }
    }
}

#[test]
fn output_in_half_precision() {
    for added in ADDED {
        with(SHAPES[2], added, FloatDType::F16, &|it| it.assert_same_output(3e-3));
    }
}

/// Weights and input as views whose values do not lie in a row.
#[test]
fn output_of_views() {
    let (x, weight) = (
        |given: &[Tensor<1>]| given[0].clone().reshape([30, 7]).transpose(),
        |given: &[Tensor<1>]| given[1].clone().reshape([30, 5]).transpose(),
    );
    Comparison {
        name: "views",
        kernel: &|given| linear(x(given), weight(given), None, None).reshape([-1]),
        reference: &|given| x(given).matmul(weight(given).transpose()).reshape([-1]),
        inputs: vec![normal(210, 1), normal(150, 2)],
    }
    .assert_same_output(1e-5);
}

#[test]
fn gradients() {
    for shape in &SHAPES[..4] {
        for added in ADDED {
            with(*shape, added, FloatDType::F32, &|it| it.assert_same_gradients());
        }
    }
}

#[test]
fn finite_differences() {
    for added in ADDED {
        with(SHAPES[2], added, FloatDType::F32, &|it| it.assert_finite_differences());
    }
}
