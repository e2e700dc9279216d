//! The training loss: what the U-Net should have said, and how much each sample counts.

use burn::tensor::{Tensor, TensorData};
use diffusion::schedulers::{PredictionType, TrainingSchedule};

/// A batch, ready for the U-Net: clean latents with noise, and what is to be predicted.
pub struct NoisyBatch {
    /// x_t, `[batch, channels, height, width]`.
    pub sample: Tensor<4>,
    /// What the U-Net should predict, of the same shape.
    pub target: Tensor<4>,
}

/// Adds `noise` to `latents` (both `[batch, channels, height, width]`) at each sample's timestep.
pub fn add_noise(schedule: &TrainingSchedule, latents: Tensor<4>, noise: Tensor<4>, timesteps: &[usize]) -> NoisyBatch {
    let levels: Vec<_> = timesteps
        .iter()
        .map(|timestep| schedule.signal_and_noise(*timestep))
        .collect();
    let device = latents.device();
    let column =
        |values: Vec<f32>| Tensor::<4>::from_data(TensorData::new(values, [timesteps.len(), 1, 1, 1]), &device);
    let signal = column(levels.iter().map(|level| level.0).collect());
    let deviation = column(levels.iter().map(|level| level.1).collect());
    let sample = latents.clone() * signal.clone() + noise.clone() * deviation.clone();
    let target = match schedule.prediction_type() {
        PredictionType::Epsilon => noise,
        // arXiv 2202.00512, appendix D.
        PredictionType::VPrediction => noise * signal - latents * deviation,
        PredictionType::Sample => latents,
    };
    NoisyBatch { sample, target }
}

/// min-SNR-gamma's weight of a timestep (arXiv 2303.09556, in diffusers' form for what is predicted): 1 without a gamma.
pub fn snr_weight(schedule: &TrainingSchedule, timestep: usize, gamma: Option<f64>) -> f32 {
    let Some(gamma) = gamma else { return 1.0 };
    let snr = schedule.snr(timestep);
    let weight = match schedule.prediction_type() {
        // As the ratio goes to zero, min(snr, gamma) / snr stays one.
        PredictionType::Epsilon if snr == 0.0 => 1.0,
        PredictionType::Epsilon => snr.min(gamma) / snr,
        PredictionType::VPrediction => snr.min(gamma) / (snr + 1.0),
        PredictionType::Sample => snr.min(gamma),
    };
    weight as f32
}

/// The weighted mean squared error of each sample, `[batch]`: `prediction` and `target` `[batch, channels, height, width]`,
/// `weights` `[batch, 1, height, width]` with a mean of the sample's own weight, or of one shape with it.
pub fn loss_by_sample(prediction: Tensor<4>, target: Tensor<4>, weights: Tensor<4>) -> Tensor<1> {
    let [batch, channels, height, width] = prediction.dims();
    let difference = prediction - target;
    let squares = difference.clone() * difference * weights;
    squares
        .reshape([batch, channels * height * width])
        .mean_dim(1)
        .reshape([batch])
}

/// How much each latent position counts, with a mean of one: `(1 - weight) + weight · alpha`, for `alpha` in [0, 1].
/// A sample without any alpha counts evenly.
pub fn position_weights(alpha: &[f32], weight: f32) -> Vec<f32> {
    let mut weights: Vec<f32> = alpha.iter().map(|alpha| 1.0 - weight + weight * alpha).collect();
    let mean = weights.iter().sum::<f32>() / weights.len().max(1) as f32;
    for value in &mut weights {
        *value = if mean > 0.0 { *value / mean } else { 1.0 };
    }
    weights
}

#[cfg(test)]
mod tests {
    use diffusion::schedulers::SchedulerConfig;

    use super::*;

    fn schedule(prediction_type: &str) -> TrainingSchedule {
        let text = format!(
            r#"{{"_class_name": "DDIMScheduler", "prediction_type": "{prediction_type}", "rescale_betas_zero_snr": true,
            "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}}"#
        );
        TrainingSchedule::from_config(&SchedulerConfig::from_json(&text).unwrap()).unwrap()
    }

    #[test]
    fn weights_are_finite_on_the_whole_of_a_zero_terminal_snr_schedule() {
        for prediction_type in ["epsilon", "v_prediction", "sample"] {
            let schedule = schedule(prediction_type);
            let weights: Vec<f32> = (0..1000).map(|t| snr_weight(&schedule, t, Some(5.0))).collect();
            assert!(
                weights
                    .iter()
                    .all(|weight| weight.is_finite() && *weight >= 0.0 && *weight <= 5.0)
            );
        }
        assert_eq!(snr_weight(&schedule("epsilon"), 999, Some(5.0)), 1.0);
        assert_eq!(snr_weight(&schedule("epsilon"), 0, None), 1.0);
    }

    #[test]
    fn transparent_positions_count_as_little_as_asked() {
        assert_eq!(position_weights(&[0.0, 1.0], 1.0), [0.0, 2.0]);
        assert_eq!(position_weights(&[0.0, 1.0], 0.0), [1.0, 1.0]);
        assert_eq!(position_weights(&[0.0, 0.0], 1.0), [1.0, 1.0]);
    }
}
