//! UniPC of order 2 with the B2(h) variant, predicting the clean sample (Zhao et al., arXiv 2302.04867): a predictor step, which
//! the next model output then corrects without a further evaluation.

use burn::tensor::Tensor;

use super::algorithm::{Algorithm, StepOutput};
use super::config::Options;
use super::dpmsolver_multistep::solver_order;
use super::noise_schedule::{BetaOptions, NoiseSchedule};
use super::prediction;
use super::sigmas::{SigmaOptions, TrainingSigmas, alpha_sigma, lambda};
use super::spacing::Spacing;
use super::{FinalSigmasType, PredictionType, SchedulerError, TimestepSpacing};

#[derive(Debug)]
pub(super) struct UniPcMultistep {
    schedule: NoiseSchedule,
    spacing: Spacing,
    prediction_type: PredictionType,
    sigma_options: SigmaOptions,
    solver_order: usize,
    lower_order_final: bool,
    disable_corrector: Vec<usize>,
    /// One more than timesteps.
    sigmas: Vec<f32>,
    timesteps: Vec<f32>,
    /// What the last step leaves for the next one.
    last: Option<LastStep>,
}

/// The state between two steps.
#[derive(Debug)]
struct LastStep {
    /// The (corrected) sample that the step started from.
    sample: Tensor<4>,
    /// The clean sample predicted there.
    original: Tensor<4>,
    /// The clean sample predicted one step earlier.
    earlier: Option<Tensor<4>>,
    order: usize,
}

impl UniPcMultistep {
    pub(super) fn new(options: Options<'_>) -> Result<Self, SchedulerError> {
        refuse_other_solvers(options)?;
        let schedule = NoiseSchedule::with_finite_sigmas(&BetaOptions::read(options)?);
        let sigma_options = SigmaOptions::read(options)?;
        let lower_order_final = options.get("lower_order_final", true)?;
        if !lower_order_final && sigma_options.final_sigmas_type == FinalSigmasType::Zero {
            // A second-order step to no noise at all divides by zero, in diffusers too.
            return Err(options.unsupported("lower_order_final"));
        }
        Ok(Self {
            spacing: Spacing::read(options, TimestepSpacing::Linspace, schedule.num_train_timesteps())?,
            schedule,
            prediction_type: prediction::prediction_type(options)?,
            sigma_options,
            solver_order: solver_order(options)?,
            lower_order_final,
            disable_corrector: options.get("disable_corrector", Vec::new())?,
            sigmas: Vec::new(),
            timesteps: Vec::new(),
            last: None,
        })
    }

    /// How many past predictions the next predictor step may use, itself included.
    fn order_at(&self, step_index: usize) -> usize {
        if self.last.is_none() || (self.lower_order_final && step_index + 1 == self.timesteps.len()) {
            1
        } else {
            self.solver_order
        }
    }

    /// UniC: the sample at `step_index`, computed again with the model output found there.
    fn correct(&self, step_index: usize, sample: Tensor<4>, original: &Tensor<4>) -> Tensor<4> {
        let enabled = |last: usize| !self.disable_corrector.contains(&last);
        let Some(last) = self
            .last
            .as_ref()
            .filter(|_| step_index.checked_sub(1).is_some_and(enabled))
        else {
            return sample;
        };
        let step = Interval::new(&self.sigmas, step_index - 1);
        let change = original.clone() - last.original.clone();
        let residual = match &last.earlier {
            Some(earlier) if last.order == 2 => {
                let ratio = step.ratio_to(self.sigmas[step_index - 2]);
                let (weight_earlier, weight_change) = step.corrector_weights(ratio);
                let slope = (earlier.clone() - last.original.clone()).div_scalar(ratio);
                slope.mul_scalar(weight_earlier) + change.mul_scalar(weight_change)
            }
            _ => change.mul_scalar(0.5),
        };
        step.first_order(last.sample.clone(), last.original.clone()) - residual.mul_scalar(step.residual_weight())
    }

    /// UniP: the sample at the next timestep.
    fn predict(&self, step_index: usize, current: &LastStep) -> Tensor<4> {
        let step = Interval::new(&self.sigmas, step_index);
        let first_order = step.first_order(current.sample.clone(), current.original.clone());
        match &current.earlier {
            Some(earlier) if current.order == 2 => {
                let ratio = step.ratio_to(self.sigmas[step_index - 1]);
                let slope = (earlier.clone() - current.original.clone()).div_scalar(ratio);
                first_order - slope.mul_scalar(0.5 * step.residual_weight())
            }
            _ => first_order,
        }
    }
}

