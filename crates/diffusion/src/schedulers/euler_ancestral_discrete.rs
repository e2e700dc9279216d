//! Ancestral sampling with Euler's method: each step goes further down than it should and adds noise to come back up
//! (Crowson, k-diffusion, `sample_euler_ancestral`).

use burn::tensor::Tensor;

use super::algorithm::{Algorithm, StepOutput};
use super::config::Options;
use super::euler_discrete::{euler_step, init_noise_sigma, pred_original_sample, scale_model_input};
use super::noise_schedule::{BetaOptions, NoiseSchedule};
use super::prediction;
use super::sigmas::TrainingSigmas;
use super::spacing::Spacing;
use super::{PredictionType, SchedulerError, TimestepSpacing};

#[derive(Debug)]
pub(super) struct EulerAncestralDiscrete {
    schedule: NoiseSchedule,
    spacing: Spacing,
    prediction_type: PredictionType,
    /// One more than timesteps.
    sigmas: Vec<f32>,
    timesteps: Vec<f32>,
}

impl EulerAncestralDiscrete {
    pub(super) fn new(options: Options<'_>) -> Result<Self, SchedulerError> {
        let prediction_type = prediction::prediction_type(options)?;
        if prediction_type == PredictionType::Sample {
            return Err(options.unsupported("prediction_type"));
        }
        let schedule = NoiseSchedule::with_finite_sigmas(&BetaOptions::read(options)?);
        Ok(Self {
            spacing: Spacing::read(options, TimestepSpacing::Linspace, schedule.num_train_timesteps())?,
            schedule,
            prediction_type,
            sigmas: Vec::new(),
            timesteps: Vec::new(),
        })
    }
}

impl Algorithm for EulerAncestralDiscrete {
    fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError> {
        let training = TrainingSigmas::new(&self.schedule);
        let timesteps = self.spacing.per_step(num_inference_steps)?;
        self.timesteps = timesteps.into_iter().map(|timestep| timestep as f32).collect();
        let sigmas = self
            .timesteps
            .iter()
            .map(|timestep| training.at(f64::from(*timestep)) as f32);
        self.sigmas = sigmas.chain([0.0]).collect();
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

    /// diffusers draws noise for the last step as well, and multiplies it by zero.
    fn needs_noise(&self, step_index: usize) -> bool {
        self.sigmas[step_index + 1] > 0.0
    }

    fn step(
        &mut self,
        model_output: Tensor<4>,
        step_index: usize,
        sample: Tensor<4>,
        noise: Option<Tensor<4>>,
    ) -> StepOutput {
        let (sigma, sigma_next) = (self.sigmas[step_index], self.sigmas[step_index + 1]);
        let pred_original_sample = pred_original_sample(self.prediction_type, model_output, &sample, sigma);
        let (sigma_down, sigma_up) = ancestral_sigmas(sigma, sigma_next);
        let down = euler_step(sample, &pred_original_sample, sigma, sigma_down);
        let prev_sample = match noise {
            Some(noise) => down + noise.mul_scalar(sigma_up),
            None => down,
        };
        StepOutput {
            prev_sample,
            pred_original_sample,
        }
    }

    fn add_noise(&self, original: Tensor<4>, noise: Tensor<4>, step_index: usize) -> Tensor<4> {
        original + noise.mul_scalar(self.sigmas[step_index])
    }
}

/// How far down to step, and how much noise brings the sample up to `sigma_next` again.
fn ancestral_sigmas(sigma: f32, sigma_next: f32) -> (f32, f32) {
    let (from, to) = (sigma * sigma, sigma_next * sigma_next);
    let sigma_up = (to * (from - to) / from).sqrt();
    ((to - sigma_up * sigma_up).sqrt(), sigma_up)
}

#[cfg(test)]
mod tests {
    use super::ancestral_sigmas;

    #[test]
    fn down_and_up_add_to_the_next_noise_level() {
        let (down, up) = ancestral_sigmas(5.0, 3.0);
        assert!((down.hypot(up) - 3.0).abs() < 1e-6);
        assert_eq!(ancestral_sigmas(5.0, 0.0), (0.0, 0.0));
    }
}
