//! From the U-Net's output to the clean sample and the noise.

use burn::tensor::Tensor;

use super::config::Options;
use super::{PredictionType, SchedulerError};

/// Reads `prediction_type`; every class defaults to epsilon.
pub(super) fn prediction_type(options: Options<'_>) -> Result<PredictionType, SchedulerError> {
    options.get("prediction_type", PredictionType::Epsilon)
}

/// The clean sample x_0 of x_t = signal x_0 + noise epsilon.
pub(super) fn pred_original_sample(
    prediction_type: PredictionType,
    model_output: &Tensor<4>,
    sample: &Tensor<4>,
    (signal, noise): (f32, f32),
) -> Tensor<4> {
    let (model_output, sample) = (model_output.clone(), sample.clone());
    match prediction_type {
        PredictionType::Epsilon => (sample - model_output.mul_scalar(noise)).div_scalar(signal),
        PredictionType::VPrediction => sample.mul_scalar(signal) - model_output.mul_scalar(noise),
        PredictionType::Sample => model_output,
    }
}

/// The noise epsilon of x_t = signal x_0 + noise epsilon.
pub(super) fn pred_epsilon(
    prediction_type: PredictionType,
    model_output: &Tensor<4>,
    sample: &Tensor<4>,
    (signal, noise): (f32, f32),
) -> Tensor<4> {
    let (model_output, sample) = (model_output.clone(), sample.clone());
    match prediction_type {
        PredictionType::Epsilon => model_output,
        PredictionType::VPrediction => model_output.mul_scalar(signal) + sample.mul_scalar(noise),
        PredictionType::Sample => (sample - model_output.mul_scalar(signal)).div_scalar(noise),
    }
}

/// The noisy sample x_t = signal x_0 + noise epsilon.
pub(super) fn mix(original: Tensor<4>, epsilon: Tensor<4>, (signal, noise): (f32, f32)) -> Tensor<4> {
    original.mul_scalar(signal) + epsilon.mul_scalar(noise)
}

/// `clip_sample`: the predicted clean sample is kept within a range.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClipSample(Option<f32>);

impl ClipSample {
    /// `default` is the class's own `clip_sample`. Dynamic thresholding, the alternative, is refused.
    pub(super) fn read(options: Options<'_>, default: bool) -> Result<Self, SchedulerError> {
        options.only("thresholding", false)?;
        let range = options.positive("clip_sample_range")?.unwrap_or(1.0) as f32;
        Ok(Self(options.get("clip_sample", default)?.then_some(range)))
    }

    pub(super) fn apply(self, pred_original_sample: Tensor<4>) -> Tensor<4> {
        match self.0 {
            Some(range) => pred_original_sample.clamp(-range, range),
            None => pred_original_sample,
        }
    }
}
