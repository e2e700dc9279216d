//! Training of the small image encoder: pictures and captions that belong together become neighbours (CLIP, arXiv 2103.00020),
//! with the text encoder frozen (arXiv 2111.07991).

use burn::module::{Module, Param};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};

use super::TrainingError;
use super::adamw::{AdamW, clip_norm};
use super::parameters::Parameters;
use crate::encoders::{ClipVisionModel, TextProjection};

/// What is trained: two towers into one space, and how sharply they are compared.
#[derive(Module, Debug)]
pub struct ContrastiveModel {
    /// Pictures into the space.
    pub image: ClipVisionModel,
    /// The frozen text encoder's mean states into the space.
    pub text: TextProjection,
    /// The logarithm of what cosines are multiplied by, `[1]` (CLIP's `logit_scale`).
    pub logit_scale: Param<Tensor<1>>,
}

/// Pairs of a picture and its caption.
pub struct ContrastiveBatch {
    /// `[batch, 3, side, side]`, normalised as the image encoder wants it.
    pub pixels: Tensor<4>,
    /// The captions' mean states, `[batch, width]`.
    pub texts: Tensor<2>,
    /// What each pair shows: pairs that show the same are no rivals.
    pub concepts: Vec<usize>,
}

/// The most that cosines are multiplied by, as in CLIP.
const MOST_SCALE: f64 = 100.0;

impl ContrastiveModel {
    /// The logits of every picture for every text, `[batch, batch]`.
    fn logits(&self, batch: &ContrastiveBatch) -> Tensor<2> {
        let unit = |x: Tensor<2>| {
            let norm = (x.clone() * x.clone()).sum_dim(1).add_scalar(1e-12).sqrt();
            x / norm
        };
        let images = unit(self.image.forward(batch.pixels.clone()));
        let texts = unit(self.text.linear.forward(batch.texts.clone()));
        let scale = self.logit_scale.val().exp().clamp_max(MOST_SCALE).reshape([1, 1]);
        images.matmul(texts.swap_dims(0, 1)) * scale
    }

    /// The mean of the cross entropies of pictures over texts and of texts over pictures, `[1]`. Where several pairs show the
    /// same concept they share the target evenly.
    pub fn loss(&self, batch: &ContrastiveBatch) -> Tensor<1> {
        let logits = self.logits(batch);
        let targets = targets(&batch.concepts, &logits.device());
        let entropy = |logits: Tensor<2>| -(log_softmax(logits, 1) * targets.clone()).sum_dim(1).mean();
        (entropy(logits.clone()) + entropy(logits.swap_dims(0, 1))).mul_scalar(0.5)
    }
}

/// One row a pair: an even share for every pair of the same concept.
fn targets(concepts: &[usize], device: &Device) -> Tensor<2> {
    let count = concepts.len();
    let mut values = vec![0f32; count * count];
    for (row, concept) in values.chunks_exact_mut(count).zip(concepts) {
        let same = concepts.iter().filter(|other| *other == concept).count() as f32;
        for (value, other) in row.iter_mut().zip(concepts) {
            *value = if other == concept { 1.0 / same } else { 0.0 };
        }
    }
    Tensor::from_data(TensorData::new(values, [count, count]), device)
}

/// A contrastive training under way.
pub struct ContrastiveTrainer {
    model: ContrastiveModel,
    parameters: Parameters,
    device: Device,
    plain: Device,
    values: Tensor<1>,
    optimizer: AdamW,
    weight_decay: f64,
}

impl ContrastiveTrainer {
    /// Trains all of `model`, which must be on `device`, one that records gradients.
    ///
    /// # Errors
    /// The device failed.
    pub fn new(model: ContrastiveModel, device: &Device, weight_decay: f64) -> Result<Self, TrainingError> {
        let parameters = Parameters::of(&model, |_| true);
        let plain = device.clone().without_autodiff();
        let start = parameters.values(&model)?;
        let values = Tensor::from_data(TensorData::new(start, [parameters.len()]), &plain);
        Ok(Self {
            model,
            optimizer: AdamW::new(&values),
            parameters,
            device: device.clone(),
            plain,
            values,
            weight_decay,
        })
    }

    /// One step; gives the loss, `[1]`, still on the device.
    pub fn step(&mut self, batch: &ContrastiveBatch, learning_rate: f64) -> Tensor<1> {
        let model = self.parameters.assign(self.model.clone(), &self.values, &self.device);
        let batch = ContrastiveBatch {
            pixels: Tensor::from_inner(batch.pixels.clone()),
            texts: Tensor::from_inner(batch.texts.clone()),
            concepts: batch.concepts.clone(),
        };
        let loss = model.loss(&batch);
        let mut gradients = loss.backward();
        let gradient = self.parameters.gradients(&model, &mut gradients, &self.plain);
        let (gradient, _) = clip_norm(gradient, 1.0);
        self.values = self
            .optimizer
            .update(self.values.clone(), gradient, learning_rate, self.weight_decay);
        loss.inner()
    }

    /// The model as it is now, without gradients.
    pub fn model(&self) -> ContrastiveModel {
        self.parameters
            .assign(self.model.clone(), &self.values, &self.device)
            .valid()
    }
}

#[cfg(test)]
mod tests {
    use diffusion::nn::Activation;

    use super::*;
    use crate::encoders::{ClipVisionConfig, ImageEncoder};
    use crate::training::cache::values;

    fn tiny(device: &Device) -> ContrastiveModel {
        let config = ClipVisionConfig {
            hidden_size: 16,
            intermediate_size: 32,
            projection_dim: 8,
            num_hidden_layers: 1,
            num_attention_heads: 2,
            num_channels: 3,
            image_size: 8,
            patch_size: 4,
            hidden_act: Activation::Gelu,
            layer_norm_eps: 1e-5,
        };
        ContrastiveModel {
            image: ImageEncoder::random(&config, 1, device).unwrap().model,
            text: TextProjection::random(6, 8, 2, device).unwrap(),
            logit_scale: Param::from_tensor(Tensor::from_data([2.0f32], device)),
        }
    }

    fn batch(concepts: &[usize]) -> ContrastiveBatch {
        let mut generator = diffusion::noise::TorchGenerator::manual_seed(3);
        let count = concepts.len();
        let device = Device::flex();
        let data = |values: Vec<f32>, shape: &[usize]| TensorData::new(values, shape.to_vec());
        ContrastiveBatch {
            pixels: Tensor::from_data(data(generator.randn(count * 3 * 64), &[count, 3, 8, 8]), &device),
            texts: Tensor::from_data(data(generator.randn(count * 6), &[count, 6]), &device),
            concepts: concepts.to_vec(),
        }
    }

    #[test]
    fn pairs_find_each_other() {
        let device = Device::flex().autodiff();
        let mut trainer = ContrastiveTrainer::new(tiny(&device), &device, 0.0).unwrap();
        let batch = batch(&[0, 1, 2, 3]);
        let losses: Vec<f32> = (0..60)
            .map(|_| values(trainer.step(&batch, 0.01)).unwrap()[0])
            .collect();
        assert!(losses[0] > 1.0 && losses[59] < 0.2, "{losses:?}");
        let again = values(trainer.model().loss(&batch)).unwrap()[0];
        assert!(again <= losses[59] + 1e-3);
    }

    #[test]
    fn pairs_of_one_concept_share_the_target() {
        let shares = values(targets(&[7, 3, 7], &Device::flex())).unwrap();
        assert_eq!(shares, [0.5, 0.0, 0.5, 0.0, 1.0, 0.0, 0.5, 0.0, 0.5]);
    }
}
