//! A tensor that may be there, as an argument of a backend extension (whose macro knows no `Option`).

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::ops::NodeGuard;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, ExtensionType};
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

impl<B: Backend, C: CheckpointStrategy> Addend<Autodiff<B, C>> {
    /// The node of the tensor, if there is one.
    pub(super) fn node(&self) -> Option<NodeGuard> {
        self.as_tensor().map(FloatTensor::<Autodiff<B, C>>::node)
    }

    /// The inner backend's tensor.
    pub(super) fn into_inner(self) -> Addend<B> {
        match self {
            Self::Nothing => Addend::Nothing,
            Self::Tensor(tensor) => Addend::Tensor(tensor.into_primitive()),
        }
    }
}

/// Which parents of a node are its addends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parents {
    pub bias: Option<usize>,
    pub residual: Option<usize>,
}

impl Parents {
    /// The addends that are there, after the first `count` parents.
    pub fn after<B: Backend>(count: usize, bias: &Addend<B>, residual: &Addend<B>) -> Self {
        let has_bias = bias.as_tensor().is_some();
        Self {
            bias: has_bias.then_some(count),
            residual: residual.as_tensor().is_some().then_some(count + usize::from(has_bias)),
        }
    }
}
