//! What "the same" means here, and building a module from a fixture.

use std::io::Write;
use std::path::PathBuf;

use burn::tensor::{Device, Tensor};
use diffusion::weights::{self, Precision, SafetensorsFile, Weights};
use safetensors::tensor::{Dtype, SafeTensors};
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::fixture::{Fixture, values};

/// The promise for every block, relative to the largest value of a tensor (see README.md).
pub const BLOCK: f32 = 1e-4;

/// Folder of the fixtures.
pub fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("parity/fixtures")
}

/// Folder of the built-in model.
pub fn built_in_model() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets/model")
}

/// The bytes of a u8 tensor of `fixtures/{file}`.
pub fn bytes(file: &str, tensor: &str) -> Vec<u8> {
    raw(file, tensor, Dtype::U8)
}

/// The numbers of an i64 tensor of `fixtures/{file}`.
pub fn integers(file: &str, tensor: &str) -> Vec<i64> {
    let bytes = raw(file, tensor, Dtype::I64);
    bytes
        .chunks_exact(8)
        .map(|bytes| i64::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
}

fn raw(file: &str, tensor: &str, dtype: Dtype) -> Vec<u8> {
    let file = std::fs::read(fixtures().join(file)).unwrap();
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let view = tensors
        .tensor(tensor)
        .unwrap_or_else(|error| panic!("{tensor}: {error}"));
    assert_eq!(view.dtype(), dtype, "{tensor}");
    view.data().to_vec()
}

/// Fails unless the tensor is the fixture's within `tolerance * max(1, largest expected value)`.
#[track_caller]
pub fn assert_agrees<const D: usize>(fixture: &Fixture, name: &str, found: Tensor<D>, tolerance: f32) {
    assert_eq!(found.dims().to_vec(), fixture.shape(name), "{name}");
    assert_values_agree(name, &values(found), &fixture.values(name), tolerance);
}

/// Fails unless every value is the expected one within `tolerance * max(1, largest expected value)`.
#[track_caller]
pub fn assert_values_agree(name: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let scale = expected.iter().fold(1.0, |most: f32, value| most.max(value.abs()));
    let difference = largest(
        found
            .iter()
            .zip(expected)
            .map(|(found, expected)| (found - expected).abs()),
    ) / scale;
    println!("{name}: {difference:.1e}");
    assert!(
        difference <= tolerance,
        "{name}: the largest difference is {difference:e}"
    );
}

/// Fails unless every byte is within `most` of the expected one. Returns how many differ at all.
#[track_caller]
pub fn assert_pictures_agree(name: &str, found: &[u8], expected: &[u8], most: u8) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let pairs = || found.iter().zip(expected);
    let difference = pairs().map(|(found, expected)| found.abs_diff(*expected)).max();
    let differing = pairs().filter(|(found, expected)| found != expected).count();
    println!("{name}: {differing} of {} bytes differ, by {difference:?}", found.len());
    assert!(
        difference <= Some(most),
        "{name}: {differing} bytes differ, by up to {difference:?}"
    );
}

/// The largest, and NaN if there is one, which `f32::max` would pass over.
fn largest(values: impl Iterator<Item = f32>) -> f32 {
    values.fold(0.0, |most, value| if value <= most { most } else { value })
}

/// `blocks/{name}.safetensors`, and the module that `build` makes of its weights. Every weight must be asked for.
pub fn block<M>(name: &str, build: impl FnOnce(&Value, &Weights) -> M) -> (Fixture, M) {
    let file = format!("blocks/{name}.safetensors");
    let fixture = Fixture::open(&file);
    let config = fixture.config();
    let weights = SafetensorsFile::open(&fixtures().join(&file)).unwrap();
    let module = |weights: &Weights| build(&config["config"], weights);
    let (module, report) = weights::build(&weights, "weights", &Device::flex(), Precision::F32, module).unwrap();
    let left: Vec<_> = report
        .unused
        .iter()
        .filter(|name| name.starts_with("weights."))
        .collect();
    assert!(left.is_empty(), "{name}: not asked for: {left:?}");
    (fixture, module)
}

/// The fixture's configuration as a file, for the reader of model folders; `class_key` gets the class's name.
pub fn config_file(name: &str, class_key: &str) -> NamedTempFile {
    let facts = Fixture::open(&format!("blocks/{name}.safetensors")).config();
    let mut config = facts["config"].clone();
    config[class_key] = match class_key {
        "architectures" => Value::Array(vec![facts["class"].clone()]),
        _ => facts["class"].clone(),
    };
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(config.to_string().as_bytes()).unwrap();
    file
}

/// A whole number of a configuration.
pub fn size(config: &Value, key: &str) -> usize {
    config[key].as_u64().unwrap_or_else(|| panic!("{key} of {config}")) as usize
}
