//! A tensor that may be there, as an argument of a backend extension (whose macro knows no `Option`).

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, ExtensionType};
use burn::tensor::Tensor;

/// Something to add to a result, or nothing.
#[derive(ExtensionType)]
pub enum Addend<B: Backend> {
    /// Adds zero.
    Nothing,
    /// Adds this.
    Tensor(FloatTensor<B>),
}

impl<B: Backend> Addend<B> {
    /// `y` plus this.
    pub fn add_to(self, y: FloatTensor<B>) -> FloatTensor<B> {
        match self {
            Self::Nothing => y,
            Self::Tensor(tensor) => B::float_add(y, tensor),
        }
    }

    /// The tensor, if there is one.
    pub fn as_tensor(&self) -> Option<&FloatTensor<B>> {
        match self {
            Self::Nothing => None,
            Self::Tensor(tensor) => Some(tensor),
        }
    }
}

impl<const D: usize> From<Option<Tensor<D>>> for Addend<Dispatch> {
    fn from(tensor: Option<Tensor<D>>) -> Self {
        tensor.map_or(Self::Nothing, |tensor| Self::Tensor(tensor.into_dispatch()))
    }
}
