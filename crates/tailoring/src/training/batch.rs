//! From cached pictures to what the U-Net is given.

use burn::tensor::{Device, Tensor, TensorData};

use super::TrainingConfig;
use super::cache::CachedPicture;
use super::loss::position_weights;
use crate::objective::{Draw, Draws, Phase, Source};
use crate::random::Random;

/// The examples of a training, in memory.
pub struct TrainingData {
    /// Of content, then of style.
    pub sets: [Vec<Item>; 2],
    /// The embedding of each caption, `[tokens, width]`.
    pub embeddings: Vec<Vec<f32>>,
    /// The embedding of no caption, `[tokens, width]`.
    pub no_caption: Vec<f32>,
    /// `[channels, height, width]`
    pub latent_shape: [usize; 3],
    /// `[tokens, width]`
    pub embedding_shape: [usize; 2],
}

/// One example.
pub struct Item {
    /// Its latents and alpha.
    pub picture: CachedPicture,
    /// Which of the embeddings.
    pub caption: usize,
}

/// Samples chosen and drawn, on the device; no gradients yet.
pub struct Batch {
    /// Where each sample comes from.
    pub draws: Vec<Draw>,
    /// Clean latents, `[batch, channels, height, width]`.
    pub latents: Tensor<4>,
    /// Of the same shape.
    pub noise: Tensor<4>,
    /// How much each latent position counts, with a mean of one, `[batch, 1, height, width]`.
    pub position_weights: Tensor<4>,
    /// Prompt embeddings, `[batch, tokens, width]`.
    pub embeddings: Tensor<3>,
}

impl TrainingData {
    /// How many examples each set has.
    pub fn counts(&self) -> [usize; 2] {
        [self.sets[0].len(), self.sets[1].len()]
    }

    /// The next batch of a phase. Everything drawn by chance depends on the seed and on `number`, the count of batches before
    /// this one, and on nothing else.
    pub fn batch(
        &self,
        config: &TrainingConfig,
        phase: &Phase,
        (draws, number): (&mut Draws, u64),
        device: &Device,
    ) -> Batch {
        let [channels, height, width] = self.latent_shape;
        let [tokens, embedding_width] = self.embedding_shape;
        let drawn: Vec<Draw> = (0..config.batch_size)
            .map(|_| draws.next(phase, self.counts()))
            .collect();
        let (mut latents, mut noise, mut weights, mut embeddings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (place, draw) in drawn.iter().enumerate() {
            let mut random = Random::of(&[config.seed, 5, number, place as u64]);
            let item = &self.sets[draw.source as usize][draw.example];
            let side = usize::from(config.flip && random.uniform() < 0.5);
            latents.extend_from_slice(&item.picture.latents[side]);
            weights.extend(position_weights(&item.picture.alpha[side], config.alpha_weight));
            let dropped = random.uniform() < config.caption_dropout;
            embeddings.extend_from_slice(if dropped {
                &self.no_caption
            } else {
                &self.embeddings[item.caption]
            });
            noise.extend(offset_noise(config, &mut random, self.latent_shape));
        }
        let batch = config.batch_size;
        let tensor = |values, channels| {
            Tensor::<4>::from_data(TensorData::new(values, [batch, channels, height, width]), device)
        };
        Batch {
            latents: tensor(latents, channels),
            noise: tensor(noise, channels),
            position_weights: tensor(weights, 1),
            embeddings: Tensor::from_data(TensorData::new(embeddings, [batch, tokens, embedding_width]), device),
            draws: drawn,
        }
    }

    /// Whether a set that the objective needs is too small: its name and size.
    pub fn missing(&self, config: &TrainingConfig) -> Option<(&'static str, usize)> {
        let named = [(Source::Content, "content"), (Source::Style, "style")];
        named.into_iter().find_map(|(source, name)| {
            let count = self.sets[source as usize].len();
            (config.objective.needs(source) && count == 0).then_some((name, count))
        })
    }
}

/// Normal noise `[channels, height, width]`, with one more normal number per channel times the offset.
fn offset_noise(config: &TrainingConfig, random: &mut Random, [channels, height, width]: [usize; 3]) -> Vec<f32> {
    let mut generator = random.generator();
    let mut noise = generator.randn(channels * height * width);
    if config.noise_offset > 0.0 {
        let offsets = generator.randn(channels);
        for (plane, offset) in noise.chunks_exact_mut(height * width).zip(offsets) {
            for value in plane {
                *value += config.noise_offset * offset;
            }
        }
    }
    noise
}