fn refuse_other_solvers(options: Options<'_>) -> Result<(), SchedulerError> {
    options.only("thresholding", false)?;
    options.only("predict_x0", true)?;
    options.only("use_flow_sigmas", false)?;
    options.only("use_dynamic_shifting", false)?;
    options.absent("solver_p")?;
    options.absent("shift_terminal")?;
    // diffusers reads the names that other solver families use as its own default.
    match options.get("solver_type", "bh2".to_owned())?.as_str() {
        "bh2" | "midpoint" | "heun" | "logrho" => Ok(()),
        _ => Err(options.unsupported("solver_type")),
    }
}

/// The way from one noise level to the next, and the solver's coefficients on it.
struct Interval {
    alpha: f32,
    sigma: f32,
    sigma_from: f32,
    lambda_from: f32,
    h: f32,
}

impl Interval {
    fn new(sigmas: &[f32], from: usize) -> Self {
        let (levels_from, levels) = (alpha_sigma(sigmas[from]), alpha_sigma(sigmas[from + 1]));
        let lambda_from = lambda(levels_from);
        let (alpha, sigma) = levels;
        Self {
            alpha,
            sigma,
            sigma_from: levels_from.1,
            lambda_from,
            h: lambda(levels) - lambda_from,
        }
    }

    /// B(h) = phi_1(h) = exp(-h) - 1.
    fn b_h(&self) -> f32 {
        (-self.h).exp_m1()
    }

    fn first_order(&self, sample: Tensor<4>, original: Tensor<4>) -> Tensor<4> {
        sample.mul_scalar(self.sigma / self.sigma_from) - original.mul_scalar(self.alpha * self.b_h())
    }

    fn residual_weight(&self) -> f32 {
        self.alpha * self.b_h()
    }

    /// Where an earlier noise level lies, in units of this step; negative.
    fn ratio_to(&self, earlier_sigma: f32) -> f32 {
        (lambda(alpha_sigma(earlier_sigma)) - self.lambda_from) / self.h
    }

    /// Solves the two order conditions for the weights of the earlier slope and of the newest change.
    fn corrector_weights(&self, ratio: f32) -> (f32, f32) {
        let hh = -self.h;
        let phi_2 = self.b_h() / hh - 1.0;
        let phi_3 = phi_2 / hh - 0.5;
        let (first, second) = (phi_2 / self.b_h(), phi_3 * 2.0 / self.b_h());
        let weight_change = (second - ratio * first) / (1.0 - ratio);
        (first - weight_change, weight_change)
    }
}

impl Algorithm for UniPcMultistep {
    fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError> {
        let training = TrainingSigmas::new(&self.schedule);
        let num_train_timesteps = self.schedule.num_train_timesteps();
        let mut timesteps = self.spacing.for_multistep(num_train_timesteps, num_inference_steps)?;
        let mut sigmas: Vec<f64> = timesteps.iter().map(|timestep| training.at(*timestep)).collect();
        let mut last = self.sigma_options.last(&self.schedule);
        if self.sigma_options.use_karras_sigmas {
            let (low, high) = training.range();
            sigmas = self.sigma_options.karras(high, low, num_inference_steps);
            timesteps = sigmas
                .iter()
                .map(|sigma| training.timestep_of(*sigma).round_ties_even())
                .collect();
            if let (FinalSigmasType::SigmaMin, Some(&lowest)) = (self.sigma_options.final_sigmas_type, sigmas.last()) {
                last = lowest;
            }
        }
        sigmas.push(last);
        self.sigmas = sigmas.into_iter().map(|sigma| sigma as f32).collect();
        self.timesteps = timesteps.into_iter().map(|timestep| timestep as f32).collect();
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
        let levels = alpha_sigma(self.sigmas[step_index]);
        let original = prediction::pred_original_sample(self.prediction_type, &model_output, &sample, levels);
        let sample = self.correct(step_index, sample, &original);
        let order = self.order_at(step_index);
        let earlier = self.last.take().map(|last| last.original);
        let current = LastStep {
            sample,
            original: original.clone(),
            earlier,
            order,
        };
        let prev_sample = self.predict(step_index, &current);
        self.last = Some(current);
        StepOutput {
            prev_sample,
            pred_original_sample: original,
        }
    }

    fn add_noise(&self, original: Tensor<4>, noise: Tensor<4>, step_index: usize) -> Tensor<4> {
        prediction::mix(original, noise, alpha_sigma(self.sigmas[step_index]))
    }

    fn forget_steps(&mut self) {
        self.last = None;
    }
}
