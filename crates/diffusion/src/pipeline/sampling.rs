//! The denoising loop.

use std::ops::ControlFlow;

use burn::tensor::Tensor;

use super::latents::{noise, picture_tensor, to_pictures};
use super::memory::GuidanceBatch;
use super::transparency::{AlphaSource, Transparency, cut_out};
use super::{Pipeline, StudioHints, preview};
use crate::Picture;
use crate::autoencoder::PictureChannels;
use crate::error::{Error, Result};
use crate::noise::TorchGenerator;
use crate::schedulers::{SamplerName, Scheduler, rescale_noise_cfg};
use crate::unet::{UNetInputs, guidance_scale_embedding};

/// One job for a loaded model.
#[derive(Clone, Debug)]
pub struct Sampling {
    /// What to draw.
    pub prompt: String,
    /// What to stay away from.
    pub negative_prompt: String,
    /// One picture each; the picture is that of `torch.Generator("cpu").manual_seed(seed)`.
    pub seeds: Vec<u64>,
    /// Denoising steps.
    pub num_inference_steps: usize,
    /// How strictly to follow the prompt; 1 or less for no guidance.
    pub guidance_scale: f32,
    /// How much of the guided prediction's contrast is brought back to the unguided one's (arXiv 2305.08891); 0 for none.
    pub guidance_rescale: f32,
    /// `None` for the scheduler that the folder names.
    pub sampler: Option<SamplerName>,
    /// In pixels, multiples of the autoencoder's factor.
    pub width: u32,
    /// In pixels, as the width.
    pub height: u32,
    /// A picture to start from instead of noise.
    pub init: Option<InitImage>,
    /// Whether the ground becomes transparent.
    pub transparent: Transparency,
}

/// A picture to start from.
#[derive(Clone, Debug)]
pub struct InitImage {
    /// Of the size of the pictures to make.
    pub picture: Picture,
    /// How much of it is redone, in (0, 1].
    pub strength: f32,
}

/// A finished picture.
#[derive(Clone, Debug)]
pub struct Sticker {
    /// The pixels.
    pub picture: Picture,
    /// Where the alpha channel comes from.
    pub alpha: AlphaSource,
    /// The seed it was made with.
    pub seed: u64,
}

/// How a job ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// All pictures, in the order of their seeds.
    Done(Vec<Sticker>),
    /// `on_step` ended it.
    Cancelled,
}

/// What is known after each step.
pub struct StepInfo<'a> {
    /// Steps done, from 1.
    pub step: usize,
    /// Steps in all.
    pub of: usize,
    /// The latents after this step, `[batch, channels, height, width]`: after the last step those that are decoded.
    pub latents: &'a Tensor<4>,
    /// The clean latents as predicted so far, `[batch, channels, height, width]`.
    pub pred_original_sample: &'a Tensor<4>,
    hints: &'a StudioHints,
}

impl StepInfo<'_> {
    /// Small pictures of what is under way. Reads from the device: ask for it sparingly.
    pub fn preview(&self) -> Result<Vec<Picture>> {
        preview::preview(self.pred_original_sample.clone(), self.hints)
    }
}

/// What the loop needs beside the latents.
struct Conditioning {
    /// `[1, tokens, width]`
    prompt: Tensor<3>,
    /// `None` without classifier-free guidance.
    negative: Option<Tensor<3>>,
    /// The guidance embedding of a latent consistency model, `[1, width]`.
    guidance: Option<Tensor<2>>,
}

