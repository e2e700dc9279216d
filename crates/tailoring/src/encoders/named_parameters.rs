//! A module's parameters by name, for saving.

use std::io::Write;
use std::path::Path;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Tensor};
use safetensors::tensor::{Dtype, TensorView};

use super::{EncoderError, Result};

struct Named {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
}

#[derive(Default)]
struct Collector {
    path: Vec<String>,
    found: Vec<Named>,
    failure: Option<String>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let shape = tensor.dims().to_vec();
        let data = tensor.try_into_data().map_err(|error| format!("{error:?}"));
        let values = data.and_then(|data| {
            data.convert_dtype(DType::F32)
                .try_to_vec::<f32>()
                .map_err(|error| format!("{error:?}"))
        });
        match values {
            Ok(values) => self.found.push(Named {
                name: self.path.join("."),
                shape,
                values,
            }),
            Err(reason) => self.failure = Some(reason),
        }
    }
}

/// Writes every parameter of `module` in f32, each named by its path of fields. The file is whole or not there.
pub fn save_parameters(module: &impl Module, path: &Path) -> Result<()> {
    let failed = |reason: String| EncoderError::Save {
        reason,
        path: path.to_owned(),
    };
    let mut collector = Collector::default();
    module.visit(&mut collector);
    if let Some(reason) = collector.failure {
        return Err(failed(reason));
    }
    let views = collector.found.iter().map(|named| {
        let bytes = bytemuck::cast_slice(&named.values);
        TensorView::new(Dtype::F32, named.shape.clone(), bytes).map(|view| (named.name.as_str(), view))
    });
    let views = views
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| failed(error.to_string()))?;
    let format = [("format".to_owned(), "pt".to_owned())].into();
    let bytes = safetensors::serialize(views, Some(format)).map_err(|error| failed(error.to_string()))?;
    write_whole(path, &bytes)
}

/// Writes a file by a temporary one beside it.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        // The rename, too, must outlast a power cut.
        #[cfg(unix)]
        std::fs::File::open(folder)?.sync_all()?;
        Ok(())
    };
    write().map_err(|error| EncoderError::Save {
        reason: error.to_string(),
        path: path.to_owned(),
    })
}
