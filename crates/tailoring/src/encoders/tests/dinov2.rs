use super::super::{Dinov2, PictureEncoder};
use super::{Device, TOLERANCE, assert_agrees, counted_tensor, expected, fixture, host, pictures};

fn check(name: &str) {
    let encoder = Dinov2::open(&fixture(name), &Device::flex()).unwrap();
    let compare = |key: &str, found: Vec<f32>| {
        let expected = expected("dinov2.safetensors", &format!("{name}.{key}"));
        assert_agrees(key, &found, &expected, TOLERANCE);
    };
    // Cropped to 56 of the 70 pixels that the positions were made for, as published folders crop to 224 of 518.
    compare("pictures", encoder.encode(&pictures()).unwrap().concat());
    let own_size = counted_tensor("own_size", [2, 3, 70, 70], 9.0);
    compare("own_size", host(encoder.model.forward(own_size)));
    // Neither square nor a multiple of the patch.
    let wide = counted_tensor("wide", [1, 3, 45, 100], 9.0);
    compare("wide", host(encoder.model.forward(wide)));
}

#[test]
fn features_are_transformers_at_every_size() {
    check("dinov2");
}

#[test]
fn without_biases_of_queries_keys_and_values() {
    check("dinov2_no_bias");
}
