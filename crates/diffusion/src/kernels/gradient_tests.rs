//! Gradients of the kernels' nodes: what `tests/kernels` does not look at.

use burn::tensor::{Device, Tensor, TensorData};

use super::cpu::attention::{AttentionGradients, AttentionShape, Mask, attention_gradients};
use super::cpu::conv::{ConvShape, Kernel, gradients};
use super::cpu::{linear, matrix};
use super::{conv2d, linear as linear_layer};
use crate::noise::TorchGenerator;

fn normal(len: usize, seed: u64) -> Vec<f32> {
    TorchGenerator::manual_seed(seed).randn(len)
}

fn tensor<const D: usize>(shape: [usize; D], seed: u64) -> Tensor<D> {
    let values = normal(shape.iter().product(), seed);
    Tensor::from_data(TensorData::new(values, shape), &Device::flex().autodiff())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_into_data().unwrap().try_to_vec().unwrap()
}

#[track_caller]
fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    let scale = expected.iter().fold(1e-30, |most: f32, value| most.max(value.abs()));
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() <= 2e-5 * scale,
            "element {i}: {found}, not {expected} (scale {scale})"
        );
    }
}

/// A loss whose gradient differs from element to element.
fn loss<const D: usize>(output: Tensor<D>) -> Tensor<1> {
    let weights = tensor(output.dims(), 77);
    (output * weights).sum()
}

#[test]
fn a_frozen_linear_layer_passes_the_gradient_on_and_has_none_itself() {
    let (x, weight) = (tensor([37, 20], 1), tensor([33, 20], 2));
    let (kernel, plain) = (x.clone().require_grad(), x.require_grad());
    let gradients = loss(linear_layer(kernel.clone(), weight.clone(), None, None)).backward();
    let expected = loss(plain.clone().matmul(weight.clone().transpose())).backward();
    assert_close(
        &values(kernel.grad(&gradients).unwrap()),
        &values(plain.grad(&expected).unwrap()),
    );
    assert!(weight.grad(&gradients).is_none());
}

#[test]
fn a_frozen_convolution_passes_the_gradient_on_and_has_none_itself() {
    for window in [
        Kernel::Pointwise,
        Kernel::Same,
        Kernel::Upsampled,
        Kernel::Strided,
        Kernel::StridedEndPadded,
    ] {
        for size in [4, 7, 16] {
            let side = if window == Kernel::Pointwise { 1 } else { 3 };
            let (frozen, bias) = (tensor([40, 36, side, side], 2), tensor([40], 3));
            let (x, trained) = (tensor([3, 36, size, size], 1), frozen.clone().require_grad());
            let one = x.clone().require_grad();
            let found = loss(conv2d(one.clone(), frozen.clone(), bias.clone(), window, None)).backward();
            assert!(frozen.grad(&found).is_none() && bias.grad(&found).is_none());
            let all = x.require_grad();
            let input = if window == Kernel::Upsampled {
                super::enlarge(all.clone())
            } else {
                all.clone()
            };
            let plain = burn::tensor::module::conv2d(input, trained.clone(), None, super::conv_options(window));
            let expected = loss(plain).backward();
            assert_close(
                &values(one.grad(&found).unwrap()),
                &values(all.grad(&expected).unwrap()),
            );
            let second = frozen.clone().require_grad();
            let found = loss(conv2d(all.detach(), second.clone(), bias, window, None)).backward();
            assert_close(
                &values(second.grad(&found).unwrap()),
                &values(trained.grad(&expected).unwrap()),
            );
        }
    }
}

/// Results of the gradients' kernels on so many threads, one after the other.
fn results(threads: usize) -> Vec<Vec<f32>> {
    let work = || {
        let shape = ConvShape {
            kernel: Kernel::Same,
            batch: 6,
            in_channels: 64,
            out_channels: 96,
            height: 16,
            width: 16,
        };
        let (x, g) = (normal(6 * 64 * 256, 1), normal(6 * 96 * 256, 2));
        let weight = normal(96 * 64 * 9, 3);
        let mut results = vec![vec![0.0; weight.len()], vec![0.0; x.len()], vec![0.0; 200 * 300]];
        gradients::weight_gradient(&g, &x, &shape, &mut results[0]);
        gradients::input_gradient(&g, &shape, &weight, &mut results[1]);
        matrix::sum_of_outer_products(&x[..150 * 200], &g[..150 * 300], [150, 200, 300], 1.0, &mut results[2]);
        let parameters = linear::LinearParameters {
            weight: &weight[..96 * 64],
            bias: None,
            residual: None,
            in_features: 64,
            out_features: 96,
        };
        let mut output = vec![0.0; 6 * 256 * 96];
        linear::linear(&x, &parameters, &mut output);
        results.push(output);
        let shape = AttentionShape {
            batch: 4,
            heads: 2,
            queries: 130,
            keys: 77,
            head_dim: 40,
            mask: Mask::None,
        };
        let [mut q, mut k, mut v] = [vec![0.0; 4 * 130 * 80], vec![0.0; 4 * 77 * 80], vec![0.0; 4 * 77 * 80]];
        let inputs = [&x[..q.len()], &weight[..k.len()], &g[..v.len()]];
        let out = AttentionGradients {
            q: &mut q,
            k: &mut k,
            v: &mut v,
        };
        attention_gradients(&g[..4 * 130 * 80], inputs, &shape, 0.1, out);
        results.extend([q, k, v]);
        results
    };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap()
        .install(work)
}

#[test]
fn gradients_do_not_depend_on_the_number_of_threads() {
    let expected = results(1);
    for threads in [2, 3] {
        assert!(
            results(threads) == expected,
            "{threads} threads give other bits than one"
        );
    }
}
