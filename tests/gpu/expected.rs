//! `builtin.safetensors`: the built-in model's numbers by python diffusers (see tests/parity/README.md).

use std::path::{Path, PathBuf};

use safetensors::tensor::SafeTensors;

fn tensor(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/fixtures/builtin.safetensors");
    let bytes = std::fs::read(path).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    tensors.tensor(name).unwrap().data().to_vec()
}

/// The values of an f32 tensor.
pub fn values(name: &str) -> Vec<f32> {
    let bytes = tensor(name);
    bytes
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
}

/// The values of a u8 tensor.
pub fn bytes(name: &str) -> Vec<u8> {
    tensor(name)
}

/// Folder of the built-in model.
pub fn model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/model")
}

/// The largest distance of two lists, NaN if there is one.
pub fn largest_difference(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let differences = found
        .iter()
        .zip(expected)
        .map(|(found, expected)| (found - expected).abs());
    // `f32::max` would pass over a NaN.
    differences.fold(
        0.0,
        |most, difference| if difference <= most { most } else { difference },
    )
}
