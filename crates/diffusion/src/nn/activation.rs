//! Activation functions by their names in configurations.

use burn::tensor::{Tensor, activation};

pub use crate::kernels::cpu::activation::Activation;

impl Activation {
    /// The function of that name, if this program has it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "silu" | "swish" => Some(Self::Silu),
            "gelu" => Some(Self::Gelu),
            "quick_gelu" => Some(Self::QuickGelu),
            _ => None,
        }
    }

    /// Applied elementwise.
    pub fn forward<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::None => x,
            Self::Silu => activation::silu(x),
            Self::Gelu => activation::gelu(x),
            Self::QuickGelu => {
                let gate = activation::sigmoid(x.clone().mul_scalar(1.702));
                x * gate
            }
        }
    }
}
