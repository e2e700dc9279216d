//! Whole tiny autoencoders, their configurations read as a model folder's are.

use burn::tensor::Device;
use diffusion::autoencoder::{AutoencoderConfig, AutoencoderKL, PictureChannels, Tiling, alpha_from_rgb_decoder};

use crate::agreement::{BLOCK, assert_agrees, assert_values_agree, block, config_file};
use crate::fixture::{Fixture, values};

fn open(name: &str) -> (Fixture, AutoencoderKL) {
    let file = config_file(name, "_class_name");
    let config = AutoencoderConfig::open(file.path()).unwrap();
    block(name, |_, weights| AutoencoderKL::new(&config, weights))
}

fn check(name: &str) {
    let (fixture, autoencoder) = open(name);
    let device = Device::flex();
    let distribution = autoencoder.encode(fixture.tensor("input.sample", &device));
    let std = distribution.logvar.clone().mul_scalar(0.5).exp();
    // A sample is `mean + std * noise`: with noise of ones it shows both.
    let ones = std.ones_like();
    let sampled = values(distribution.sample(ones));
    let expected: Vec<f32> = fixture
        .values("output.mean")
        .iter()
        .zip(fixture.values("output.std"))
        .map(|(mean, std)| mean + std)
        .collect();
    assert_values_agree("sample", &sampled, &expected, BLOCK);
    assert_agrees(&fixture, "output.mean", distribution.mean, BLOCK);
    assert_agrees(&fixture, "output.logvar", distribution.logvar, BLOCK);
    assert_agrees(&fixture, "output.std", std, BLOCK);
    let decoded = autoencoder.decode(fixture.tensor("input.latents", &device));
    assert_agrees(&fixture, "output.decoded", decoded, BLOCK);
}

#[test]
fn of_opaque_pictures() {
    check("autoencoder_rgb");
}

#[test]
fn of_transparent_pictures() {
    check("autoencoder_rgba");
}

#[test]
fn without_quant_convolutions() {
    check("autoencoder_no_quant");
}

#[test]
fn of_three_levels() {
    check("autoencoder_three_levels");
}

/// Text-to-Sticker's rule: the colours stay as they were, and alpha starts as their mean.
#[test]
fn an_opaque_decoder_gets_an_alpha_channel() {
    let (fixture, autoencoder) = open("autoencoder_rgb");
    let with_alpha = alpha_from_rgb_decoder(autoencoder).unwrap();
    assert_eq!(with_alpha.config().decoded(), PictureChannels::Rgba);
    let decoded = with_alpha.decode(fixture.tensor("input.latents", &Device::flex()));
    let colours = decoded.clone().narrow(1, 0, 3);
    assert_agrees(&fixture, "output.decoded", colours.clone(), BLOCK);
    let alpha = values(decoded.narrow(1, 3, 1));
    assert_values_agree("alpha", &alpha, &values(colours.mean_dim(1)), 1e-5);
    assert!(alpha_from_rgb_decoder(with_alpha).is_err(), "it has one already");
}

/// Norms of a tile do not see the rest of the picture, so only a tile that holds all of it is exact.
#[test]
fn one_tile_is_the_whole_picture() {
    let (fixture, autoencoder) = open("autoencoder_three_levels");
    let latents = fixture.tensor::<4>("input.latents", &Device::flex());
    let tiled = autoencoder.decode_tiled(latents.clone(), Tiling::of(8));
    assert_agrees(&fixture, "output.decoded", tiled, BLOCK);
    let tiled = autoencoder.decode_tiled(latents.clone(), Tiling { tile: 2, overlap: 1 });
    assert_eq!(tiled.dims(), autoencoder.decode(latents).dims());
    assert!(values(tiled).iter().all(|value| value.is_finite()));
}
