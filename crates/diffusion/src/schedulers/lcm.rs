//! Latent consistency models (Luo et al., arXiv 2310.04378): each step predicts the clean sample and adds the next
//! timestep's noise to it again.

use burn::tensor::Tensor;

use super::algorithm::{Algorithm, StepOutput};
use super::config::Options;
use super::noise_schedule::{BetaOptions, NoiseSchedule};
use super::prediction::{self, ClipSample};
use super::{PredictionType, SchedulerClass, SchedulerError};

/// The standard deviation of the data that the consistency function's boundary condition assumes.
const SIGMA_DATA: f32 = 0.5;

#[derive(Debug)]
pub(super) struct Lcm {
    schedule: NoiseSchedule,
    prediction_type: PredictionType,
    clip_sample: ClipSample,
    /// The steps of the solver that the model was distilled from; a run uses some of them.
    original_inference_steps: usize,
    /// The share of those steps that image-to-image leaves, in (0, 1].
    strength: f64,
    timestep_scaling: f64,
    indices: Vec<usize>,
    timesteps: Vec<f32>,
}

impl Lcm {
    pub(super) fn new(options: Options<'_>) -> Result<Self, SchedulerError> {
        let schedule = NoiseSchedule::new(&BetaOptions::read_lcm(options)?);
        let original_inference_steps = options.get("original_inference_steps", 50)?;
        if !(1..=schedule.num_train_timesteps()).contains(&original_inference_steps) {
            let reason = "`original_inference_steps` is not between 1 and `num_train_timesteps`";
            return Err(SchedulerError::InvalidConfig(reason.to_owned()));
        }
        Ok(Self {
            schedule,
            prediction_type: prediction::prediction_type(options)?,
            clip_sample: ClipSample::read(options, false)?,
            original_inference_steps,
            strength: 1.0,
            timestep_scaling: options.get("timestep_scaling", 10.0)?,
            indices: Vec::new(),
            timesteps: Vec::new(),
        })
    }

    /// How much of the sample and of the predicted clean sample the consistency function takes.
    fn boundary_condition(&self, timestep: usize) -> (f32, f32) {
        let scaled = timestep as f32 * self.timestep_scaling as f32;
        let variance = scaled * scaled + SIGMA_DATA * SIGMA_DATA;
        (SIGMA_DATA * SIGMA_DATA / variance, scaled / variance.sqrt())
    }
}

impl Algorithm for Lcm {
    fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError> {
        let stride = self.schedule.num_train_timesteps() / self.original_inference_steps;
        let original_steps = (self.original_inference_steps as f64 * self.strength) as usize;
        if !(1..=original_steps).contains(&num_inference_steps) {
            let (class, steps) = (SchedulerClass::Lcm, num_inference_steps);
            return Err(SchedulerError::StepCount {
                class,
                steps,
                most: original_steps,
            });
        }
        let origin: Vec<usize> = (1..=original_steps).rev().map(|step| step * stride - 1).collect();
        let places = original_steps as f64 / num_inference_steps as f64;
        self.indices = (0..num_inference_steps)
            .map(|index| origin[(index as f64 * places) as usize])
            .collect();
        self.timesteps = self.indices.iter().map(|timestep| *timestep as f32).collect();
        Ok(())
    }

    fn cut_schedule(&mut self, strength: f64) -> bool {
        self.strength = strength;
        true
    }

    fn timesteps(&self) -> &[f32] {
        &self.timesteps
    }

    fn noise_schedule(&self) -> &NoiseSchedule {
        &self.schedule
    }

    fn prediction_type(&self) -> PredictionType {
        self.prediction_type
    }

    fn needs_noise(&self, step_index: usize) -> bool {
        step_index + 1 < self.indices.len()
    }

    /// `pred_original_sample` is what diffusers calls `denoised`.
    fn step(
        &mut self,
        model_output: Tensor<4>,
        step_index: usize,
        sample: Tensor<4>,
        noise: Option<Tensor<4>>,
    ) -> StepOutput {
        let timestep = self.indices[step_index];
        let levels = self.schedule.signal_and_noise(timestep);
        let original = prediction::pred_original_sample(self.prediction_type, &model_output, &sample, levels);
        let (c_skip, c_out) = self.boundary_condition(timestep);
        let denoised = self.clip_sample.apply(original).mul_scalar(c_out) + sample.mul_scalar(c_skip);
        let prev_sample = match (noise, self.indices.get(step_index + 1)) {
            (Some(noise), Some(next)) => {
                prediction::mix(denoised.clone(), noise, self.schedule.signal_and_noise(*next))
            }
            _ => denoised.clone(),
        };
        StepOutput {
            prev_sample,
            pred_original_sample: denoised,
        }
    }

    fn add_noise(&self, original: Tensor<4>, noise: Tensor<4>, step_index: usize) -> Tensor<4> {
        prediction::mix(
            original,
            noise,
            self.schedule.signal_and_noise(self.indices[step_index]),
        )
    }
}
