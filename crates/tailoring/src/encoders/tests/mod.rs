//! Against Pillow, transformers, torch and the lpips package: fixtures of crates/tailoring/fixtures/make_encoders.py.

mod clip;
mod damaged;
mod dinov2;
mod gradients;
mod lpips;
mod pictures;

use std::path::PathBuf;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::weights::{SafetensorsFile, TensorSource};
use image::RgbaImage;

/// Of encoders against torch: absolute, and relative for values above 1.
const TOLERANCE: f32 = 1e-4;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/encoders")
        .join(name)
}

fn expected(file: &str, tensor: &str) -> Vec<f32> {
    SafetensorsFile::open(&fixture(file))
        .unwrap()
        .read(tensor, &[])
        .unwrap()
}

fn pictures() -> Vec<RgbaImage> {
    let open = |index| {
        image::open(fixture(&format!("pictures/{index}.png")))
            .unwrap()
            .to_rgba8()
    };
    (0..3).map(open).collect()
}

fn assert_agrees(what: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{what}");
    // Written so that NaN is far.
    let near = |found: f32, expected: f32| (found - expected).abs() <= tolerance * expected.abs().max(1.0);
    let far = found
        .iter()
        .zip(expected)
        .find(|(found, expected)| !near(**found, **expected));
    if let Some((found, expected)) = far {
        panic!("{what}: {found}, expected {expected}");
    }
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_into_data().unwrap().try_to_vec().unwrap()
}

/// The same values as `counted_values` in make_encoders.py.
fn counted_values(name: &str, shape: &[usize]) -> Vec<f32> {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let start = name.bytes().fold(0xcbf2_9ce4_8422_2325, hash);
    let fan_in: usize = shape[1..].iter().product();
    let scale = match shape.len() {
        1 => 0.1,
        _ if name.starts_with("lin") => 1.0,
        _ => (6.0 / fan_in as f32).sqrt(),
    };
    let value = |index: usize| {
        let mut z = start.wrapping_add(index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let uniform = ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0;
        if name.starts_with("lin") {
            uniform.abs()
        } else {
            uniform * scale
        }
    };
    (0..shape.iter().product()).map(value).collect()
}

/// `counted_values` times `factor` on the CPU.
fn counted_tensor<const D: usize>(name: &str, shape: [usize; D], factor: f32) -> Tensor<D> {
    let values = counted_values(name, &shape)
        .into_iter()
        .map(|value| value * factor)
        .collect();
    Tensor::from_data(TensorData::new::<f32, _>(values, shape), &Device::flex())
}
