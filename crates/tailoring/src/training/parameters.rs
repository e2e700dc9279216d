//! The trained parameters of a module as one flat vector: optimizer, clipping, averaging and checkpoints see a single tensor.

use std::ops::Range;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};

use super::TrainingError;
use super::cache::values;

/// Which parameters of a module are trained, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    entries: Vec<Entry>,
}

/// One trained parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the module, of field names and places in lists.
    pub path: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Where its values are in the flat vector.
    pub range: Range<usize>,
}

impl Parameters {
    /// The parameters of `module` whose path `trained` accepts.
    pub fn of<M: Module>(module: &M, trained: impl Fn(&str) -> bool) -> Self {
        let mut lister = Lister {
            path: Vec::new(),
            entries: Vec::new(),
            trained,
        };
        module.visit(&mut lister);
        Self {
            entries: lister.entries,
        }
    }

    /// The parameters, in the order of their values.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many numbers are trained.
    pub fn len(&self) -> usize {
        self.entries.last().map_or(0, |entry| entry.range.end)
    }

    /// Whether nothing is trained.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The module's present values, in order.
    ///
    /// # Errors
    /// The device failed.
    pub fn values<M: Module>(&self, module: &M) -> Result<Vec<f32>, TrainingError> {
        let mut reader = Reader {
            path: Vec::new(),
            entries: &self.entries,
            next: 0,
            read: Ok(Vec::with_capacity(self.len())),
        };
        module.visit(&mut reader);
        reader.read
    }

    /// Gives the module the values of `flat` `[len]`, a tensor without gradients, as leaves that collect gradients.
    pub fn assign<M: Module>(&self, module: M, flat: &Tensor<1>, device: &Device) -> M {
        module.map(&mut Assign {
            path: Vec::new(),
            next: 0,
            entries: &self.entries,
            flat,
            device,
        })
    }

    /// The gradients of all parameters as one vector `[len]`; zero where the loss does not depend on one.
    pub fn gradients<M: Module>(&self, module: &M, gradients: &mut Gradients, device: &Device) -> Tensor<1> {
        let mut gather = Gather {
            path: Vec::new(),
            next: 0,
            entries: &self.entries,
            gradients,
            parts: Vec::with_capacity(self.entries.len()),
            device,
        };
        module.visit(&mut gather);
        Tensor::cat(gather.parts, 0)
    }
}

struct Lister<F> {
    path: Vec<String>,
    entries: Vec<Entry>,
    trained: F,
}

impl<F: Fn(&str) -> bool> ModuleVisitor for Lister<F> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let path = self.path.join(".");
        if !(self.trained)(&path) {
            return;
        }
        let shape = param.val().dims().to_vec();
        let start = self.entries.last().map_or(0, |entry| entry.range.end);
        let range = start..start + shape.iter().product::<usize>();
        self.entries.push(Entry { path, shape, range });
    }

    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
}

struct Reader<'a> {
    path: Vec<String>,
    entries: &'a [Entry],
    next: usize,
    read: Result<Vec<f32>, TrainingError>,
}

impl ModuleVisitor for Reader<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self
            .entries
            .get(self.next)
            .is_none_or(|entry| entry.path != self.path.join("."))
        {
            return;
        }
        self.next += 1;
        let Ok(read) = &mut self.read else { return };
        match values(param.val()) {
            Ok(values) => read.extend(values),
            Err(error) => self.read = Err(error),
        }
    }

    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
}

struct Assign<'a> {
    path: Vec<String>,
    next: usize,
    entries: &'a [Entry],
    flat: &'a Tensor<1>,
    device: &'a Device,
}

impl ModuleMapper for Assign<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(entry) = self
            .entries
            .get(self.next)
            .filter(|entry| entry.path == self.path.join("."))
        else {
            return param;
        };
        self.next += 1;
        let shape: [usize; D] = param.val().dims();
        let values = self.flat.clone().slice([entry.range.clone()]).reshape(shape);
        // `from_tensor` makes it a leaf that collects its gradient.
        Param::from_tensor(onto(values, self.device))
    }

    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
}

/// A tensor of the plain backend as one of `device`, which may record gradients.
fn onto<const D: usize>(tensor: Tensor<D>, device: &Device) -> Tensor<D> {
    if device.is_autodiff() {
        Tensor::from_inner(tensor)
    } else {
        tensor
    }
}

struct Gather<'a> {
    path: Vec<String>,
    next: usize,
    entries: &'a [Entry],
    gradients: &'a mut Gradients,
    parts: Vec<Tensor<1>>,
    device: &'a Device,
}

impl ModuleVisitor for Gather<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(entry) = self
            .entries
            .get(self.next)
            .filter(|entry| entry.path == self.path.join("."))
        else {
            return;
        };
        self.next += 1;
        let length = entry.range.len();
        let part = match param.val().grad_remove(self.gradients) {
            Some(gradient) => gradient.reshape([length]),
            None => Tensor::from_data(TensorData::new(vec![0f32; length], [length]), self.device),
        };
        self.parts.push(part);
    }

    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
}
