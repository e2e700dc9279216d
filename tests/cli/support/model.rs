//! Copies of model folders, to be broken on purpose.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::fixture_folder;

/// Where the U-Net's configuration and weights lie.
pub const UNET_CONFIG: &str = "unet/config.json";
pub const UNET_WEIGHTS: &str = "unet/diffusion_pytorch_model.safetensors";

/// A model folder that a test may change.
pub struct ModelCopy {
    pub path: PathBuf,
}

impl ModelCopy {
    /// Copies a fixture folder to `path`.
    pub fn of(fixture: &str, path: PathBuf) -> Self {
        copy_folder(&fixture_folder(fixture), &path);
        Self { path }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Sets one key of a JSON file.
    pub fn set(&self, file: &str, key: &str, value: Value) {
        let path = self.file(file);
        let mut json: Map<String, Value> = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        json.insert(key.to_owned(), value);
        fs::write(&path, serde_json::to_string_pretty(&json).unwrap()).unwrap();
    }

    /// Changes a safetensors file.
    pub fn edit_weights(&self, file: &str, edit: impl FnOnce(&mut Weights)) {
        let mut weights = Weights::read(&self.file(file));
        edit(&mut weights);
        weights.write(&self.file(file));
    }
}

/// A safetensors file: 8 bytes with the header's length, the header, the tensors' bytes.
pub struct Weights {
    pub header: Map<String, Value>,
    pub bytes: Vec<u8>,
}

impl Weights {
    pub fn read(path: &Path) -> Self {
        let file = fs::read(path).unwrap();
        let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
        Self {
            header: serde_json::from_slice(&file[8..8 + length]).unwrap(),
            bytes: file[8 + length..].to_vec(),
        }
    }

    pub fn write(&self, path: &Path) {
        let header = serde_json::to_vec(&self.header).unwrap();
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header);
        file.extend(&self.bytes);
        fs::write(path, file).unwrap();
    }

    pub fn shape(&self, tensor: &str) -> Vec<u64> {
        self.header[tensor]["shape"]
            .as_array()
            .unwrap()
            .iter()
            .map(|side| side.as_u64().unwrap())
            .collect()
    }

    pub fn set_shape(&mut self, tensor: &str, shape: &[u64]) {
        self.header[tensor]["shape"] = shape.into();
    }

    /// The bytes of one tensor.
    pub fn tensor_mut(&mut self, tensor: &str) -> &mut [u8] {
        let offset = |index: usize| self.header[tensor]["data_offsets"][index].as_u64().unwrap() as usize;
        let range = offset(0)..offset(1);
        &mut self.bytes[range]
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
