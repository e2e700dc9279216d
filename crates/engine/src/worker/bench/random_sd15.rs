//! A model of Stable Diffusion 1.5's shape with random weights, for figures that compare with other programs'.

use burn::tensor::{Tensor, TensorData};
use diffusion::autoencoder::{AutoencoderConfig, AutoencoderKL};
use diffusion::noise::TorchGenerator;
use diffusion::unet::{UNet2DConditionModel, UNetConfig};
use diffusion::weights::{self, RandomTensors};

use crate::Error;
use crate::choice::Precision;
use crate::device::OpenDevice;

const SEED: u64 = 0;
const TOKENS: usize = 77;
const WIDTH: usize = 768;
/// Latent positions a side, and pixels of each.
pub(super) const LATENTS: usize = 64;
pub(super) const FACTOR: usize = 8;

/// As in the published folder, with the plainest sampler.
pub(super) const SCHEDULER: &str = r#"{"_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012,
    "beta_schedule": "scaled_linear", "clip_sample": false, "set_alpha_to_one": false, "steps_offset": 1}"#;

const UNET: &str = r#"{"_class_name": "UNet2DConditionModel", "sample_size": 64, "in_channels": 4, "out_channels": 4,
    "block_out_channels": [320, 640, 1280, 1280], "layers_per_block": 2, "cross_attention_dim": 768,
    "attention_head_dim": 8,
    "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]}"#;

const AUTOENCODER: &str = r#"{"_class_name": "AutoencoderKL", "sample_size": 512, "in_channels": 3, "out_channels": 3,
    "latent_channels": 4, "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
    "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
    "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;

/// U-Net and autoencoder on the device.
pub(super) fn load(
    open: &OpenDevice,
    precision: Precision,
    on_stage: &mut dyn FnMut(&str),
) -> Result<(UNet2DConditionModel, AutoencoderKL), Error> {
    let failed = |reason| Error::internal(format!("could not write a configuration: {reason}"));
    let folder = tempfile::tempdir().map_err(failed)?;
    let written = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map(|()| path).map_err(failed)
    };
    let source = RandomTensors::new(SEED);
    on_stage("filling the U-Net");
    let config = UNetConfig::open(&written("unet.json", UNET)?)?;
    let unet = weights::build(&source, "unet", &open.device, precision.into(), |weights| {
        UNet2DConditionModel::new(&config, weights)
    })?;
    on_stage("filling the autoencoder");
    let config = AutoencoderConfig::open(&written("vae.json", AUTOENCODER)?)?;
    let autoencoder = weights::build(&source, "vae", &open.device, precision.into(), |weights| {
        AutoencoderKL::new(&config, weights)
    })?;
    Ok((unet.0, autoencoder.0))
}

/// Two random prompts, `[2, tokens, width]`.
pub(super) fn prompt_pair(open: &OpenDevice) -> Tensor<3> {
    let values = TorchGenerator::manual_seed(SEED).randn(2 * TOKENS * WIDTH);
    Tensor::from_data(TensorData::new(values, [2, TOKENS, WIDTH]), &open.device)
}
