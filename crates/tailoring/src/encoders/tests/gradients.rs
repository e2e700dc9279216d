//! That the image encoder can be trained: gradients against torch's and against finite differences.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor, TensorData};
use diffusion::nn::Activation;
use diffusion::weights::{self, Precision, RandomTensors, TensorSource};

use super::super::{ClipVisionConfig, ClipVisionModel, ImageEncoder};
use super::{Device, assert_agrees, counted_tensor, counted_values, expected, fixture, host, pictures};

/// Gradients of every parameter by name.
struct Collector<'a> {
    gradients: &'a Gradients,
    path: Vec<String>,
    found: BTreeMap<String, Vec<f32>>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let name = self.path.join(".");
        let gradient = param
            .val()
            .grad(self.gradients)
            .unwrap_or_else(|| panic!("{name} has no gradient"));
        self.found.insert(name, host(gradient));
    }
}

fn gradients(model: &ClipVisionModel, loss: Tensor<1>) -> BTreeMap<String, Vec<f32>> {
    let mut collector = Collector {
        gradients: &loss.backward(),
        path: Vec::new(),
        found: BTreeMap::new(),
    };
    model.visit(&mut collector);
    collector.found
}

#[test]
fn gradients_are_torchs() {
    const FILE: &str = "clip_vision.safetensors";
    let device = Device::flex().autodiff();
    let encoder = ImageEncoder::open(&fixture("clip_vision"), &device).unwrap();
    let output = encoder.forward(&pictures()).unwrap();
    let weights = TensorData::new(expected(FILE, "loss_weights"), output.dims());
    let loss = (output * Tensor::from_data(weights, &device)).sum();
    let found = gradients(&encoder.model, loss);
    let file = weights::SafetensorsFile::open(&fixture(FILE)).unwrap();
    let names = file.names();
    let names: Vec<_> = names.iter().filter_map(|name| name.strip_prefix("gradient.")).collect();
    assert_eq!(names.len(), 8);
    for name in names {
        assert_agrees(name, &found[name], &expected(FILE, &format!("gradient.{name}")), 2e-4);
    }
}

/// [`RandomTensors`] with one element moved, and vectors that are neither zero nor one.
struct Moved<'a> {
    element: Option<(&'a str, usize, f32)>,
}

impl TensorSource for Moved<'_> {
    fn shape(&self, _: &str, wanted: &[usize]) -> Option<Vec<usize>> {
        Some(wanted.to_vec())
    }

    fn read(&self, name: &str, shape: &[usize]) -> diffusion::Result<Vec<f32>> {
        let mut values = RandomTensors::new(5).read(name, shape)?;
        if shape.len() == 1 {
            let offsets = counted_values(name, shape);
            values
                .iter_mut()
                .zip(offsets)
                .for_each(|(value, offset)| *value += 3.0 * offset);
        }
        if let Some((moved, index, step)) = self.element.filter(|(moved, ..)| *moved == name) {
            assert_eq!(moved, name);
            values[index] += step;
        }
        Ok(values)
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn path(&self) -> std::path::PathBuf {
        std::path::PathBuf::new()
    }
}

const TINY: ClipVisionConfig = ClipVisionConfig {
    hidden_size: 8,
    intermediate_size: 12,
    projection_dim: 5,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    num_channels: 3,
    image_size: 8,
    patch_size: 4,
    hidden_act: Activation::Gelu,
    layer_norm_eps: 1e-5,
};

fn tiny(element: Option<(&str, usize, f32)>, device: &Device) -> ClipVisionModel {
    let build = |weights: &weights::Weights| ClipVisionModel::new(&TINY, weights);
    weights::build(&Moved { element }, "", device, Precision::F32, build)
        .unwrap()
        .0
}

/// The outputs that the loss weighs and sums.
fn outputs(model: &ClipVisionModel, device: &Device) -> Tensor<2> {
    let pixels = host(counted_tensor("pixels", [2, 3, 8, 8], 5.0));
    model.forward(Tensor::from_data(TensorData::new(pixels, [2, 3, 8, 8]), device))
}

#[test]
fn gradients_of_every_parameter_are_finite_differences() {
    const STEP: f32 = 1e-2;
    let device = Device::flex().autodiff();
    let model = tiny(None, &device);
    let weights = counted_values("loss", &[10]);
    let loss_weights = Tensor::<2>::from_data(TensorData::new(weights.clone(), [2, 5]), &device);
    let found = gradients(&model, (outputs(&model, &device) * loss_weights).sum());
    assert_eq!(found.len(), 4 + 2 * 16 + 4);
    let plain = Device::flex();
    let loss = |name: &str, index: usize, step: f32| {
        let values = host(outputs(&tiny(Some((name, index, step)), &plain), &plain));
        // In f64: the difference of two sums of f32 would be mostly rounding.
        values
            .iter()
            .zip(&weights)
            .map(|(y, weight)| f64::from(*y) * f64::from(*weight))
            .sum::<f64>()
    };
    for (name, gradient) in found {
        for index in [0, gradient.len() / 2, gradient.len() - 1] {
            let difference = (loss(&name, index, STEP) - loss(&name, index, -STEP)) / (2.0 * f64::from(STEP));
            let gradient = f64::from(gradient[index]);
            assert!(
                (gradient - difference).abs() <= 2e-3 * difference.abs().max(0.05),
                "{name}, element {index}: the gradient is {gradient}, the finite difference {difference}"
            );
        }
    }
}
