//! An untrained adapter beside the U-Net's layers, and a trained one as a file.

use std::collections::BTreeMap;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use diffusion::lora::{LoraMatrix, LoraTarget};
use diffusion::nn::{Layer, LoraConv2d, LoraLinear, VisitLayers};
use diffusion::unet::UNet2DConditionModel;

use super::{LoraTargets, TrainingConfig};
use crate::random::Random;

/// The modules of an adapter: each layer's path, with the shapes of its two matrices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterLayout {
    /// In the order of the U-Net's layers, which is also that of the trained values.
    pub modules: Vec<AdapterModule>,
}

/// One layer's addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterModule {
    /// With `unet.` before it.
    pub path: String,
    /// `[rank, in]` or `[rank, in, height, width]`.
    pub down: Vec<usize>,
    /// `[out, rank]` or `[out, rank, 1, 1]`.
    pub up: Vec<usize>,
}

/// Puts an untrained adapter beside the layers that `config` names: `down` as PyTorch initialises a linear layer (uniform within
/// ±1/sqrt(fan-in), as PEFT does), `up` zero, so that it changes nothing yet. Gives its layout and its values.
pub fn attach(unet: &mut UNet2DConditionModel, config: &TrainingConfig, device: &Device) -> (AdapterLayout, Vec<f32>) {
    let (mut modules, mut values) = (Vec::new(), Vec::new());
    let scale = f64::from(config.alpha) / config.rank as f64;
    unet.visit_layers("unet", &mut |path, layer| {
        if !target_of(path, &layer).is_some_and(|target| config.targets.contains(&target)) {
            return;
        }
        let (down, up) = shapes(&layer, config.rank);
        let mut generator = Random::of(&[config.seed, 4, modules.len() as u64]).generator();
        let bound = 1.0 / (down[1..].iter().product::<usize>() as f32).sqrt();
        let uniform = generator.rand(down.iter().product());
        let initial: Vec<f32> = uniform.into_iter().map(|value| (2.0 * value - 1.0) * bound).collect();
        let zeros = vec![0.0; up.iter().product()];
        match layer {
            Layer::Linear(linear) => linear.lora.push(LoraLinear {
                down: parameter(&initial, &down, device),
                up: parameter(&zeros, &up, device),
                scale,
            }),
            Layer::Conv2d(conv) => conv.lora.push(LoraConv2d {
                down: parameter(&initial, &down, device),
                up: parameter(&zeros, &up, device),
                scale,
            }),
        }
        values.extend(initial);
        values.extend(zeros);
        modules.push(AdapterModule {
            path: path.to_owned(),
            down,
            up,
        });
    });
    (AdapterLayout { modules }, values)
}

/// The narrowest layer that an adapter would change: its rank may not be above it.
pub fn narrowest(unet: &mut UNet2DConditionModel, targets: &[LoraTargets]) -> usize {
    let mut narrowest = usize::MAX;
    unet.visit_layers("unet", &mut |path, layer| {
        if target_of(path, &layer).is_some_and(|target| targets.contains(&target)) {
            let (down, up) = shapes(&layer, 1);
            narrowest = narrowest.min(down[1..].iter().product::<usize>()).min(up[0]);
        }
    });
    narrowest
}

impl AdapterLayout {
    /// The trained `values` as what a LoRA file holds.
    pub fn targets(&self, values: &[f32], alpha: f32) -> BTreeMap<String, LoraTarget> {
        let mut rest = values;
        let mut take = |shape: &[usize]| {
            let (values, after) = rest.split_at(shape.iter().product());
            rest = after;
            LoraMatrix {
                shape: shape.to_vec(),
                values: values.to_vec(),
            }
        };
        self.modules
            .iter()
            .map(|module| {
                let (down, up) = (take(&module.down), take(&module.up));
                (module.path.clone(), LoraTarget { down, up, alpha })
            })
            .collect()
    }
}

/// What kind of layer it is, if an adapter can change it.
fn target_of(path: &str, layer: &Layer<'_>) -> Option<LoraTargets> {
    let attention = [".to_q", ".to_k", ".to_v", ".to_out.0"];
    match layer {
        Layer::Linear(_) if attention.iter().any(|name| path.ends_with(name)) => Some(LoraTargets::Attention),
        Layer::Linear(_) if path.contains(".ff.net.") => Some(LoraTargets::FeedForward),
        Layer::Linear(_) if path.ends_with(".proj_in") || path.ends_with(".proj_out") => Some(LoraTargets::Convolution),
        Layer::Conv2d(_) if path != "unet.conv_in" && path != "unet.conv_out" => Some(LoraTargets::Convolution),
        _ => None,
    }
}

fn shapes(layer: &Layer<'_>, rank: usize) -> (Vec<usize>, Vec<usize>) {
    match layer {
        Layer::Linear(linear) => {
            let [outputs, inputs] = linear.weight.dims();
            (vec![rank, inputs], vec![outputs, rank])
        }
        Layer::Conv2d(conv) => {
            let [outputs, inputs, height, width] = conv.weight.dims();
            (vec![rank, inputs, height, width], vec![outputs, rank, 1, 1])
        }
    }
}

fn parameter<const D: usize>(values: &[f32], shape: &[usize], device: &Device) -> Param<Tensor<D>> {
    Param::from_tensor(Tensor::from_data(
        TensorData::new(values.to_vec(), shape.to_vec()),
        device,
    ))
}
