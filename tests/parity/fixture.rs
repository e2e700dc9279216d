//! Reads what `make_fixtures.py` wrote: tensors, and the facts about them as JSON.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::tensor::{Dtype, SafeTensors};
use serde_json::Value;

/// A fixture file in memory.
pub struct Fixture {
    name: String,
    bytes: Vec<u8>,
}

impl Fixture {
    /// Opens `tests/parity/fixtures/{name}`.
    pub fn open(name: &str) -> Self {
        let path = format!("{}/parity/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self {
            name: name.to_owned(),
            bytes,
        }
    }

    /// The JSON under the metadata key "config".
    pub fn config(&self) -> Value {
        let (_, header) = SafeTensors::read_metadata(&self.bytes).unwrap();
        let text = header.metadata().as_ref().and_then(|metadata| metadata.get("config"));
        serde_json::from_str(text.unwrap_or_else(|| panic!("{} has no config", self.name))).unwrap()
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, tensor: &str) -> bool {
        self.tensors().tensor(tensor).is_ok()
    }

    /// A tensor's shape.
    pub fn shape(&self, tensor: &str) -> Vec<usize> {
        self.view(tensor).0
    }

    /// The values of an f32 tensor.
    pub fn values(&self, tensor: &str) -> Vec<f32> {
        let (_, dtype, bytes) = self.view(tensor);
        assert_eq!(dtype, Dtype::F32, "{tensor}");
        bytes
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
            .collect()
    }

    /// The values of a u32 tensor.
    pub fn words(&self, tensor: &str) -> Vec<u32> {
        let (_, dtype, bytes) = self.view(tensor);
        assert_eq!(dtype, Dtype::U32, "{tensor}");
        bytes
            .chunks_exact(4)
            .map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
            .collect()
    }

    /// An f32 tensor on a device.
    pub fn tensor<const D: usize>(&self, tensor: &str, device: &Device) -> Tensor<D> {
        Tensor::from_data(TensorData::new(self.values(tensor), self.shape(tensor)), device)
    }

    fn tensors(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.bytes).unwrap()
    }

    fn view(&self, tensor: &str) -> (Vec<usize>, Dtype, &[u8]) {
        let tensors = self.tensors();
        let view = tensors
            .tensor(tensor)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        (view.shape().to_vec(), view.dtype(), view.data())
    }
}

/// The values of a tensor.
pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_into_data().unwrap().try_to_vec().unwrap()
}

/// The largest difference, of values above 1 relative to their size.
pub fn largest_difference(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let differences = found
        .iter()
        .zip(expected)
        .map(|(found, expected)| (found - expected).abs() / expected.abs().max(1.0));
    // `f32::max` would pass over a NaN.
    differences.fold(
        0.0,
        |most, difference| if difference <= most { most } else { difference },
    )
}
