//! Layers with PyTorch's parameter names and layouts, so that a diffusers file loads by name alone.

mod activation;
mod attention;
mod conv2d;
mod embedding;
mod linear;
mod lora_branch;
mod norm;

pub use activation::Activation;
pub use attention::Attention;
pub use conv2d::{Conv2d, Window};
pub use embedding::Embedding;
pub use linear::Linear;
pub use lora_branch::{LoraConv2d, LoraLinear};
pub use norm::{GroupNorm, LayerNorm};

/// A layer that a LoRA can be attached to.
pub enum Layer<'a> {
    /// A linear layer.
    Linear(&'a mut Linear),
    /// A convolution.
    Conv2d(&'a mut Conv2d),
}

/// Walks the layers of a module by their diffusers path, e.g. `down_blocks.0.attentions.0.proj_in`.
pub trait VisitLayers {
    /// Calls `visit` with the path, `prefix` included, of every layer.
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, Layer<'_>));
}

impl<M: VisitLayers> VisitLayers for Vec<M> {
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, Layer<'_>)) {
        for (index, module) in self.iter_mut().enumerate() {
            module.visit_layers(&join(prefix, index), visit);
        }
    }
}

impl<M: VisitLayers> VisitLayers for Option<M> {
    fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, Layer<'_>)) {
        if let Some(module) = self {
            module.visit_layers(prefix, visit);
        }
    }
}

fn join(prefix: &str, name: impl std::fmt::Display) -> String {
    if prefix.is_empty() {
        name.to_string()
    } else {
        format!("{prefix}.{name}")
    }
}

/// Implements [`VisitLayers`] by visiting the named fields, each under the name it has in diffusers.
macro_rules! visit_layers {
    ($module:ty { $($field:tt $(as $name:literal)?),* $(,)? }) => {
        impl $crate::nn::VisitLayers for $module {
            fn visit_layers(&mut self, prefix: &str, visit: &mut dyn FnMut(&str, $crate::nn::Layer<'_>)) {
                $(
                    let path = $crate::nn::join_path(prefix, visit_layers!(@name $field $($name)?));
                    $crate::nn::VisitLayers::visit_layers(&mut self.$field, &path, visit);
                )*
            }
        }
    };
    (@name $field:tt $name:literal) => { $name };
    (@name $field:tt) => { stringify!($field) };
}
pub(crate) use visit_layers;

/// `prefix.name`, or `name` at the top.
pub(crate) fn join_path(prefix: &str, name: &str) -> String {
    join(prefix, name)
}
