//! Compares a kernel with its reference, and its gradient with the reference's and with finite differences.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::noise::TorchGenerator;

/// Of gradients by autodiff, relative to the largest.
const AUTODIFF: f32 = 1e-4;
/// Of central differences in f32.
const FINITE_DIFFERENCES: f64 = 1e-2;
/// Half the distance between the two points of a difference; inputs are about 1.
const STEP: f32 = 1e-2;
/// Elements of each input whose finite difference is taken.
const PROBES: usize = 7;

/// Held for writing by the test that counts runs, for reading by all others.
pub static ALONE: RwLock<()> = RwLock::new(());

fn not_alone() -> RwLockReadGuard<'static, ()> {
    ALONE.read().unwrap_or_else(PoisonError::into_inner)
}

/// An operation on flat tensors; it reshapes them itself.
pub type Operation<'a> = &'a dyn Fn(&[Tensor<1>]) -> Tensor<1>;

/// A kernel, its plain-tensor form, and what both are given.
pub struct Comparison<'a> {
    pub name: &'a str,
    pub kernel: Operation<'a>,
    pub reference: Operation<'a>,
    pub inputs: Vec<Vec<f32>>,
}

/// `count` standard normal values.
pub fn normal(count: usize, seed: u64) -> Vec<f32> {
    TorchGenerator::manual_seed(seed).randn(count)
}

/// `values * factor + offset`
pub fn scaled(values: Vec<f32>, factor: f32, offset: f32) -> Vec<f32> {
    values.into_iter().map(|value| value * factor + offset).collect()
}

fn tensors(inputs: &[Vec<f32>], device: &Device) -> Vec<Tensor<1>> {
    let tensor = |values: &Vec<f32>| Tensor::from_data(TensorData::new(values.clone(), [values.len()]), device);
    inputs.iter().map(tensor).collect()
}

fn values(tensor: Tensor<1>) -> Vec<f32> {
    let data = tensor.try_into_data().unwrap().convert::<f32>();
    data.try_to_vec().unwrap()
}

impl Comparison<'_> {
    /// Fails unless both give the same, relative to the largest value.
    #[track_caller]
    pub fn assert_same_output(&self, tolerance: f32) {
        let _guard = not_alone();
        let tensors = tensors(&self.inputs, &Device::flex());
        let (found, expected) = (values((self.kernel)(&tensors)), values((self.reference)(&tensors)));
        self.assert_close("output", &found, &expected, tolerance);
    }

    /// Fails unless both have the same gradients, and finite differences agree with them.
    #[track_caller]
    pub fn assert_same_gradients(&self) {
        let _guard = not_alone();
        let (found, expected) = (self.gradients(self.kernel), self.gradients(self.reference));
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            self.assert_close(&format!("gradient of input {index}"), found, expected, AUTODIFF);
        }
    }

    /// Fails unless the kernel's gradients are what its own output says.
    #[track_caller]
    pub fn assert_finite_differences(&self) {
        let _guard = not_alone();
        for (input, gradient) in self.gradients(self.kernel).iter().enumerate() {
            for probe in 0..PROBES.min(gradient.len()) {
                let element = probe * gradient.len() / PROBES.min(gradient.len());
                let expected = self.difference(input, element);
                let found = f64::from(gradient[element]);
                assert!(
                    (found - expected).abs() <= FINITE_DIFFERENCES * expected.abs().max(1.0),
                    "{}: input {input}, element {element}: the gradient is {found}, the finite difference {expected}",
                    self.name
                );
            }
        }
    }

    /// The weights of the outputs in a loss.
    fn loss_weights(count: usize) -> Vec<f32> {
        normal(count, 77)
    }

    /// Gradients of the weighted sum of the outputs.
    fn gradients(&self, operation: Operation<'_>) -> Vec<Vec<f32>> {
        let device = Device::flex().autodiff();
        let leaves: Vec<_> = tensors(&self.inputs, &device)
            .into_iter()
            .map(Tensor::require_grad)
            .collect();
        let output = operation(&leaves);
        let weights = Self::loss_weights(output.dims()[0]);
        let weights = Tensor::from_data(TensorData::new(weights, output.dims()), &device);
        let gradients = (output * weights).sum().backward();
        let gradient = |leaf: &Tensor<1>| values(leaf.grad(&gradients).expect("every input has a gradient"));
        leaves.iter().map(gradient).collect()
    }

    /// The central difference of the loss at one element of one input.
    fn difference(&self, input: usize, element: usize) -> f64 {
        let loss = |step: f32| {
            let mut moved = self.inputs.clone();
            moved[input][element] += step;
            let output = values((self.kernel)(&tensors(&moved, &Device::flex())));
            let weights = Self::loss_weights(output.len());
            let terms = output.iter().zip(weights);
            // In f64: the difference of two sums of f32 would be mostly rounding.
            terms.map(|(y, weight)| f64::from(*y) * f64::from(weight)).sum::<f64>()
        };
        (loss(STEP) - loss(-STEP)) / (2.0 * f64::from(STEP))
    }

    #[track_caller]
    fn assert_close(&self, what: &str, found: &[f32], expected: &[f32], tolerance: f32) {
        let name = self.name;
        assert_eq!(found.len(), expected.len(), "{name}");
        let scale = expected.iter().fold(1.0, |most: f32, value| most.max(value.abs()));
        let differences = found
            .iter()
            .zip(expected)
            .map(|(found, expected)| (found - expected).abs() / scale);
        // `f32::max` would pass over a NaN.
        let most = differences.fold(
            0.0,
            |most, difference| if difference <= most { most } else { difference },
        );
        println!("{name}, {what}: {most:.1e}");
        assert!(most <= tolerance, "{name}, {what}: the largest difference is {most:e}");
    }
}
