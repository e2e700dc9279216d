//! PNDM without its Runge-Kutta start, that is, pseudo linear multistep (Liu et al., arXiv 2202.09778, PLMS): what Stable
//! Diffusion 1.x folders name.

use burn::tensor::Tensor;

use super::algorithm::{Algorithm, StepOutput};
use super::config::Options;
use super::noise_schedule::{BetaOptions, NoiseSchedule};
use super::prediction;
use super::spacing::{self, Spacing};
use super::{PredictionType, SchedulerError, TimestepSpacing};

#[derive(Debug)]
pub(super) struct Pndm {
    schedule: NoiseSchedule,
    spacing: Spacing,
    prediction_type: PredictionType,
    final_alpha_cumprod: f32,
    /// Training timesteps between two steps.
    stride: usize,
    indices: Vec<usize>,
    timesteps: Vec<f32>,
    /// Steps taken since the run began.
    counter: usize,
    /// The last model outputs, oldest first, at most four.
    outputs: Vec<Tensor<4>>,
    /// The sample that the first step started from; the second step starts from it again.
    first_sample: Option<Tensor<4>>,
}

impl Pndm {
    pub(super) fn new(options: Options<'_>) -> Result<Self, SchedulerError> {
        if !options.get("skip_prk_steps", false)? {
            return Err(SchedulerError::Unsupported {
                class: options.class(),
                option: "skip_prk_steps",
                value: "false".to_owned(),
            });
        }
        let prediction_type = prediction::prediction_type(options)?;
        if prediction_type == PredictionType::Sample {
            return Err(options.unsupported("prediction_type"));
        }
        let schedule = NoiseSchedule::new(&BetaOptions::read_pndm(options)?);
        let set_alpha_to_one = options.get("set_alpha_to_one", false)?;
        Ok(Self {
            spacing: Spacing::read(options, TimestepSpacing::Leading, schedule.num_train_timesteps())?,
            prediction_type,
            final_alpha_cumprod: if set_alpha_to_one {
                1.0
            } else {
                schedule.alphas_cumprod[0]
            },
            schedule,
            stride: 0,
            indices: Vec::new(),
            timesteps: Vec::new(),
            counter: 0,
            outputs: Vec::new(),
            first_sample: None,
        })
    }

    /// The Adams-Bashforth combination of the outputs so far, of fourth order once there are four.
    fn combine(&self, model_output: Tensor<4>) -> Tensor<4> {
        let last = |back: usize, weight: f32| self.outputs[self.outputs.len() - back].clone().mul_scalar(weight);
        match (self.outputs.len(), self.counter) {
            (1, 1) => (model_output + last(1, 1.0)).div_scalar(2.0),
            (0 | 1, _) => model_output,
            (2, _) => (last(1, 3.0) - last(2, 1.0)).div_scalar(2.0),
            (3, _) => (last(1, 23.0) - last(2, 16.0) + last(3, 5.0)).div_scalar(12.0),
            _ => (last(1, 55.0) - last(2, 59.0) + last(3, 37.0) - last(4, 9.0)).div_scalar(24.0),
        }
    }

    /// From one noise level to another along the predicted noise (equation 9).
    fn transfer(&self, sample: Tensor<4>, model_output: Tensor<4>, from: usize, to: Option<usize>) -> Tensor<4> {
        let from = from.min(self.schedule.num_train_timesteps() - 1);
        let epsilon = prediction::pred_epsilon(
            self.prediction_type,
            &model_output,
            &sample,
            self.schedule.signal_and_noise(from),
        );
        let alpha = self.schedule.alphas_cumprod[from];
        let alpha_to = to.map_or(self.final_alpha_cumprod, |to| self.schedule.alphas_cumprod[to]);
        let (beta, beta_to) = (1.0 - alpha, 1.0 - alpha_to);
        let denominator = alpha * beta_to.sqrt() + (alpha * beta * alpha_to).sqrt();
        sample.mul_scalar((alpha_to / alpha).sqrt()) - epsilon.mul_scalar(alpha_to - alpha).div_scalar(denominator)
    }
}

impl Algorithm for Pndm {
    fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError> {
        let num_train_timesteps = self.schedule.num_train_timesteps();
        self.indices = spacing::whole(self.spacing.per_step(num_inference_steps)?, num_train_timesteps)?;
        // The second timestep is visited twice: its first output only corrects the first step.
        if let Some(second) = self.indices.get(1).copied() {
            self.indices.insert(1, second);
        }
        self.timesteps = self.indices.iter().map(|timestep| *timestep as f32).collect();
        self.stride = num_train_timesteps / num_inference_steps;
        self.forget_steps();
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
        let correcting = self.counter == 1;
        if !correcting {
            if self.outputs.len() == 4 {
                self.outputs.remove(0);
            }
            self.outputs.push(model_output.clone());
        }
        let combined = self.combine(model_output);
        let (from, to) = if correcting {
            (timestep + self.stride, Some(timestep))
        } else {
            (timestep, timestep.checked_sub(self.stride))
        };
        if self.counter == 0 {
            self.first_sample = Some(sample.clone());
        }
        let start = self.first_sample.take_if(|_| correcting).unwrap_or(sample);
        self.counter += 1;
        StepOutput {
            prev_sample: self.transfer(start, combined, from, to),
            pred_original_sample: original,
        }
    }

    fn add_noise(&self, original: Tensor<4>, noise: Tensor<4>, step_index: usize) -> Tensor<4> {
        prediction::mix(
            original,
            noise,
            self.schedule.signal_and_noise(self.indices[step_index]),
        )
    }

    fn forget_steps(&mut self) {
        self.counter = 0;
        self.outputs.clear();
        self.first_sample = None;
    }
}
