//! Where a module's parameters come from: a safetensors file, or seeded random values.
//!
//! Every module is built by `Module::new(&config, &weights.child("name"))` and asks for each parameter by its diffusers name
//! and the shape its configuration implies. What is missing or of another shape is collected, so that one error lists it all.

mod random;
mod safetensors_file;
mod safetensors_writer;

pub use random::RandomTensors;
pub use safetensors_file::SafetensorsFile;
pub use safetensors_writer::{NamedTensor, write_safetensors};

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use burn::module::Param;
use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::error::{Error, Result};

/// A store of named tensors.
pub trait TensorSource {
    /// Shape of the tensor, if there is one of that name; `wanted` is the shape the configuration implies.
    fn shape(&self, name: &str, wanted: &[usize]) -> Option<Vec<usize>>;
    /// Values of the tensor in f32, row-major, as many as `shape` has.
    fn read(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>>;
    /// All names.
    fn names(&self) -> Vec<String>;
    /// The file, for messages.
    fn path(&self) -> PathBuf;
}

/// How parameters are kept on the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32-bit floats.
    #[default]
    F32,
    /// 16-bit floats; norms' statistics, softmax and the scheduler stay in f32.
    F16,
}

impl Precision {
    /// burn's name for it.
    pub fn dtype(self) -> DType {
        match self {
            Self::F32 => DType::F32,
            Self::F16 => DType::F16,
        }
    }
}

/// The tensors that loading a module met.
#[derive(Clone, Debug, Default)]
pub struct LoadReport {
    /// Tensors of the file that no module asked for.
    pub unused: Vec<String>,
    /// Parameters read.
    pub parameters: usize,
}

#[derive(Default)]
struct Progress {
    problems: Vec<String>,
    failure: Option<Error>,
    used: BTreeSet<String>,
    parameters: usize,
}

/// Old names of parameters still met in published folders: (diffusers name today, name in the file).
const OLD_NAMES: [(&str, &str); 4] = [
    (".to_q.", ".query."),
    (".to_k.", ".key."),
    (".to_v.", ".value."),
    (".to_out.0.", ".proj_attn."),
];

/// A view into a [`TensorSource`] under a name prefix, creating parameters on a device.
pub struct Weights<'a> {
    source: &'a dyn TensorSource,
    progress: &'a RefCell<Progress>,
    device: &'a Device,
    precision: Precision,
    prefix: String,
}

/// Builds a module from `source`, and reports what was not used; missing or wrong-shaped tensors are one error that lists them.
///
/// `prefix` is the name all of the module's tensors begin with (`""`, or `"weights"` and the like, without the dot).
pub fn build<M>(
    source: &dyn TensorSource,
    prefix: &str,
    device: &Device,
    precision: Precision,
    module: impl FnOnce(&Weights) -> M,
) -> Result<(M, LoadReport)> {
    let progress = RefCell::default();
    let built = module(&Weights {
        source,
        progress: &progress,
        device,
        precision,
        prefix: prefix.to_owned(),
    });
    let Progress {
        problems,
        failure,
        used,
        parameters,
    } = progress.into_inner();
    if let Some(failure) = failure {
        return Err(failure);
    }
    if !problems.is_empty() {
        return Err(Error::WeightsMismatch {
            path: source.path(),
            problems,
        });
    }
    let unused = source.names().into_iter().filter(|name| !used.contains(name)).collect();
    Ok((built, LoadReport { unused, parameters }))
}

impl Weights<'_> {
    /// The view one name further down.
    pub fn child(&self, name: impl std::fmt::Display) -> Weights<'_> {
        let prefix = if self.prefix.is_empty() {
            name.to_string()
        } else {
            format!("{}.{name}", self.prefix)
        };
        Weights {
            source: self.source,
            progress: self.progress,
            device: self.device,
            precision: self.precision,
            prefix,
        }
    }

    /// The same view again.
    pub fn sibling(&self) -> Weights<'_> {
        Weights {
            prefix: self.prefix.clone(),
            ..*self
        }
    }

    /// The device parameters are made on.
    pub fn device(&self) -> &Device {
        self.device
    }

    /// The parameter `name` of the given shape.
    pub fn parameter<const D: usize>(&self, name: &str, shape: [usize; D]) -> Param<Tensor<D>> {
        let wanted = if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.prefix)
        };
        let data = match self.values(&wanted, &shape) {
            Some(values) => TensorData::new(values, shape),
            // The build fails with all problems listed. Nothing of the wanted size is made: a hostile file may ask for terabytes.
            None => TensorData::new(vec![0f32], [1; D]),
        };
        Param::from_tensor(Tensor::from_data(data, (self.device, self.precision.dtype())))
    }

    /// `None` when something was wrong, which is then noted.
    fn values(&self, wanted: &str, shape: &[usize]) -> Option<Vec<f32>> {
        let stored = self.locate(wanted, shape);
        let mut progress = self.progress.borrow_mut();
        let stored = match stored {
            // After the first problem the others are looked for, but nothing is read any more.
            Ok(stored) if progress.failure.is_none() && progress.problems.is_empty() => stored,
            Ok(_) => return None,
            Err(problem) => {
                progress.problems.push(problem);
                return None;
            }
        };
        let read = self
            .source
            .read(&stored, shape)
            .and_then(|values| self.finite(&stored, values));
        progress.used.insert(stored);
        match read {
            Ok(values) => {
                progress.parameters += values.len();
                Some(values)
            }
            Err(error) => {
                progress.failure = Some(error);
                None
            }
        }
    }

    /// The name under which the source has the tensor, today's or the old one, if its shape is right.
    fn locate(&self, wanted: &str, shape: &[usize]) -> Result<String, String> {
        let old = OLD_NAMES
            .iter()
            .find(|(today, _)| wanted.contains(today))
            .map(|(today, old)| wanted.replacen(today, old, 1));
        let found = std::iter::once(wanted.to_owned())
            .chain(old)
            .find_map(|name| self.source.shape(&name, shape).map(|stored| (name, stored)));
        match found {
            None => Err(format!("`{wanted}` is missing")),
            // A linear layer may have been saved as a 1x1 convolution and the reverse: same values, same order.
            Some((name, stored)) if squeezed(&stored) == squeezed(shape) => Ok(name),
            Some((_, stored)) => Err(format!(
                "`{wanted}` is {stored:?} in the file, {shape:?} in the configuration"
            )),
        }
    }

    fn finite(&self, name: &str, values: Vec<f32>) -> Result<Vec<f32>> {
        // Zero times a finite number is zero, times any other NaN; unlike `all`, the sum vectorises.
        let probe: f32 = values.iter().map(|value| value * 0.0).sum();
        if probe == 0.0 {
            Ok(values)
        } else {
            Err(Error::NonFiniteWeights {
                path: self.source.path(),
                tensor: name.to_owned(),
            })
        }
    }
}

fn squeezed(shape: &[usize]) -> &[usize] {
    match shape {
        [head @ .., 1, 1] if head.len() == 2 => head,
        _ => shape,
    }
}

/// The weights file of a part of a diffusers folder: the plain name, or the `fp16` variant.
pub fn weights_file(folder: &Path, stem: &str) -> Option<PathBuf> {
    [format!("{stem}.safetensors"), format!("{stem}.fp16.safetensors")]
        .into_iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}
