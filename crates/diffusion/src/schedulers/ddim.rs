//! DDIM (Song et al., arXiv 2010.02502), deterministic (eta 0).

use burn::tensor::Tensor;

use super::algorithm::{Algorithm, StepOutput};
use super::config::Options;
use super::noise_schedule::{BetaOptions, NoiseSchedule};
use super::prediction::{self, ClipSample};
use super::spacing::{self, Spacing};
use super::{PredictionType, SchedulerError, TimestepSpacing};

#[derive(Debug)]
pub(super) struct Ddim {
    schedule: NoiseSchedule,
    spacing: Spacing,
    prediction_type: PredictionType,
    clip_sample: ClipSample,
    final_alpha_cumprod: f32,
    /// Training timesteps between two steps.
    stride: usize,
    indices: Vec<usize>,
    timesteps: Vec<f32>,
}

impl Ddim {
    pub(super) fn new(options: Options<'_>) -> Result<Self, SchedulerError> {
        let schedule = NoiseSchedule::new(&BetaOptions::read(options)?);
        let spacing = Spacing::read(options, TimestepSpacing::Leading, schedule.num_train_timesteps())?;
        let set_alpha_to_one = options.get("set_alpha_to_one", true)?;
        Ok(Self {
            spacing,
            prediction_type: prediction::prediction_type(options)?,
            clip_sample: ClipSample::read(options, true)?,
            final_alpha_cumprod: if set_alpha_to_one {
                1.0
            } else {
                schedule.alphas_cumprod[0]
            },
            schedule,
            stride: 0,
            indices: Vec::new(),
            timesteps: Vec::new(),
        })
    }
}

impl Algorithm for Ddim {
    fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError> {
        let num_train_timesteps = self.schedule.num_train_timesteps();
        self.indices = spacing::whole(self.spacing.per_step(num_inference_steps)?, num_train_timesteps)?;
        self.timesteps = self.indices.iter().map(|timestep| *timestep as f32).collect();
        self.stride = num_train_timesteps / num_inference_steps;
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

    fn step(
        &mut self,
        model_output: Tensor<4>,
        step_index: usize,
        sample: Tensor<4>,
        _noise: Option<Tensor<4>>,
    ) -> StepOutput {
        let timestep = self.indices[step_index];
        let levels = self.schedule.signal_and_noise(timestep);
        let original = prediction::pred_original_sample(self.prediction_type, &model_output, &sample, levels);
        let pred_epsilon = prediction::pred_epsilon(self.prediction_type, &model_output, &sample, levels);
        let pred_original_sample = self.clip_sample.apply(original);
        // The timestep one stride down, which with `trailing` is not always the next one of the run.
        let prev_timestep = timestep.checked_sub(self.stride);
        let alpha_prev = prev_timestep.map_or(self.final_alpha_cumprod, |index| self.schedule.alphas_cumprod[index]);
        let levels = (alpha_prev.sqrt(), (1.0 - alpha_prev).sqrt());
        StepOutput {
            prev_sample: prediction::mix(pred_original_sample.clone(), pred_epsilon, levels),
            pred_original_sample,
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
