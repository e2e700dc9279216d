//! The loss and its gradients against PyTorch's: fixtures/training/make_training.py.

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::pipeline::ModelFolder;
use diffusion::weights::{Precision, SafetensorsFile, TensorSource};
use serde_json::Value;

use super::super::batch::Batch;
use super::super::cache::values;
use super::super::loss::position_weights;
use super::super::{Trainer, TrainingConfig};
use crate::objective::{Draw, Source};

/// One case of the fixture.
pub fn compare(model: &ModelFolder, case: &Value, file: &SafetensorsFile) {
    let name = case["name"].as_str().unwrap();
    let config = TrainingConfig {
        rank: case["rank"].as_u64().unwrap() as usize,
        alpha: case["alpha"].as_f64().unwrap() as f32,
        targets: serde_json::from_value(case["targets"].clone()).unwrap(),
        min_snr_gamma: case["min_snr_gamma"].as_f64(),
        ..TrainingConfig::default()
    };
    let device = Device::flex();
    let mut trainer = Trainer::new(model, &config, &device, Precision::F32).unwrap();
    let modules = trainer.layout().unwrap().modules.clone();
    let parts = |kind: &str| {
        let matrices = modules.iter().flat_map(|module| {
            let path = module.path.trim_start_matches("unet.");
            [format!("{name}.down{kind}.{path}"), format!("{name}.up{kind}.{path}")]
        });
        matrices.map(|name| read(file, &name)).collect::<Vec<_>>()
    };
    let start: Vec<f32> = parts("").into_iter().flat_map(Option::unwrap).collect();
    let mut state = trainer.state().clone();
    state.values = Tensor::from_data(TensorData::new(start.clone(), [start.len()]), &device);
    trainer.set_state(state);

    let (losses, gradient) = trainer.gradient(&batch(case, file, &device), 0);
    let wanted = read(file, &format!("{name}.losses_without_snr")).unwrap();
    for (loss, wanted) in values(losses).unwrap().into_iter().zip(wanted) {
        assert!(
            (loss - wanted).abs() < 1e-3 * wanted.abs(),
            "{name}: {loss} instead of {wanted}"
        );
    }
    let gradient = values(gradient).unwrap();
    let norm = gradient.iter().map(|value| value * value).sum::<f32>().sqrt();
    let wanted_norm = read(file, &format!("{name}.gradient_norm")).unwrap()[0];
    assert!(
        (norm - wanted_norm).abs() < 1e-3 * wanted_norm,
        "{name}: a norm of {norm} instead of {wanted_norm}"
    );
    let wanted = parts("_gradient");
    let most = wanted
        .iter()
        .flatten()
        .flatten()
        .fold(0.0f32, |most, value| most.max(value.abs()));
    let (mut at, mut compared) = (0, 0);
    for (entry, wanted) in trainer.parameters().entries().iter().zip(wanted) {
        let found = &gradient[entry.range.clone()];
        for (found, wanted) in found.iter().zip(wanted.unwrap_or_default()) {
            assert!(
                (found - wanted).abs() < 1e-3 * most,
                "{name} {}: {found} instead of {wanted}",
                entry.path
            );
            compared += 1;
        }
        at += found.len();
    }
    assert_eq!(at, gradient.len());
    assert!(compared > 10_000, "{compared}");
}

fn batch(case: &Value, file: &SafetensorsFile, device: &Device) -> Batch {
    let offset_share = case["noise_offset"].as_f64().unwrap() as f32;
    let alpha_weight = case["alpha_weight"].as_f64().unwrap() as f32;
    let named = |name: &str| read(file, &format!("batch.{name}")).unwrap();
    let mut noise = named("noise");
    for (plane, offset) in noise.chunks_exact_mut(16 * 16).zip(named("offset")) {
        for value in plane {
            *value += offset_share * offset;
        }
    }
    let weights: Vec<f32> = named("alpha")
        .chunks_exact(16 * 16)
        .flat_map(|alpha| position_weights(alpha, alpha_weight))
        .collect();
    let tensor = |values, channels| Tensor::from_data(TensorData::new(values, [4, channels, 16, 16]), device);
    let draws = case["timesteps"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(example, timestep)| Draw {
            source: if example < 2 { Source::Content } else { Source::Style },
            example,
            timestep: timestep.as_u64().unwrap() as usize,
        });
    Batch {
        draws: draws.collect(),
        latents: tensor(named("latents"), 8),
        noise: tensor(noise, 8),
        position_weights: tensor(weights, 1),
        embeddings: Tensor::from_data(TensorData::new(named("embeddings"), [4, 24, 192]), device),
    }
}

fn read(file: &SafetensorsFile, name: &str) -> Option<Vec<f32>> {
    let shape = file.shape(name, &[])?;
    Some(file.read(name, &shape).unwrap())
}
