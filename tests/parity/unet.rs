//! Whole tiny U-Nets, their configurations read as a model folder's are.

use burn::tensor::Device;
use diffusion::unet::{AddedCond, UNet2DConditionModel, UNetConfig, UNetInputs};

use crate::agreement::{BLOCK, assert_agrees, block, config_file};
use crate::fixture::Fixture;

/// Beside the timesteps: what all runs of a fixture share.
fn inputs(fixture: &Fixture, timesteps: &str) -> UNetInputs {
    let device = Device::flex();
    UNetInputs {
        timesteps: fixture.values(timesteps),
        encoder_hidden_states: fixture.tensor("input.encoder_hidden_states", &device),
        timestep_cond: fixture
            .has("input.timestep_cond")
            .then(|| fixture.tensor("input.timestep_cond", &device)),
        added_cond: fixture.has("input.time_ids").then(|| AddedCond {
            text_embeds: fixture.tensor("input.text_embeds", &device),
            time_ids: fixture.values("input.time_ids").as_chunks().0.to_vec(),
        }),
    }
}

fn check(name: &str) {
    let file = config_file(name, "_class_name");
    let config = UNetConfig::open(file.path()).unwrap();
    let (fixture, unet) = block(name, |_, weights| UNet2DConditionModel::new(&config, weights));
    let device = Device::flex();
    for (sample, timestep) in [("sample", "timestep"), ("odd_sample", "odd_timestep")] {
        let inputs = inputs(&fixture, &format!("input.{timestep}"));
        let found = unet.forward(fixture.tensor(&format!("input.{sample}"), &device), &inputs);
        assert_agrees(&fixture, &format!("output.{sample}"), found, BLOCK);
    }
}

#[test]
fn of_stable_diffusion_1() {
    check("unet_sd1");
}

#[test]
fn of_stable_diffusion_2() {
    check("unet_sd2");
}

#[test]
fn of_a_latent_consistency_model() {
    check("unet_lcm");
}

#[test]
fn with_several_transformer_layers() {
    check("unet_transformer_layers");
}

#[test]
fn of_stable_diffusion_xl() {
    check("unet_sdxl");
}
