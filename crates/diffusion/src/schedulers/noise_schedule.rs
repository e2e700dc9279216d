//! The training noise schedule: x_t = sqrt(alphas_cumprod[t]) x_0 + sqrt(1 - alphas_cumprod[t]) noise.
//!
//! PyTorch computes it in f32, and so does this: the solvers subtract nearly equal logarithms of it, where a more exact value
//! would be a different one.

use super::config::Options;
use super::{BetaSchedule, SchedulerError};

/// The largest `num_train_timesteps` accepted. Published models have 1000; the bound keeps a hostile file from asking for memory.
const MOST_TIMESTEPS: usize = 100_000;

/// The beta options that a class knows.
pub(super) struct BetaOptions {
    num_train_timesteps: usize,
    beta_start: f64,
    beta_end: f64,
    beta_schedule: BetaSchedule,
    trained_betas: Option<Vec<f64>>,
    rescale_betas_zero_snr: bool,
}

impl BetaOptions {
    /// With the defaults that all classes but LCM and PNDM have.
    pub(super) fn read(options: Options<'_>) -> Result<Self, SchedulerError> {
        Self::read_or(options, 0.0001, 0.02, BetaSchedule::Linear)
    }

    /// With the defaults of `LCMScheduler`.
    pub(super) fn read_lcm(options: Options<'_>) -> Result<Self, SchedulerError> {
        Self::read_or(options, 0.00085, 0.012, BetaSchedule::ScaledLinear)
    }

    /// As `PNDMScheduler`, which does not know `rescale_betas_zero_snr`.
    pub(super) fn read_pndm(options: Options<'_>) -> Result<Self, SchedulerError> {
        Ok(Self {
            rescale_betas_zero_snr: false,
            ..Self::read(options)?
        })
    }

    fn read_or(
        options: Options<'_>,
        beta_start: f64,
        beta_end: f64,
        beta_schedule: BetaSchedule,
    ) -> Result<Self, SchedulerError> {
        let read = Self {
            num_train_timesteps: options.get("num_train_timesteps", 1000)?,
            beta_start: options.get("beta_start", beta_start)?,
            beta_end: options.get("beta_end", beta_end)?,
            beta_schedule: options.get("beta_schedule", beta_schedule)?,
            trained_betas: options.find("trained_betas")?,
            rescale_betas_zero_snr: options.get("rescale_betas_zero_snr", false)?,
        };
        read.check()?;
        Ok(read)
    }

    fn check(&self) -> Result<(), SchedulerError> {
        let invalid = |reason: &str| Err(SchedulerError::InvalidConfig(reason.to_owned()));
        if !(2..=MOST_TIMESTEPS).contains(&self.num_train_timesteps) {
            return invalid("`num_train_timesteps` is not between 2 and 100000");
        }
        let is_beta = |beta: f64| beta > 0.0 && beta < 1.0;
        if !is_beta(self.beta_start) || !is_beta(self.beta_end) {
            return invalid("`beta_start` and `beta_end` are not between 0 and 1");
        }
        match &self.trained_betas {
            Some(betas) if betas.len() != self.num_train_timesteps || !betas.iter().copied().all(is_beta) => {
                invalid("`trained_betas` is not one number between 0 and 1 for each of `num_train_timesteps`")
            }
            _ => Ok(()),
        }
    }

    fn betas(&self) -> Vec<f32> {
        let count = self.num_train_timesteps;
        match (&self.trained_betas, self.beta_schedule) {
            (Some(betas), _) => betas.iter().map(|beta| *beta as f32).collect(),
            (None, BetaSchedule::Linear) => torch_linspace(self.beta_start as f32, self.beta_end as f32, count),
            (None, BetaSchedule::ScaledLinear) => {
                let roots = torch_linspace(self.beta_start.sqrt() as f32, self.beta_end.sqrt() as f32, count);
                roots.into_iter().map(|root| root * root).collect()
            }
            (None, BetaSchedule::SquaredcosCapV2) => betas_for_alpha_bar(count),
        }
    }
}

/// `alphas_cumprod` of a model's training.
#[derive(Debug, Clone)]
pub(super) struct NoiseSchedule {
    /// For each training timestep the share of the signal's variance, falling.
    pub(super) alphas_cumprod: Vec<f32>,
}

impl NoiseSchedule {
    pub(super) fn new(options: &BetaOptions) -> Self {
        let mut betas = options.betas();
        if options.rescale_betas_zero_snr {
            betas = rescale_zero_terminal_snr(&betas);
        }
        let alphas: Vec<f32> = betas.into_iter().map(|beta| 1.0 - beta).collect();
        Self {
            alphas_cumprod: cumprod(&alphas),
        }
    }

    /// For the classes that work with sigmas: a terminal signal of 2^-24 instead of zero, so that no sigma is infinite.
    pub(super) fn with_finite_sigmas(options: &BetaOptions) -> Self {
        let mut schedule = Self::new(options);
        if let (true, Some(last)) = (options.rescale_betas_zero_snr, schedule.alphas_cumprod.last_mut()) {
            *last = 2f32.powi(-24);
        }
        schedule
    }

