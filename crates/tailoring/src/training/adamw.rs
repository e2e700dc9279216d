//! AdamW (Loshchilov and Hutter 2017, arXiv 1711.05101) in the form of `torch.optim.AdamW`, on one flat vector.

use burn::tensor::Tensor;

/// Decay of the first and of the second moment, and what keeps the division finite: PyTorch's defaults.
const BETAS: [f64; 2] = [0.9, 0.999];
const EPSILON: f64 = 1e-8;

/// The optimizer's memory.
#[derive(Clone, Debug)]
pub struct AdamW {
    /// Moving average of the gradient, `[parameters]`.
    pub first_moment: Tensor<1>,
    /// Moving average of its square, `[parameters]`.
    pub second_moment: Tensor<1>,
    /// Updates so far.
    pub updates: usize,
}

impl AdamW {
    /// For parameters like these, `[parameters]`.
    pub fn new(parameters: &Tensor<1>) -> Self {
        Self {
            first_moment: parameters.zeros_like(),
            second_moment: parameters.zeros_like(),
            updates: 0,
        }
    }

    /// The parameters after one update along `gradient`, all `[parameters]`.
    pub fn update(
        &mut self,
        parameters: Tensor<1>,
        gradient: Tensor<1>,
        learning_rate: f64,
        weight_decay: f64,
    ) -> Tensor<1> {
        self.updates += 1;
        let [decay1, decay2] = BETAS;
        let square = gradient.clone() * gradient.clone();
        self.first_moment = self.first_moment.clone().mul_scalar(decay1) + gradient.mul_scalar(1.0 - decay1);
        self.second_moment = self.second_moment.clone().mul_scalar(decay2) + square.mul_scalar(1.0 - decay2);
        let [bias1, bias2] = BETAS.map(|decay| 1.0 - decay.powi(self.updates as i32));
        let deviation = self
            .second_moment
            .clone()
            .sqrt()
            .div_scalar(bias2.sqrt())
            .add_scalar(EPSILON);
        let step = (self.first_moment.clone() / deviation).mul_scalar(learning_rate / bias1);
        parameters.mul_scalar(1.0 - learning_rate * weight_decay) - step
    }
}

/// The gradient `[parameters]`, scaled down to the norm `most` if it is longer, and its norm before that `[1]`
/// (`torch.nn.utils.clip_grad_norm_`). Nothing is read back.
pub fn clip_norm(gradient: Tensor<1>, most: f64) -> (Tensor<1>, Tensor<1>) {
    let norm = (gradient.clone() * gradient.clone()).sum().sqrt();
    let scale = norm.clone().add_scalar(1e-6).recip().mul_scalar(most).clamp_max(1.0);
    (gradient * scale, norm)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn tensor(values: &[f32]) -> Tensor<1> {
        Tensor::from_data(values, &Device::flex())
    }

    fn values(tensor: Tensor<1>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    /// torch 2.15: p = Parameter([1, -2, 0.5]); AdamW([p], lr=0.1, weight_decay=0.01); three steps along [0.1, -3, 0],
    /// [0.2, 1, 1e-4] and [-1, 0.5, 0].
    #[test]
    fn three_updates_are_torchs() {
        let mut parameters = tensor(&[1.0, -2.0, 0.5]);
        let mut optimizer = AdamW::new(&parameters);
        for gradient in [[0.1, -3.0, 0.0], [0.2, 1.0, 1e-4], [-1.0, 0.5, 0.0]] {
            parameters = optimizer.update(parameters, tensor(&gradient), 0.1, 0.01);
        }
        let expected = [0.8468532, -1.8336532, 0.3666607];
        for (value, expected) in values(parameters).into_iter().zip(expected) {
            assert!((value - expected).abs() < 1e-6, "{value} {expected}");
        }
    }

    #[test]
    fn only_long_gradients_are_clipped() {
        let (clipped, norm) = clip_norm(tensor(&[3.0, 4.0]), 1.0);
        assert_eq!(values(norm), [5.0]);
        for (value, expected) in values(clipped).into_iter().zip([0.6, 0.8]) {
            assert!((value - expected).abs() < 1e-6);
        }
        let (kept, _) = clip_norm(tensor(&[0.3, 0.4]), 1.0);
        assert_eq!(values(kept), [0.3, 0.4]);
    }
}