impl Pipeline {
    /// Makes the pictures, all of them together: see [`MemoryPlan::pictures_at_once`](super::MemoryPlan). `on_step` is called after every step and can end the job.
    ///
    /// # Errors
    /// A request this model cannot fulfil, a failed device, or a picture of NaN.
    pub fn generate(
        &mut self,
        job: &Sampling,
        on_step: &mut dyn FnMut(StepInfo<'_>) -> ControlFlow<()>,
    ) -> Result<Outcome> {
        self.check(job)?;
        let conditioning = self.conditioning(job)?;
        let latents = self.denoise(job, &conditioning, on_step);
        self.use_all_adapters();
        match latents? {
            Some(latents) => Ok(Outcome::Done(self.finish(job, latents)?)),
            None => Ok(Outcome::Cancelled),
        }
    }

    fn check(&self, job: &Sampling) -> Result<()> {
        let factor = self.autoencoder.config().factor() as u32;
        let request = |text: String| Err(Error::Request(text));
        if [job.width, job.height]
            .iter()
            .any(|side| *side == 0 || !side.is_multiple_of(factor))
        {
            return request(format!(
                "a picture of {}x{} is not possible: this model needs multiples of {factor}",
                job.width, job.height
            ));
        }
        if job.num_inference_steps == 0 {
            return request("at least one step is needed".to_owned());
        }
        if let Some(InitImage { picture, strength }) = &job.init {
            if (picture.width, picture.height) != (job.width, job.height) {
                return request("the picture to start from has another size than the pictures to make".to_owned());
            }
            if !(*strength > 0.0 && *strength <= 1.0) {
                return request(format!("a strength of {strength} is not in (0, 1]"));
            }
        }
        Ok(())
    }

    fn conditioning(&mut self, job: &Sampling) -> Result<Conditioning> {
        let prompt = self.encode_prompts(&[&job.prompt])?.hidden_states;
        // As in diffusers: a model with a guidance embedding is told the guidance, others are run twice.
        let embedded = self.unet.config().time_cond_proj_dim;
        let negative = match embedded {
            None if job.guidance_scale > 1.0 => Some(self.encode_prompts(&[&job.negative_prompt])?.hidden_states),
            _ => None,
        };
        let guidance = embedded.map(|width| guidance_scale_embedding(&[job.guidance_scale], width, &self.device));
        Ok(Conditioning {
            prompt,
            negative,
            guidance,
        })
    }

    /// The clean latents, or `None` when `on_step` ended the job.
    fn denoise(
        &mut self,
        job: &Sampling,
        conditioning: &Conditioning,
        on_step: &mut dyn FnMut(StepInfo<'_>) -> ControlFlow<()>,
    ) -> Result<Option<Tensor<4>>> {
        let mut scheduler = Scheduler::from_config(&self.scheduler, job.sampler)?;
        let mut generators = job
            .seeds
            .iter()
            .map(|seed| TorchGenerator::manual_seed(*seed))
            .collect::<Vec<_>>();
        let (mut latents, begin) = self.start(job, &mut scheduler, &mut generators)?;
        let [_, channels, height, width] = latents.dims();
        let timesteps = scheduler.timesteps().to_vec();
        let steps = timesteps.len() - begin;
        let mut before = None;
        for (index, timestep) in timesteps.into_iter().enumerate().skip(begin) {
            let input = scheduler.scale_model_input(latents.clone(), index)?;
            self.use_adapters_at(timestep, before.replace(timestep));
            let output = self.predict(input, timestep, conditioning, job);
            let fresh = scheduler
                .needs_noise(index)
                .then(|| noise(&mut generators, [channels, height, width], &self.device));
            let step = scheduler.step(output, index, latents, fresh)?;
            latents = step.prev_sample;
            let info = StepInfo {
                step: index - begin + 1,
                of: steps,
                latents: &latents,
                pred_original_sample: &step.pred_original_sample,
                hints: &self.hints,
            };
            if on_step(info).is_break() {
                return Ok(None);
            }
        }
        Ok(Some(latents))
    }

    /// The latents to begin with and the step to begin at.
    fn start(
        &self,
        job: &Sampling,
        scheduler: &mut Scheduler,
        generators: &mut [TorchGenerator],
    ) -> Result<(Tensor<4>, usize)> {
        let config = self.autoencoder.config();
        let side = |pixels: u32| pixels as usize / config.factor();
        let shape = [config.latent_channels, side(job.height), side(job.width)];
        let Some(InitImage { picture, strength }) = &job.init else {
            scheduler.set_timesteps(job.num_inference_steps)?;
            let latents = noise(generators, shape, &self.device).mul_scalar(scheduler.init_noise_sigma());
            return Ok((latents, 0));
        };
        let strength = as_typed(*strength);
        let begin = scheduler.set_timesteps_for_strength(job.num_inference_steps, strength, self.strength_rule)?;
        let distribution = self
            .autoencoder
            .encode(picture_tensor(picture, config.encoded(), &self.device));
        // diffusers draws the sample of the distribution first, then the noise, from the same generator.
        let original = distribution
            .sample(noise(generators, shape, &self.device))
            .mul_scalar(config.scaling_factor);
        let fresh = noise(generators, shape, &self.device);
        Ok((scheduler.add_noise(original, fresh, begin)?, begin))
    }

    fn predict(&self, input: Tensor<4>, timestep: f32, conditioning: &Conditioning, job: &Sampling) -> Tensor<4> {
        let batch = input.dims()[0];
        let forward = |sample: Tensor<4>, contexts: Vec<Tensor<3>>| {
            let rows = sample.dims()[0];
            let inputs = UNetInputs {
                timesteps: vec![timestep; rows],
                encoder_hidden_states: Tensor::cat(contexts, 0),
                timestep_cond: conditioning
                    .guidance
                    .clone()
                    .map(|guidance| guidance.repeat_dim(0, rows)),
                added_cond: None,
            };
            self.unet.forward(sample, &inputs)
        };
        let prompt = vec![conditioning.prompt.clone(); batch];
        let Some(negative) = &conditioning.negative else {
            return forward(input, prompt);
        };
        let negative = vec![negative.clone(); batch];
        let (unguided, guided) = match self.memory.guidance {
            GuidanceBatch::Together => {
                let contexts = negative.into_iter().chain(prompt).collect();
                let both = forward(Tensor::cat(vec![input.clone(), input], 0), contexts);
                (both.clone().narrow(0, 0, batch), both.narrow(0, batch, batch))
            }
            GuidanceBatch::Apart => (forward(input.clone(), negative), forward(input, prompt)),
        };
        let prediction = unguided.clone() + (guided.clone() - unguided).mul_scalar(job.guidance_scale);
        if job.guidance_rescale > 0.0 {
            return rescale_noise_cfg(prediction, guided, job.guidance_rescale);
        }
        prediction
    }

    fn finish(&self, job: &Sampling, latents: Tensor<4>) -> Result<Vec<Sticker>> {
        let native = self.autoencoder.config().decoded() == PictureChannels::Rgba;
        let mut stickers = Vec::with_capacity(job.seeds.len());
        // One picture at a time: the decoder's activations are by far the largest.
        for (index, seed) in job.seeds.iter().enumerate() {
            let pictures = to_pictures(self.decode(latents.clone().narrow(0, index, 1)), job.transparent)?;
            for picture in pictures {
                let (picture, alpha) = match (job.transparent, native) {
                    (Transparency::Off, _) => (picture, AlphaSource::None),
                    (Transparency::Auto, true) => (picture, AlphaSource::Decoder),
                    (Transparency::Auto, false) => match cut_out(&picture) {
                        Some(cut) => (cut, AlphaSource::Cutout),
                        None => (picture, AlphaSource::None),
                    },
                };
                stickers.push(Sticker {
                    picture,
                    alpha,
                    seed: *seed,
                });
            }
        }
        Ok(stickers)
    }

    /// Scaled latents `[batch, channels, height, width]` to pictures `[batch, 3 or 4, height, width]` about in [-1, 1].
    pub fn decode(&self, latents: Tensor<4>) -> Tensor<4> {
        let latents = latents.div_scalar(self.autoencoder.config().scaling_factor);
        match self.memory.tiling {
            Some(tiling) => self.autoencoder.decode_tiled(latents, tiling),
            None => self.autoencoder.decode(latents),
        }
    }
}

/// The number that a person typed: 0.7 as Python's float, not the nearest f32, which would fall a step short of 7 of 10.
fn as_typed(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}
