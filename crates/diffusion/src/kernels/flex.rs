//! Between burn-flex's tensors and slices.

use super::addend::Addend;
use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{DType, Shape, TensorData};

/// The tensor as f32 in row-major order.
pub(super) struct Contiguous(FloatTensor<Flex>);

impl Contiguous {
    /// `None` unless the tensor is f32.
    pub(super) fn of(tensor: &FloatTensor<Flex>) -> Option<Self> {
        (tensor.dtype() == DType::F32).then(|| Self(tensor.to_contiguous()))
    }

    pub(super) fn values(&self) -> &[f32] {
        self.0.as_slice::<f32>().unwrap_or_default()
    }
}

/// A tensor made of `values`.
pub(super) fn from_values(values: Vec<f32>, shape: Shape) -> FloatTensor<Flex> {
    FloatTensor::<Flex>::from_data(TensorData::new(values, shape))
}

/// The values of what is added to a result; [`Unfit`] when they are not f32.
pub(super) fn addend(addend: &Addend<Flex>) -> Result<Option<Contiguous>, Unfit> {
    addend
        .as_tensor()
        .map(|tensor| Contiguous::of(tensor).ok_or(Unfit))
        .transpose()
}

/// A tensor that the kernels do not take.
pub(super) struct Unfit;