    pub(super) fn num_train_timesteps(&self) -> usize {
        self.alphas_cumprod.len()
    }

    /// The ratio of noise to signal at each training timestep, rising.
    pub(super) fn sigmas(&self) -> Vec<f32> {
        self.alphas_cumprod
            .iter()
            .map(|alpha| ((1.0 - alpha) / alpha).sqrt())
            .collect()
    }

    /// How much of the clean sample and of the noise a sample holds at `timestep`.
    pub(super) fn signal_and_noise(&self, timestep: usize) -> (f32, f32) {
        let alpha_prod = self.alphas_cumprod[timestep];
        (alpha_prod.sqrt(), (1.0 - alpha_prod).sqrt())
    }
}

/// `torch.linspace` in f32: counted from both ends towards the middle, with fused multiply-add as its vector code has it.
fn torch_linspace(start: f32, end: f32, count: usize) -> Vec<f32> {
    let step = (end - start) / (count - 1) as f32;
    let value = |index: usize| {
        if index < count / 2 {
            step.mul_add(index as f32, start)
        } else {
            (-step).mul_add((count - 1 - index) as f32, end)
        }
    };
    (0..count).map(value).collect()
}

/// Betas that make alphas_cumprod a squared cosine, none above 0.999 (arXiv 2102.09672, equation 17).
fn betas_for_alpha_bar(count: usize) -> Vec<f32> {
    let alpha_bar = |time: f64| ((time + 0.008) / 1.008 * std::f64::consts::PI / 2.0).cos().powi(2);
    let beta = |index: usize| {
        let (from, to) = (index as f64 / count as f64, (index + 1) as f64 / count as f64);
        (1.0 - alpha_bar(to) / alpha_bar(from)).min(0.999) as f32
    };
    (0..count).map(beta).collect()
}

/// `torch.cumprod` on the CPU: running product in f64, each value rounded to f32.
fn cumprod(values: &[f32]) -> Vec<f32> {
    let running = values.iter().scan(1.0f64, |product, value| {
        *product *= f64::from(*value);
        Some(*product as f32)
    });
    running.collect()
}

/// Betas whose last timestep keeps no signal at all (arXiv 2305.08891, algorithm 1).
fn rescale_zero_terminal_snr(betas: &[f32]) -> Vec<f32> {
    let alphas: Vec<f32> = betas.iter().map(|beta| 1.0 - beta).collect();
    let roots: Vec<f32> = cumprod(&alphas).into_iter().map(f32::sqrt).collect();
    let (Some(&first), Some(&last)) = (roots.first(), roots.last()) else {
        return Vec::new();
    };
    let scale = first / (first - last);
    let alphas_bar: Vec<f32> = roots
        .into_iter()
        .map(|root| {
            let root = (root - last) * scale;
            root * root
        })
        .collect();
    let previous = std::iter::once(1.0).chain(alphas_bar.iter().copied());
    alphas_bar
        .iter()
        .zip(previous)
        .map(|(alpha_bar, previous)| 1.0 - alpha_bar / previous)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{SchedulerClass, SchedulerConfig};
    use super::*;

    fn schedule(text: &str) -> Result<NoiseSchedule, SchedulerError> {
        let config = SchedulerConfig::from_json(text).unwrap();
        Ok(NoiseSchedule::new(&BetaOptions::read(
            config.options(SchedulerClass::Ddim),
        )?))
    }

    #[test]
    fn a_zero_terminal_snr_keeps_the_first_timestep() {
        let options = r#""beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012"#;
        let plain = schedule(&format!("{{{options}}}")).unwrap().alphas_cumprod;
        let rescaled = schedule(&format!("{{{options}, \"rescale_betas_zero_snr\": true}}"))
            .unwrap()
            .alphas_cumprod;
        assert!((plain[0] - rescaled[0]).abs() < 1e-6);
        assert!(plain[999] > 0.004);
        assert_eq!(rescaled[999], 0.0);
        assert!(rescaled.windows(2).all(|pair| pair[1] < pair[0]));
    }

    #[test]
    fn trained_betas_go_before_the_schedule() {
        let trained = schedule(r#"{"trained_betas": [0.5, 0.25], "num_train_timesteps": 2}"#).unwrap();
        assert_eq!(trained.alphas_cumprod, [0.5, 0.375]);
    }

    #[test]
    fn impossible_options_are_refused() {
        for text in [
            r#"{"num_train_timesteps": 1}"#,
            r#"{"num_train_timesteps": 1000000000}"#,
            r#"{"beta_end": 1.5}"#,
            r#"{"trained_betas": [0.5]}"#,
            r#"{"beta_schedule": "sigmoid"}"#,
        ] {
            assert!(
                matches!(schedule(text), Err(SchedulerError::InvalidConfig(_))),
                "{text}"
            );
        }
    }
}
