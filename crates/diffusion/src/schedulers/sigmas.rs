//! Noise levels of a run: the ratio sigma of noise to signal at each step, for the classes that step in sigma.

use super::config::Options;
use super::noise_schedule::NoiseSchedule;
use super::spacing::linspace;
use super::{FinalSigmasType, SchedulerError};

/// Options about sigmas that several classes share.
#[derive(Debug, Clone)]
pub(super) struct SigmaOptions {
    pub(super) use_karras_sigmas: bool,
    sigma_min: Option<f64>,
    sigma_max: Option<f64>,
    pub(super) final_sigmas_type: FinalSigmasType,
}

impl SigmaOptions {
    /// Reads them, refusing the spacings that are not computed.
    pub(super) fn read(options: Options<'_>) -> Result<Self, SchedulerError> {
        options.only("use_exponential_sigmas", false)?;
        options.only("use_beta_sigmas", false)?;
        Ok(Self {
            use_karras_sigmas: options.karras()?,
            sigma_min: options.positive("sigma_min")?,
            sigma_max: options.positive("sigma_max")?,
            final_sigmas_type: options.get("final_sigmas_type", FinalSigmasType::Zero)?,
        })
    }

    /// Sigmas from `high` to `low`, spaced evenly in their seventh root (Karras, arXiv 2206.00364, equation 5).
    pub(super) fn karras(&self, high: f64, low: f64, steps: usize) -> Vec<f64> {
        const RHO: f64 = 7.0;
        let high = self.sigma_max.unwrap_or(high).powf(1.0 / RHO);
        let low = self.sigma_min.unwrap_or(low).powf(1.0 / RHO);
        linspace(0.0, 1.0, steps)
            .into_iter()
            .map(|ramp| (high + ramp * (low - high)).powf(RHO))
            .collect()
    }

    /// The noise level after the last step.
    pub(super) fn last(&self, schedule: &NoiseSchedule) -> f64 {
        match self.final_sigmas_type {
            FinalSigmasType::Zero => 0.0,
            FinalSigmasType::SigmaMin => f64::from(schedule.sigmas()[0]),
        }
    }
}

/// The training sigmas, to look up between them.
pub(super) struct TrainingSigmas {
    sigmas: Vec<f32>,
    log_sigmas: Vec<f32>,
}

impl TrainingSigmas {
    pub(super) fn new(schedule: &NoiseSchedule) -> Self {
        let sigmas = schedule.sigmas();
        let log_sigmas = sigmas.iter().map(|sigma| sigma.ln()).collect();
        Self { sigmas, log_sigmas }
    }

    /// The lowest and the highest.
    pub(super) fn range(&self) -> (f64, f64) {
        (f64::from(self.sigmas[0]), f64::from(self.sigmas[self.sigmas.len() - 1]))
    }

    /// `numpy.interp`: the sigma at a timestep, linear between whole ones and constant outside.
    pub(super) fn at(&self, timestep: f64) -> f64 {
        let last = self.sigmas.len() - 1;
        let timestep = timestep.clamp(0.0, last as f64);
        let low = timestep as usize;
        let base = f64::from(self.sigmas[low]);
        if low == last {
            return base;
        }
        let slope = f64::from(self.sigmas[low + 1]) - base;
        slope * (timestep - low as f64) + base
    }

    /// The (fractional) timestep whose sigma this is, linear in the logarithm.
    pub(super) fn timestep_of(&self, sigma: f64) -> f64 {
        let log_sigma = sigma.max(1e-10).ln();
        let below = self
            .log_sigmas
            .iter()
            .rposition(|level| log_sigma >= f64::from(*level))
            .unwrap_or(0);
        let low_index = below.min(self.log_sigmas.len() - 2);
        let (low, high) = (self.log_sigmas[low_index], self.log_sigmas[low_index + 1]);
        let weight = ((f64::from(low) - log_sigma) / f64::from(low - high)).clamp(0.0, 1.0);
        (1.0 - weight) * low_index as f64 + weight * (low_index + 1) as f64
    }
}

/// How much of the clean sample (alpha) and of the noise (sigma) a sample of unit variance holds at this noise ratio.
pub(super) fn alpha_sigma(sigma: f32) -> (f32, f32) {
    let alpha = 1.0 / (sigma * sigma + 1.0).sqrt();
    (alpha, sigma * alpha)
}

/// Half the logarithm of the signal-to-noise ratio, the time in which the multistep solvers step. Infinite without noise.
pub(super) fn lambda((alpha, sigma): (f32, f32)) -> f32 {
    alpha.ln() - sigma.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn training() -> TrainingSigmas {
        TrainingSigmas::new(&NoiseSchedule {
            alphas_cumprod: vec![0.9, 0.5, 0.2, 0.1],
        })
    }

    #[test]
    fn sigmas_and_timesteps_are_inverse_at_whole_timesteps() {
        let training = training();
        for timestep in 0..4 {
            let sigma = training.at(f64::from(timestep));
            assert!((training.timestep_of(sigma) - f64::from(timestep)).abs() < 1e-5);
        }
        assert!((training.at(1.5) - 1.5).abs() < 1e-6);
        assert_eq!((training.at(-3.0), training.at(9.0)), training.range());
    }

    #[test]
    fn timesteps_outside_the_training_are_clamped() {
        assert_eq!(training().timestep_of(1e-9), 0.0);
        assert_eq!(training().timestep_of(1e9), 3.0);
    }

    #[test]
    fn karras_sigmas_go_from_high_to_low() {
        let options = SigmaOptions {
            use_karras_sigmas: true,
            sigma_min: None,
            sigma_max: Some(80.0),
            final_sigmas_type: FinalSigmasType::Zero,
        };
        let sigmas = options.karras(14.6, 0.03, 5);
        assert!((sigmas[0] - 80.0).abs() < 1e-9 && (sigmas[4] - 0.03).abs() < 1e-9);
        assert!(sigmas.windows(2).all(|pair| pair[1] < pair[0]));
        assert_eq!(options.karras(14.6, 0.03, 1).len(), 1);
    }
}
