//! What a row's pictures measure.

use burn::tensor::Device;
use image::RgbaImage;

use super::encoders::Encoders;
use super::error::Result;
use super::plan::Evaluation;
use crate::encoders::Lpips;
use crate::metrics::{
    Bootstrap, Clusters, Features, FrechetReference, KernelReference, clip_score, cosine_distances, cosine_similarity,
    mean_pairwise_distance, prompt_means,
};

/// What transparent pictures are laid on before LPIPS sees them: white, as for the other encoders.
const GROUND: [u8; 3] = [255; 3];

/// A figure of a whole set, and that of every resample of prompts.
pub struct Distance {
    pub value: f64,
    pub resamples: Vec<f64>,
}

/// A row's measures. Lists have one figure a prompt.
pub struct Figures {
    /// Mean cosine of a prompt's words and pictures.
    pub alignment: Vec<f64>,
    /// Mean CLIPScore.
    pub clip_score: Vec<f64>,
    /// Fréchet distance from the style set.
    pub style: Distance,
    /// Kernel distance from the style set.
    pub kernel: Distance,
    /// Mean distance between two pictures; none where each prompt has only one.
    pub diversity: Option<Vec<f64>>,
}

/// What every row is measured by: prepared once.
pub struct Judge<'a> {
    encoders: &'a Encoders<'a>,
    device: &'a Device,
    texts: Vec<Vec<f32>>,
    frechet: FrechetReference,
    kernel: KernelReference,
    /// The pictures of each prompt.
    prompts: Clusters,
    seeds: usize,
    bootstrap: Bootstrap,
}

impl<'a> Judge<'a> {
    /// Looks at the prompts and at the pictures of the style.
    pub fn new(
        evaluation: &Evaluation,
        style: &[RgbaImage],
        (encoders, device): (&'a Encoders<'a>, &'a Device),
    ) -> Result<Self> {
        let style = Features::from_rows(&encoders.style.encoder.encode(style)?)?;
        let prompts: Vec<&str> = evaluation.prompts.iter().map(String::as_str).collect();
        Ok(Self {
            encoders,
            device,
            texts: encoders.joint.encoder.encode_texts(&prompts)?,
            frechet: FrechetReference::new(&style)?,
            kernel: KernelReference::new(&style)?,
            prompts: Clusters::grid(prompts.len(), evaluation.seeds.len()),
            seeds: evaluation.seeds.len(),
            bootstrap: evaluation.bootstrap,
        })
    }

    /// Measures a row's pictures, prompt by prompt and seed by seed.
    pub fn measure(&self, pictures: &[RgbaImage]) -> Result<Figures> {
        let cosines = self.cosines(pictures)?;
        let scores: Vec<Vec<f64>> = cosines
            .iter()
            .map(|seeds| seeds.iter().map(|cosine| clip_score(*cosine)).collect())
            .collect();
        let features = Features::from_rows(&self.encoders.style.encoder.encode(pictures)?)?;
        let (prompts, bootstrap) = (&self.prompts, &self.bootstrap);
        Ok(Figures {
            alignment: prompt_means(&cosines)?,
            clip_score: prompt_means(&scores)?,
            style: Distance {
                value: self.frechet.distance(&features)?,
                resamples: self.frechet.figures(&features, prompts, bootstrap)?,
            },
            kernel: Distance {
                value: self.kernel.distance(&features)?,
                resamples: self.kernel.figures(&features, prompts, bootstrap)?,
            },
            diversity: self.diversity(pictures, &features)?,
        })
    }

    /// Of each prompt the cosine of its words with each of its pictures.
    fn cosines(&self, pictures: &[RgbaImage]) -> Result<Vec<Vec<f64>>> {
        let embeddings = self.encoders.joint.encoder.encode(pictures)?;
        let of_prompt = |(text, pictures): (&Vec<f32>, &[Vec<f32>])| {
            pictures
                .iter()
                .map(|picture| Ok(cosine_similarity(text, picture)?))
                .collect::<Result<Vec<_>>>()
        };
        self.texts
            .iter()
            .zip(embeddings.chunks(self.seeds))
            .map(of_prompt)
            .collect()
    }

    fn diversity(&self, pictures: &[RgbaImage], features: &Features) -> Result<Option<Vec<f64>>> {
        if self.seeds < 2 {
            return Ok(None);
        }
        Ok(Some(match self.encoders.lpips {
            Some(lpips) => self.lpips(lpips, pictures)?,
            None => cosine_distances(features, &self.prompts)?,
        }))
    }

    fn lpips(&self, lpips: &Lpips, pictures: &[RgbaImage]) -> Result<Vec<f64>> {
        let mut distances = Vec::new();
        for prompt in pictures.chunks(self.seeds) {
            distances.extend(lpips.pairwise(prompt, GROUND, self.device)?);
        }
        // Both go through the pairs in the same order.
        let mut distances = distances.into_iter();
        let next = |_, _| distances.next().map_or(f64::NAN, f64::from);
        Ok(mean_pairwise_distance(&self.prompts, next)?)
    }
}
