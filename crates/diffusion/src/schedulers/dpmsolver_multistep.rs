//! DPM-Solver++ of order 2, multistep and midpoint, called "DPM++ 2M" (Lu et al., arXiv 2211.01095, algorithm 2).

use burn::tensor::Tensor;

use super::algorithm::{Algorithm, StepOutput};
use super::config::Options;
use super::noise_schedule::{BetaOptions, NoiseSchedule};
use super::prediction;
use super::sigmas::{SigmaOptions, TrainingSigmas, alpha_sigma, lambda};
use super::spacing::Spacing;
use super::{BetaSchedule, FinalSigmasType, PredictionType, SchedulerError, TimestepSpacing};

/// Runs shorter than this end on a first-order step, for stability.
const SHORT_RUN: usize = 15;

#[derive(Debug)]
pub(super) struct DpmSolverMultistep {
    schedule: NoiseSchedule,
    spacing: Spacing,
    prediction_type: PredictionType,
    sigma_options: SigmaOptions,
    solver_order: usize,
    lower_order_final: bool,
    euler_at_final: bool,
    lambda_min_clipped: f64,
    /// Karras timesteps are whole numbers but for the cosine schedule.
    cosine: bool,
    /// One more than timesteps.
    sigmas: Vec<f32>,
    timesteps: Vec<f32>,
    /// The clean sample that the step before predicted.
    previous: Option<Tensor<4>>,
}

impl DpmSolverMultistep {
    pub(super) fn new(options: Options<'_>) -> Result<Self, SchedulerError> {
        refuse_other_solvers(options)?;
        let schedule = NoiseSchedule::with_finite_sigmas(&BetaOptions::read(options)?);
        Ok(Self {
            spacing: Spacing::read(options, TimestepSpacing::Linspace, schedule.num_train_timesteps())?,
            schedule,
            prediction_type: prediction::prediction_type(options)?,
            sigma_options: SigmaOptions::read(options)?,
            solver_order: solver_order(options)?,
            lower_order_final: options.get("lower_order_final", true)?,
            euler_at_final: options.get("euler_at_final", false)?,
            lambda_min_clipped: options.get("lambda_min_clipped", f64::NEG_INFINITY)?,
            cosine: options.get("beta_schedule", BetaSchedule::Linear)? == BetaSchedule::SquaredcosCapV2,
            sigmas: Vec::new(),
            timesteps: Vec::new(),
            previous: None,
        })
    }

    /// The timesteps whose lambda is not below `lambda_min_clipped`: one past the highest.
    fn last_timestep(&self) -> usize {
        let lambdas = self
            .schedule
            .alphas_cumprod
            .iter()
            .map(|alpha| lambda((alpha.sqrt(), (1.0 - alpha).sqrt())));
        let clipped = lambdas
            .rev()
            .take_while(|lambda| f64::from(*lambda) < self.lambda_min_clipped)
            .count();
        self.schedule.num_train_timesteps() - clipped
    }

    fn is_first_order(&self, step_index: usize) -> bool {
        let steps = self.timesteps.len();
        let ends_first_order = self.euler_at_final
            || (self.lower_order_final && steps < SHORT_RUN)
            || self.sigma_options.final_sigmas_type == FinalSigmasType::Zero;
        self.solver_order == 1 || (step_index + 1 == steps && ends_first_order)
    }
}

fn refuse_other_solvers(options: Options<'_>) -> Result<(), SchedulerError> {
    options.only("thresholding", false)?;
    options.only("use_lu_lambdas", false)?;
    options.only("use_flow_sigmas", false)?;
    options.only("use_dynamic_shifting", false)?;
    options.absent("variance_type")?;
    // diffusers reads the names that other solver families use as its own nearest one.
    match options.get("algorithm_type", "dpmsolver++".to_owned())?.as_str() {
        "dpmsolver++" | "deis" => {}
        _ => return Err(options.unsupported("algorithm_type")),
    }
    match options.get("solver_type", "midpoint".to_owned())?.as_str() {
        "midpoint" | "logrho" | "bh1" | "bh2" => Ok(()),
        _ => Err(options.unsupported("solver_type")),
    }
}

/// Reads `solver_order`; orders above 2 are not computed.
pub(super) fn solver_order(options: Options<'_>) -> Result<usize, SchedulerError> {
    match options.get("solver_order", 2)? {
        order @ (1 | 2) => Ok(order),
        _ => Err(options.unsupported("solver_order")),
    }
}

impl Algorithm for DpmSolverMultistep {
    fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError> {
        let training = TrainingSigmas::new(&self.schedule);
        let mut timesteps = self.spacing.for_multistep(self.last_timestep(), num_inference_steps)?;
        let mut sigmas: Vec<f64> = timesteps.iter().map(|timestep| training.at(*timestep)).collect();
        if self.sigma_options.use_karras_sigmas {
            let (low, high) = training.range();
            sigmas = self.sigma_options.karras(high, low, num_inference_steps);
            let whole = if self.cosine { f64::trunc } else { f64::round_ties_even };
            timesteps = sigmas.iter().map(|sigma| whole(training.timestep_of(*sigma))).collect();
        }
        sigmas.push(self.sigma_options.last(&self.schedule));
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
        let (alpha_t, sigma_t) = alpha_sigma(self.sigmas[step_index + 1]);
        let h = lambda((alpha_t, sigma_t)) - lambda(levels);
        let weight = alpha_t * ((-h).exp() - 1.0);
        let first_order = sample.mul_scalar(sigma_t / levels.1) - original.clone().mul_scalar(weight);
        let previous = self
            .previous
            .replace(original.clone())
            .filter(|_| !self.is_first_order(step_index));
        let prev_sample = match previous {
            Some(previous) => {
                let h_before = lambda(levels) - lambda(alpha_sigma(self.sigmas[step_index - 1]));
                let slope = (original.clone() - previous).mul_scalar(1.0 / (h_before / h));
                first_order - slope.mul_scalar(0.5 * weight)
            }
            None => first_order,
        };
        StepOutput {
            prev_sample,
            pred_original_sample: original,
        }
    }

    fn add_noise(&self, original: Tensor<4>, noise: Tensor<4>, step_index: usize) -> Tensor<4> {
        prediction::mix(original, noise, alpha_sigma(self.sigmas[step_index]))
    }

    fn forget_steps(&mut self) {
        self.previous = None;
    }
}
