//! Noise against `torch.Generator("cpu")`.

use diffusion::noise::TorchGenerator;
use serde_json::Value;

use crate::fixture::{Fixture, largest_difference};

/// One unit in the last place of values around 2: PyTorch's vectorised logarithm and cosine are not exactly rounded.
const TOLERANCE: f32 = 2.5e-7;

fn numbers(value: &Value) -> Vec<u64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_u64().unwrap())
        .collect()
}

#[test]
fn every_size_and_seed_of_randn() {
    let fixture = Fixture::open("noise.safetensors");
    let config = fixture.config();
    for seed in numbers(&config["seeds"]) {
        for size in numbers(&config["sizes"]) {
            let found = TorchGenerator::manual_seed(seed).randn(size as usize);
            let expected = fixture.values(&format!("seed{seed}.size{size}"));
            // Small draws are computed in f64 on both sides.
            let tolerance = if size < 16 { 0.0 } else { TOLERANCE };
            let difference = largest_difference(&found, &expected);
            assert!(difference <= tolerance, "seed {seed}, {size} values: {difference:e}");
        }
    }
}

#[test]
fn draws_one_after_another() {
    let fixture = Fixture::open("noise.safetensors");
    let config = fixture.config();
    for seed in numbers(&config["seeds"]) {
        let mut generator = TorchGenerator::manual_seed(seed);
        let sizes = numbers(&config["consecutive_sizes"]);
        let found: Vec<f32> = sizes.iter().flat_map(|size| generator.randn(*size as usize)).collect();
        let difference = largest_difference(&found, &fixture.values(&format!("seed{seed}.consecutive")));
        assert!(difference <= TOLERANCE, "seed {seed}: {difference:e}");
    }
}

#[test]
fn the_noise_of_a_picture() {
    let fixture = Fixture::open("noise.safetensors");
    let config = fixture.config();
    let count = numbers(&config["latent_shape"]).iter().product::<u64>() as usize;
    for seed in numbers(&config["seeds"]) {
        let found = TorchGenerator::manual_seed(seed).randn(count);
        let (first, last) = (&found[..64], &found[count - 64..]);
        assert!(largest_difference(first, &fixture.values(&format!("seed{seed}.latent.first"))) <= TOLERANCE);
        assert!(largest_difference(last, &fixture.values(&format!("seed{seed}.latent.last"))) <= TOLERANCE);
        let expected = |what: &str| config[format!("seed{seed}.latent.{what}")].as_f64().unwrap();
        let sum: f64 = found.iter().map(|value| f64::from(*value)).sum();
        let squares: f64 = found.iter().map(|value| f64::from(*value).powi(2)).sum();
        assert!((sum - expected("sum")).abs() < 1e-4, "{sum}");
        assert!((squares - expected("sum_of_squares")).abs() < 1e-2, "{squares}");
    }
}

#[test]
fn the_raw_words_of_the_twister() {
    let fixture = Fixture::open("noise.safetensors");
    let config = fixture.config();
    for seed in numbers(&config["seeds"]) {
        let mut generator = TorchGenerator::manual_seed(seed);
        let words: Vec<u32> = (0..1300).map(|_| generator.next_u32()).collect();
        let found: Vec<u32> = numbers(&config["u32_indices"])
            .iter()
            .map(|index| words[*index as usize])
            .collect();
        assert_eq!(found, fixture.words(&format!("seed{seed}.u32")), "seed {seed}");
    }
}
