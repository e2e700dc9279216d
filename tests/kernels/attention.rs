//! Attention whose memory does not grow with the square of the picture.

use burn::tensor::{FloatDType, Tensor};
use diffusion::kernels::{attention, reference};

use crate::comparison::{Comparison, normal, scaled};

#[derive(Clone, Copy, Debug)]
struct Shape {
    batch: usize,
    queries: usize,
    keys: usize,
    heads: usize,
    width: usize,
}

const fn shape(batch: usize, queries: usize, keys: usize, heads: usize, width: usize) -> Shape {
    Shape {
        batch,
        queries,
        keys,
        heads,
        width,
    }
}

/// One token, one key, prompts' lengths, sizes that are no multiple of a tile, and real layers' (the last is an autoencoder's).
const SHAPES: [Shape; 9] = [
    shape(1, 1, 1, 1, 1),
    shape(2, 30, 7, 2, 8),
    shape(1, 5, 1, 3, 4),
    shape(2, 9, 33, 2, 5),
    shape(1, 65, 24, 4, 40),
    shape(2, 256, 256, 4, 40),
    shape(1, 64, 77, 8, 48),
    shape(1, 130, 131, 1, 33),
    shape(1, 100, 100, 1, 512),
];

fn with(shape: Shape, [q, k, v]: [Vec<f32>; 3], dtype: FloatDType, check: &dyn Fn(&Comparison)) {
    let Shape {
        batch,
        queries,
        keys,
        heads,
        width,
    } = shape;
    let arguments = |inputs: &[Tensor<1>]| {
        let rows = |input: usize, tokens| {
            let flat = inputs[input].clone();
            flat.reshape([batch, tokens, heads * width]).cast(dtype)
        };
        (rows(0, queries), rows(1, keys), rows(2, keys))
    };
    let kernel = |inputs: &[Tensor<1>]| {
        let (q, k, v) = arguments(inputs);
        attention(q, k, v, heads).reshape([-1])
    };
    let plain = |inputs: &[Tensor<1>]| {
        let (q, k, v) = arguments(inputs);
        reference::attention(q, k, v, heads).reshape([-1])
    };
    check(&Comparison {
        name: &format!("{shape:?}"),
        kernel: &kernel,
        reference: &plain,
        inputs: vec![q, k, v],
    });
}

fn inputs(shape: Shape, factor: f32) -> [Vec<f32>; 3] {
    let each = shape.batch * shape.heads * shape.width;
    let (queries, keys) = (each * shape.queries, each * shape.keys);
    let q = scaled(normal(queries, 1), factor, 0.0);
    [q, scaled(normal(keys, 2), factor, 0.0), normal(keys, 3)]
}

#[test]
fn output() {
    for shape in SHAPES {
        with(shape, inputs(shape, 1.0), FloatDType::F32, &|it| {
            it.assert_same_output(1e-5);
        });
    }
}

/// Scores of several thousand: the softmax must take the largest away before it exponentiates.
#[test]
fn output_of_large_scores() {
    for shape in &SHAPES[1..7] {
        with(*shape, inputs(*shape, 30.0), FloatDType::F32, &|it| {
            // A score's unit in the last place, e.g. 2.4e-4 at 3000, is a relative error of its probability.
            it.assert_same_output(2e-3);
        });
    }
}

#[test]
fn output_in_half_precision() {
    with(SHAPES[1], inputs(SHAPES[1], 1.0), FloatDType::F16, &|it| {
        it.assert_same_output(3e-3);
    });
}

#[test]
fn output_of_views() {
    let turned = |input: &Tensor<1>| input.clone().reshape([2, 12, 9]).swap_dims(1, 2);
    Comparison {
        name: "views",
        kernel: &|inputs| attention(turned(&inputs[0]), turned(&inputs[1]), turned(&inputs[2]), 3).reshape([-1]),
        reference: &|inputs| {
            reference::attention(turned(&inputs[0]), turned(&inputs[1]), turned(&inputs[2]), 3).reshape([-1])
        },
        inputs: vec![normal(216, 1), normal(216, 2), normal(216, 3)],
    }
    .assert_same_output(1e-5);
}

#[test]
fn gradients() {
    for shape in &SHAPES[..5] {
        with(*shape, inputs(*shape, 1.0), FloatDType::F32, &|it| {
            it.assert_same_gradients();
        });
    }
}

/// More queries than the backward pass holds probabilities of at once.
#[test]
fn gradients_of_several_chunks() {
    for shape in [shape(1, 1030, 20, 2, 8), shape(1, 513, 513, 1, 16)] {
        with(shape, inputs(shape, 1.0), FloatDType::F32, &|it| {
            it.assert_same_gradients();
        });
    }
}

#[test]
fn finite_differences() {
    for shape in &SHAPES[1..4] {
        with(*shape, inputs(*shape, 1.0), FloatDType::F32, &|it| {
            it.assert_finite_differences();
        });
    }
}
