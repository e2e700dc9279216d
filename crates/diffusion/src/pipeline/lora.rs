//! Adapters onto the loaded model.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};

use super::Pipeline;
use crate::error::{Error, Result};
use crate::lora::{LoraFile, LoraMatrix, LoraTarget};
use crate::nn::{Layer, LoraConv2d, LoraLinear, VisitLayers};

/// What attaching adapters met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoraReport {
    /// Layers that an adapter changes.
    pub layers: usize,
    /// Keys of the files that name nothing in this model.
    pub unknown: Vec<String>,
}

/// An adapter on the model's device.
pub(super) struct AttachedAdapter {
    branches: BTreeMap<String, Branch>,
    /// The training timesteps at which the U-Net uses it; `None` for all.
    timesteps: Option<RangeInclusive<f32>>,
}

/// An adapter's addition to one layer.
#[derive(Clone)]
enum Branch {
    Linear(LoraLinear),
    Conv2d(LoraConv2d),
}

impl AttachedAdapter {
    fn acts_at(&self, timestep: f32) -> bool {
        self.timesteps.as_ref().is_none_or(|range| range.contains(&timestep))
    }
}

impl Pipeline {
    /// The diffusers paths of all layers that an adapter can change: `unet.…` and `text_encoder.…`.
    pub fn module_paths(&mut self) -> Vec<String> {
        let mut paths = Vec::new();
        self.visit_adaptable(&mut |path, _| paths.push(path.to_owned()));
        paths
    }

    /// Replaces all adapters by these, each with its weight. A weight of 0 leaves no trace, to the last bit.
    ///
    /// An adapter with a range of timesteps acts within it only; prompts are not denoised, so its layers of the text encoder
    /// act always.
    ///
    /// # Errors
    /// An adapter whose matrices do not fit the model's layers; the model is then without adapters.
    pub fn set_loras(&mut self, loras: &[(LoraFile, f32)]) -> Result<LoraReport> {
        self.adapters.clear();
        // Embeddings made by an adapted text encoder are not this one's.
        self.prompts.clear();
        let mut report = LoraReport::default();
        let mut problem = None;
        for (file, weight) in loras {
            report.unknown.extend(file.unknown.iter().cloned());
            if *weight == 0.0 {
                continue;
            }
            match self.upload(file, *weight) {
                Ok(adapter) => {
                    report.layers += adapter.branches.len();
                    self.adapters.push(adapter);
                }
                Err(error) => {
                    self.adapters.clear();
                    problem = Some(error);
                    break;
                }
            }
        }
        self.attach(|_| true);
        problem.map_or(Ok(report), Err)
    }

    /// Lets the U-Net use just those adapters that act at a timestep. Costs nothing unless an adapter has a range.
    pub(super) fn use_adapters_at(&mut self, timestep: f32, before: Option<f32>) {
        let changes = |adapter: &AttachedAdapter| {
            before.is_none_or(|before| adapter.acts_at(before) != adapter.acts_at(timestep))
                && adapter.timesteps.is_some()
        };
        if self.adapters.iter().any(changes) {
            self.attach(|adapter| adapter.acts_at(timestep));
        }
    }

    /// Every adapter everywhere again, so that the next prompt meets the whole text encoder.
    pub(super) fn use_all_adapters(&mut self) {
        if self.adapters.iter().any(|adapter| adapter.timesteps.is_some()) {
            self.attach(|_| true);
        }
    }

    fn upload(&mut self, file: &LoraFile, weight: f32) -> Result<AttachedAdapter> {
        let device = self.device.clone();
        let mut problems = Vec::new();
        let mut branches = BTreeMap::new();
        self.visit_adaptable(&mut |path, layer| {
            let Some(target) = file.targets.get(path) else { return };
            match branch(&layer, target, weight, &device) {
                Ok(branch) => drop(branches.insert(path.to_owned(), branch)),
                Err(problem) => problems.push(format!("`{path}` {problem}")),
            }
        });
        if problems.is_empty() {
            let timesteps = file.timesteps.clone();
            return Ok(AttachedAdapter { branches, timesteps });
        }
        let shown = problems.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
        Err(Error::Request(format!(
            "the LoRA was made for another model: {shown} ({} layers do not fit)",
            problems.len()
        )))
    }

    /// Puts the adapters that `acts` says beside their layers, and no others.
    fn attach(&mut self, acts: impl Fn(&AttachedAdapter) -> bool) {
        let adapters = std::mem::take(&mut self.adapters);
        self.visit_adaptable(&mut |path, layer| {
            let acting = |adapter: &&AttachedAdapter| acts(adapter) || path.starts_with("text_encoder.");
            let branches = adapters
                .iter()
                .filter(acting)
                .filter_map(|adapter| adapter.branches.get(path));
            match layer {
                Layer::Linear(linear) => {
                    linear.lora.clear();
                    linear.lora.extend(branches.filter_map(Branch::linear));
                }
                Layer::Conv2d(conv) => {
                    conv.lora.clear();
                    conv.lora.extend(branches.filter_map(Branch::conv2d));
                }
            }
        });
        self.adapters = adapters;
    }

    fn visit_adaptable(&mut self, visit: &mut dyn FnMut(&str, Layer<'_>)) {
        self.unet.visit_layers("unet", visit);
        self.text_encoder.model.visit_layers("text_encoder", visit);
    }
}

impl Branch {
    fn linear(&self) -> Option<LoraLinear> {
        match self {
            Self::Linear(branch) => Some(branch.clone()),
            Self::Conv2d(_) => None,
        }
    }

    fn conv2d(&self) -> Option<LoraConv2d> {
        match self {
            Self::Conv2d(branch) => Some(branch.clone()),
            Self::Linear(_) => None,
        }
    }
}

fn branch(layer: &Layer<'_>, target: &LoraTarget, weight: f32, device: &Device) -> Result<Branch, String> {
    let rank = target.down.shape.first().copied().unwrap_or_default();
    let scale = f64::from(weight) * f64::from(target.alpha) / rank.max(1) as f64;
    Ok(match layer {
        Layer::Linear(linear) => {
            let [outputs, inputs] = linear.weight.dims();
            let down = parameter(&target.down, [rank, inputs], device)?;
            let up = parameter(&target.up, [outputs, rank], device)?;
            Branch::Linear(LoraLinear { down, up, scale })
        }
        Layer::Conv2d(conv) => {
            let [outputs, inputs, height, width] = conv.weight.dims();
            let down = parameter(&target.down, [rank, inputs, height, width], device)?;
            let up = parameter(&target.up, [outputs, rank, 1, 1], device)?;
            Branch::Conv2d(LoraConv2d { down, up, scale })
        }
    })
}

/// The matrix in the layer's shape: files write 1x1 kernels with or without their last two dimensions.
fn parameter<const D: usize>(
    matrix: &LoraMatrix,
    shape: [usize; D],
    device: &Device,
) -> std::result::Result<Param<Tensor<D>>, String> {
    let significant = |shape: &[usize]| {
        let ones = shape.iter().skip(2).rev().take_while(|size| **size == 1).count();
        shape[..shape.len() - ones].to_vec()
    };
    if significant(&matrix.shape) != significant(&shape) {
        return Err(format!("is {:?} in the file, {shape:?} in the model", matrix.shape));
    }
    Ok(Param::from_tensor(Tensor::from_data(
        TensorData::new(matrix.values.clone(), shape),
        device,
    )))
}
