//! The noise schedule as training uses it.

use super::noise_schedule::{BetaOptions, NoiseSchedule};
use super::{PredictionType, SchedulerConfig, SchedulerError, prediction};

/// How a model was trained: x_t = signal(t) x_0 + noise(t) epsilon for t from 0 to [`Self::len`], and what the U-Net predicts.
#[derive(Debug, Clone)]
pub struct TrainingSchedule {
    schedule: NoiseSchedule,
    prediction_type: PredictionType,
}

impl TrainingSchedule {
    /// From the folder's own scheduler, with the defaults of its class.
    ///
    /// # Errors
    /// An unknown class or an unreadable configuration.
    pub fn from_config(config: &SchedulerConfig) -> Result<Self, SchedulerError> {
        let options = config.options(config.class()?);
        Ok(Self {
            schedule: NoiseSchedule::new(&BetaOptions::read(options)?),
            prediction_type: prediction::prediction_type(options)?,
        })
    }

    /// The number of training timesteps.
    #[expect(clippy::len_without_is_empty, reason = "a schedule has at least two timesteps")]
    pub fn len(&self) -> usize {
        self.schedule.num_train_timesteps()
    }

    /// What the U-Net predicts.
    pub fn prediction_type(&self) -> PredictionType {
        self.prediction_type
    }

    /// How much of the clean sample and of the noise a sample holds at `timestep`: their squares add up to one.
    pub fn signal_and_noise(&self, timestep: usize) -> (f32, f32) {
        self.schedule.signal_and_noise(timestep)
    }

    /// The ratio of signal to noise variance, alpha_bar / (1 - alpha_bar); 0 at the end of a zero-terminal-SNR schedule.
    pub fn snr(&self, timestep: usize) -> f64 {
        let alpha_bar = f64::from(self.schedule.alphas_cumprod[timestep]);
        alpha_bar / (1.0 - alpha_bar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(text: &str) -> TrainingSchedule {
        TrainingSchedule::from_config(&SchedulerConfig::from_json(text).unwrap()).unwrap()
    }

    #[test]
    fn stable_diffusions_snr_is_what_the_papers_say() {
        let schedule = schedule(
            r#"{"_class_name": "PNDMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}"#,
        );
        assert_eq!(schedule.len(), 1000);
        assert_eq!(schedule.prediction_type(), PredictionType::Epsilon);
        // arXiv 2305.08891, table 1: the terminal SNR of Stable Diffusion is 0.004682, its root alpha_bar 0.068265.
        assert!((schedule.snr(999) - 0.004682).abs() < 1e-5, "{}", schedule.snr(999));
        assert!((schedule.signal_and_noise(999).0 - 0.068265).abs() < 1e-5);
    }

    #[test]
    fn a_zero_terminal_snr_is_zero() {
        let schedule = schedule(
            r#"{"_class_name": "DDIMScheduler", "prediction_type": "v_prediction", "rescale_betas_zero_snr": true}"#,
        );
        assert_eq!(schedule.snr(999), 0.0);
        assert_eq!(schedule.signal_and_noise(999), (0.0, 1.0));
    }
}
