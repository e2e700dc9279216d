use std::path::PathBuf;

use burn::tensor::Tensor;
use diffusion::weights::{self, Precision, TensorSource};
use image::{Rgba, RgbaImage};

use super::super::{Backbone, Lpips};
use super::{Device, counted_tensor, counted_values, expected, host, pictures};

/// Full-sized networks whose weights both sides count out, since a file of them would have fifty megabytes. A wrong name gives
/// other values.
struct CountedTensors;

impl TensorSource for CountedTensors {
    fn shape(&self, _: &str, wanted: &[usize]) -> Option<Vec<usize>> {
        Some(wanted.to_vec())
    }

    fn read(&self, name: &str, shape: &[usize]) -> diffusion::Result<Vec<f32>> {
        Ok(counted_values(name, shape))
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn path(&self) -> PathBuf {
        PathBuf::new()
    }
}

fn lpips(backbone: Backbone) -> Lpips {
    let build = |weights: &weights::Weights| Lpips::new(backbone, weights);
    weights::build(&CountedTensors, "", &Device::flex(), Precision::F32, build)
        .unwrap()
        .0
}

fn check(backbone: Backbone) {
    let shape = [2, 3, 64, 48];
    let (a, other) = (counted_tensor("a", shape, 3.0), counted_tensor("b", shape, 3.0));
    let near = a.clone().narrow(0, 0, 1) * 0.9 + other.clone().narrow(0, 0, 1) * 0.1;
    let b = Tensor::cat(vec![near, other.narrow(0, 1, 1)], 0);
    let lpips = lpips(backbone);
    let found = host(lpips.distance(&lpips.features(a), &lpips.features(b)));
    let expected = expected("lpips.safetensors", &format!("{}.distances", backbone.name()));
    assert_eq!(found.len(), 2);
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-4 * expected,
            "{found}, expected {expected}"
        );
    }
}

#[test]
fn distances_on_alexnet_are_the_lpips_packages() {
    check(Backbone::Alex);
}

#[test]
fn distances_on_vgg16_are_the_lpips_packages() {
    check(Backbone::Vgg);
}

#[test]
fn pairs_come_in_order_and_equal_pictures_are_at_zero() {
    let picture = pictures().remove(2);
    let plain = RgbaImage::from_pixel(130, 131, Rgba([10, 200, 30, 255]));
    let device = Device::flex();
    let lpips = lpips(Backbone::Alex);
    let set = [picture.clone(), plain.clone(), picture.clone()];
    let distances = lpips.pairwise(&set, [255; 3], &device).unwrap();
    let pair = lpips.pairwise(&[plain, picture], [255; 3], &device).unwrap()[0];
    assert!(pair > 0.01, "{pair}");
    assert_eq!(distances, [pair, 0.0, pair]);
    assert!(lpips.pairwise(&[], [255; 3], &device).unwrap().is_empty());
}

#[test]
fn pictures_that_cannot_be_compared_are_refused() {
    let (device, lpips) = (Device::flex(), lpips(Backbone::Alex));
    let refusal = lpips.pairwise(&pictures(), [255; 3], &device).unwrap_err();
    assert!(refusal.to_string().contains("of one size only"), "{refusal}");
    let small = RgbaImage::new(30, 60);
    let refusal = lpips.pairwise(&[small.clone(), small], [255; 3], &device).unwrap_err();
    assert!(
        refusal.to_string().contains("too small for LPIPS; it needs 31"),
        "{refusal}"
    );
}

#[test]
fn the_smallest_pictures_it_takes_have_a_place_in_every_stage() {
    for backbone in [Backbone::Alex, Backbone::Vgg] {
        let side = backbone.least_side();
        let picture = RgbaImage::new(side, side);
        let distances = lpips(backbone).pairwise(&[picture.clone(), picture], [255; 3], &Device::flex());
        assert_eq!(distances.unwrap(), [0.0], "{backbone:?}");
    }
}
