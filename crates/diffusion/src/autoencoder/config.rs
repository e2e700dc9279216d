//! `vae/config.json`.

use std::path::Path;

use serde_json::json;

use crate::config::{ConfigReader, MOST_LAYERS};
use crate::error::{Error, Result};

/// The most levels of resolution: each doubles the size of pictures.
const MOST_LEVELS: usize = 8;

/// The options of diffusers' `AutoencoderKL` that this program computes, and the built-in model's own.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are the configuration's own")]
pub struct AutoencoderConfig {
    /// Of the encoder's input, after pixels are gathered into channels.
    pub in_channels: usize,
    /// Of the decoder's output, before channels are spread into pixels.
    pub out_channels: usize,
    /// Of the latents.
    pub latent_channels: usize,
    /// Channels of each level, from the full resolution down.
    pub block_out_channels: Vec<usize>,
    /// Residual blocks of each encoder level; the decoder has one more.
    pub layers_per_block: usize,
    /// Groups of every group normalisation.
    pub norm_num_groups: usize,
    /// Whether all positions attend to each other at the lowest resolution.
    pub mid_block_add_attention: bool,
    /// Whether a 1x1 convolution follows the encoder.
    pub use_quant_conv: bool,
    /// Whether a 1x1 convolution goes before the decoder.
    pub use_post_quant_conv: bool,
    /// Latents are multiplied by this for the denoiser.
    pub scaling_factor: f64,
    /// Pixels are gathered into channels in squares of this side before encoding (own key of the built-in model; 1 elsewhere).
    pub patch_size: usize,
    /// Whether colours are multiplied by alpha before encoding (own key of the built-in model).
    pub premultiplied_input: bool,
}

/// The channels of a picture that an autoencoder works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureChannels {
    /// Opaque pictures.
    Rgb,
    /// Pictures with native transparency.
    Rgba,
}

impl AutoencoderConfig {
    /// Reads and checks the file.
    pub fn open(path: &Path) -> Result<Self> {
        let class = "AutoencoderKL";
        let mut config = ConfigReader::open(path, class, |values| values.get("_class_name") == Some(&json!(class)))?;
        config.require("act_fn", &[json!("silu"), json!("swish")])?;
        config.require("shift_factor", &[json!(0)])?;
        for key in ["latents_mean", "latents_std"] {
            config.require(key, &[])?;
        }
        config.require("alpha", &[json!("straight_rgb_and_alpha")])?;
        let premultiplied = "[(2 rgb - 1) alpha, 2 alpha - 1], pixel-unshuffled by patch_size";
        config.require("encoder_input", &[json!(premultiplied)])?;
        let premultiplied_input = config.word("encoder_input", "")? == premultiplied;
        // f16 weights of an autoencoder that overflows in f16 are computed in f32 here anyway.
        config.inert(&["force_upcast", "sample_size"]);
        let block_out_channels = config.sizes("block_out_channels")?;
        for (key, kind) in [
            ("down_block_types", "DownEncoderBlock2D"),
            ("up_block_types", "UpDecoderBlock2D"),
        ] {
            let kinds = config.words(key)?;
            if kinds.len() != block_out_channels.len() || kinds.iter().any(|found| found != kind) {
                return Err(config.unsupported(key));
            }
        }
        let this = Self {
            in_channels: config.size("in_channels", 3)?,
            out_channels: config.size("out_channels", 3)?,
            latent_channels: config.size("latent_channels", 4)?,
            layers_per_block: config.size("layers_per_block", 1)?,
            norm_num_groups: config.size("norm_num_groups", 32)?,
            mid_block_add_attention: config.flag("mid_block_add_attention", true)?,
            use_quant_conv: config.flag("use_quant_conv", true)?,
            use_post_quant_conv: config.flag("use_post_quant_conv", true)?,
            scaling_factor: config.number("scaling_factor", 0.18215)?,
            patch_size: config.size("patch_size", 1)?,
            premultiplied_input,
            block_out_channels,
        };
        config.finish()?;
        this.check(path)?;
        Ok(this)
    }

    fn check(&self, path: &Path) -> Result<()> {
        let wrong = |reason: &str| Error::Json {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        if self.norm_num_groups == 0
            || self
                .block_out_channels
                .iter()
                .any(|channels| channels % self.norm_num_groups != 0)
        {
            return Err(wrong("channels are not a multiple of `norm_num_groups`"));
        }
        let layers_fit =
            (1..=MOST_LAYERS).contains(&self.layers_per_block) && self.block_out_channels.len() <= MOST_LEVELS;
        if !layers_fit || !(1..=64).contains(&self.patch_size) || self.scaling_factor == 0.0 {
            return Err(wrong(
                "`block_out_channels`, `layers_per_block`, `patch_size` or `scaling_factor` is out of range",
            ));
        }
        for channels in [self.in_channels, self.out_channels] {
            if ![3, 4]
                .map(|channels| channels * self.patch_size.pow(2))
                .contains(&channels)
            {
                return Err(wrong("the picture has neither three (RGB) nor four (RGBA) channels"));
            }
        }
        Ok(())
    }

    /// Pixels a side that one latent stands for.
    pub fn factor(&self) -> usize {
        self.patch_size << (self.block_out_channels.len() - 1)
    }

    /// The channels of decoded pictures.
    pub fn decoded(&self) -> PictureChannels {
        picture_channels(self.out_channels, self.patch_size)
    }

    /// The channels of pictures to encode.
    pub fn encoded(&self) -> PictureChannels {
        picture_channels(self.in_channels, self.patch_size)
    }
}

fn picture_channels(channels: usize, patch_size: usize) -> PictureChannels {
    if channels == 4 * patch_size * patch_size {
        PictureChannels::Rgba
    } else {
        PictureChannels::Rgb
    }
}
