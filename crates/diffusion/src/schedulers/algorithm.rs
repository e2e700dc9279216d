//! What each scheduler class computes; [`super::Scheduler`] checks the step's number and noise before it asks.

use std::fmt::Debug;

use burn::tensor::Tensor;

use super::noise_schedule::NoiseSchedule;
use super::{PredictionType, SchedulerError};

/// What one step gives, both `[batch, channels, height, width]`.
#[derive(Debug, Clone)]
pub struct StepOutput {
    /// The sample at the next timestep.
    pub prev_sample: Tensor<4>,
    /// The clean sample as this step predicts it, for previews.
    pub pred_original_sample: Tensor<4>,
}

/// One scheduler class. `step_index` is always one of [`Self::timesteps`], and `noise` is there where it is needed.
pub(super) trait Algorithm: Debug + Send {
    fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError>;

    /// Makes the schedule itself shorter by `strength` in (0, 1]; tells whether this class can.
    fn cut_schedule(&mut self, _strength: f64) -> bool {
        false
    }

    fn timesteps(&self) -> &[f32];

    fn noise_schedule(&self) -> &NoiseSchedule;

    fn prediction_type(&self) -> PredictionType;

    fn init_noise_sigma(&self) -> f32 {
        1.0
    }

    fn scale_model_input(&self, sample: Tensor<4>, _step_index: usize) -> Tensor<4> {
        sample
    }

    fn needs_noise(&self, _step_index: usize) -> bool {
        false
    }

    fn step(
        &mut self,
        model_output: Tensor<4>,
        step_index: usize,
        sample: Tensor<4>,
        noise: Option<Tensor<4>>,
    ) -> StepOutput;

    fn add_noise(&self, original: Tensor<4>, noise: Tensor<4>, step_index: usize) -> Tensor<4>;

    /// Drops what a multistep solver remembers.
    fn forget_steps(&mut self) {}
}
