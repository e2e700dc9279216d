//! Euler's method for the probability flow ODE (Karras et al., arXiv 2206.00364).
//!
//! The operations keep diffusers' order: with a zero terminal SNR samples start 4096 times larger than they end, and another
//! order of rounding would show.

use burn::tensor::Tensor;

use super::algorithm::{Algorithm, StepOutput};
use super::config::Options;
use super::noise_schedule::{BetaOptions, NoiseSchedule};
use super::prediction;
use super::sigmas::{SigmaOptions, TrainingSigmas};
use super::spacing::Spacing;
use super::{PredictionType, SchedulerError, TimestepSpacing};

#[derive(Debug)]
pub(super) struct EulerDiscrete {
    schedule: NoiseSchedule,
    spacing: Spacing,
    prediction_type: PredictionType,
    sigma_options: SigmaOptions,
    /// One more than timesteps.
    sigmas: Vec<f32>,
    timesteps: Vec<f32>,
}

impl EulerDiscrete {
    pub(super) fn new(options: Options<'_>) -> Result<Self, SchedulerError> {
        options.only("interpolation_type", "linear".to_owned())?;
        let prediction_type = prediction::prediction_type(options)?;
        if prediction_type == PredictionType::VPrediction {
            options.only("timestep_type", "discrete".to_owned())?;
        }
        let schedule = NoiseSchedule::with_finite_sigmas(&BetaOptions::read(options)?);
        Ok(Self {
            spacing: Spacing::read(options, TimestepSpacing::Linspace, schedule.num_train_timesteps())?,
            schedule,
            prediction_type,
            sigma_options: SigmaOptions::read(options)?,
            sigmas: Vec::new(),
            timesteps: Vec::new(),
        })
    }
}

impl Algorithm for EulerDiscrete {
    fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError> {
        let training = TrainingSigmas::new(&self.schedule);
        let mut timesteps = self.spacing.per_step(num_inference_steps)?;
        // numpy holds the timesteps in f32 when it looks up their sigmas.
        let mut sigmas: Vec<f64> = timesteps
            .iter()
            .map(|timestep| training.at(f64::from(*timestep as f32)))
            .collect();
        if let (true, Some(&high), Some(&low)) = (self.sigma_options.use_karras_sigmas, sigmas.first(), sigmas.last()) {
            sigmas = self.sigma_options.karras(high, low, num_inference_steps);
            timesteps = sigmas.iter().map(|sigma| training.timestep_of(*sigma)).collect();
        }
        sigmas.push(self.sigma_options.last(&self.schedule));
        self.sigmas = sigmas.into_iter().map(|sigma| sigma as f32).collect();
        self.timesteps = timesteps.into_iter().map(|timestep| timestep as f32).collect();
        Ok(())
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

    fn init_noise_sigma(&self) -> f32 {
        init_noise_sigma(self.spacing.kind, &self.sigmas)
    }

    fn scale_model_input(&self, sample: Tensor<4>, step_index: usize) -> Tensor<4> {
        scale_model_input(sample, self.sigmas[step_index])
    }

    fn step(
        &mut self,
        model_output: Tensor<4>,
        step_index: usize,
        sample: Tensor<4>,
        _noise: Option<Tensor<4>>,
    ) -> StepOutput {
        let (sigma, sigma_next) = (self.sigmas[step_index], self.sigmas[step_index + 1]);
        let pred_original_sample = pred_original_sample(self.prediction_type, model_output, &sample, sigma);
        let prev_sample = euler_step(sample, &pred_original_sample, sigma, sigma_next);
        StepOutput {
            prev_sample,
            pred_original_sample,
        }
    }

    fn add_noise(&self, original: Tensor<4>, noise: Tensor<4>, step_index: usize) -> Tensor<4> {
        original + noise.mul_scalar(self.sigmas[step_index])
    }
}

/// The standard deviation of the first sample. `Leading` starts below the last training timestep, where some signal's variance
/// would remain.
pub(super) fn init_noise_sigma(timestep_spacing: TimestepSpacing, sigmas: &[f32]) -> f32 {
    let max_sigma = sigmas.iter().copied().fold(0.0, f32::max);
    match timestep_spacing {
        TimestepSpacing::Linspace | TimestepSpacing::Trailing => max_sigma,
        TimestepSpacing::Leading => (max_sigma * max_sigma + 1.0).sqrt(),
    }
}

/// A sample whose noise has deviation `sigma`, scaled to unit variance.
pub(super) fn scale_model_input(sample: Tensor<4>, sigma: f32) -> Tensor<4> {
    sample.div_scalar((sigma * sigma + 1.0).sqrt())
}

/// The clean sample x_0 of x_t = x_0 + sigma epsilon.
pub(super) fn pred_original_sample(
    prediction_type: PredictionType,
    model_output: Tensor<4>,
    sample: &Tensor<4>,
    sigma: f32,
) -> Tensor<4> {
    let sample = sample.clone();
    match prediction_type {
        PredictionType::Epsilon => sample - model_output.mul_scalar(sigma),
        PredictionType::VPrediction => {
            let variance = sigma * sigma + 1.0;
            model_output.mul_scalar(-sigma / variance.sqrt()) + sample.div_scalar(variance)
        }
        PredictionType::Sample => model_output,
    }
}

/// Follows the direction away from the clean sample from `sigma` to `sigma_next`.
pub(super) fn euler_step(
    sample: Tensor<4>,
    pred_original_sample: &Tensor<4>,
    sigma: f32,
    sigma_next: f32,
) -> Tensor<4> {
    let derivative = (sample.clone() - pred_original_sample.clone()).div_scalar(sigma);
    sample + derivative.mul_scalar(sigma_next - sigma)
}
