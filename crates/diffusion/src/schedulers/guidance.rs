//! Guidance rescale.

use burn::tensor::Tensor;

/// Brings the guided prediction's standard deviation back to that of the text prediction, which strong guidance raises and
/// overexposes by (arXiv 2305.08891, section 3.4); diffusers' function of the same name.
///
/// Both predictions are `[batch, channels, height, width]`; each picture of the batch has its own deviation.
/// `guidance_rescale` mixes the result: 0 leaves `noise_cfg` as it is, 1 rescales in full.
pub fn rescale_noise_cfg(noise_cfg: Tensor<4>, noise_pred_text: Tensor<4>, guidance_rescale: f32) -> Tensor<4> {
    let scale = standard_deviation(noise_pred_text) / standard_deviation(noise_cfg.clone());
    let rescaled = noise_cfg.clone() * scale;
    rescaled.mul_scalar(guidance_rescale) + noise_cfg.mul_scalar(1.0 - guidance_rescale)
}

/// The unbiased standard deviation of each picture, `[batch, 1, 1, 1]`.
fn standard_deviation(tensor: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = tensor.dims();
    let variance = tensor.reshape([batch, channels * height * width]).var(1);
    variance.sqrt().reshape([batch, 1, 1, 1])
}
