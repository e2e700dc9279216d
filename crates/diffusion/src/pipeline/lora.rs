//! Adapters onto the loaded model.

use std::collections::BTreeSet;

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

impl Pipeline {
    /// The diffusers paths of all layers that an adapter can change: `unet.…` and `text_encoder.…`.
    pub fn module_paths(&mut self) -> Vec<String> {
        let mut paths = Vec::new();
        self.visit_adaptable(&mut |path, _| paths.push(path.to_owned()));
        paths
    }

    /// Replaces all adapters by these, each with its weight. A weight of 0 leaves no trace, to the last bit.
    ///
    /// # Errors
    /// An adapter whose matrices do not fit the model's layers; the model is then without adapters.
    pub fn set_loras(&mut self, loras: &[(LoraFile, f32)]) -> Result<LoraReport> {
        self.visit_adaptable(&mut |_, layer| match layer {
            Layer::Linear(linear) => linear.lora.clear(),
            Layer::Conv2d(conv) => conv.lora.clear(),
        });
        // Embeddings made by an adapted text encoder are not this one's.
        self.prompts.clear();
        let mut report = LoraReport::default();
        for (file, weight) in loras {
            report.unknown.extend(file.unknown.iter().cloned());
            if *weight == 0.0 {
                continue;
            }
            let attached = self.attach(file, *weight);
            match attached {
                Ok(layers) => report.layers += layers,
                Err(error) => {
                    self.set_loras(&[])?;
                    return Err(error);
                }
            }
        }
        Ok(report)
    }

    fn attach(&mut self, file: &LoraFile, weight: f32) -> Result<usize> {
        let device = self.device.clone();
        let mut problems = Vec::new();
        let mut attached = BTreeSet::new();
        self.visit_adaptable(&mut |path, layer| {
            let Some(target) = file.targets.get(path) else { return };
            match attach_layer(layer, target, weight, &device) {
                Ok(()) => drop(attached.insert(path.to_owned())),
                Err(problem) => problems.push(format!("`{path}` {problem}")),
            }
        });
        if problems.is_empty() {
            return Ok(attached.len());
        }
        let shown = problems.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
        Err(Error::Request(format!(
            "the LoRA was made for another model: {shown} ({} layers do not fit)",
            problems.len()
        )))
    }

    fn visit_adaptable(&mut self, visit: &mut dyn FnMut(&str, Layer<'_>)) {
        self.unet.visit_layers("unet", visit);
        self.text_encoder.visit_layers("text_encoder", visit);
    }
}

fn attach_layer(layer: Layer<'_>, target: &LoraTarget, weight: f32, device: &Device) -> Result<(), String> {
    let rank = target.down.shape.first().copied().unwrap_or_default();
    let scale = f64::from(weight) * f64::from(target.alpha) / rank.max(1) as f64;
    match layer {
        Layer::Linear(linear) => {
            let [outputs, inputs] = linear.weight.dims();
            let down = parameter(&target.down, [rank, inputs], device)?;
            let up = parameter(&target.up, [outputs, rank], device)?;
            linear.lora.push(LoraLinear { down, up, scale });
        }
        Layer::Conv2d(conv) => {
            let [outputs, inputs, height, width] = conv.weight.dims();
            let down = parameter(&target.down, [rank, inputs, height, width], device)?;
            let up = parameter(&target.up, [outputs, rank, 1, 1], device)?;
            conv.lora.push(LoraConv2d { down, up, scale });
        }
    }
    Ok(())
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
