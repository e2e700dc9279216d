//! The autoencoder: diffusers' `AutoencoderKL` (Kingma and Welling 2013; Rombach et al. 2022), with pictures of three or four
//! channels, and the built-in model's gathering of pixels into channels.

mod alpha;
mod coder;
mod config;
mod tiles;

pub use alpha::alpha_from_rgb_decoder;
pub use coder::{Decoder, Encoder};
pub use config::{AutoencoderConfig, PictureChannels};
pub use tiles::Tiling;

use burn::module::Module;
use burn::tensor::{FloatDType, Tensor};

use crate::nn::{Conv2d, Window};
use crate::weights::Weights;

/// The autoencoder. Picture tensors hold `[-1, 1]`; with transparency, straight RGB then alpha.
#[derive(Module, Debug)]
pub struct AutoencoderKL {
    encoder: Encoder,
    quant_conv: Option<Conv2d>,
    decoder: Decoder,
    post_quant_conv: Option<Conv2d>,
    #[module(skip)]
    config: AutoencoderConfig,
}

/// A Gaussian over latents.
#[derive(Clone, Debug)]
pub struct DiagonalGaussian {
    /// `[batch, latent, height, width]`
    pub mean: Tensor<4>,
    /// Log-variance, clamped to [-30, 20] as diffusers does.
    pub logvar: Tensor<4>,
}

impl DiagonalGaussian {
    /// `mean + std · noise`
    pub fn sample(&self, noise: Tensor<4>) -> Tensor<4> {
        self.mean.clone() + self.logvar.clone().mul_scalar(0.5).exp() * noise
    }
}

impl AutoencoderKL {
    /// The autoencoder of that configuration.
    pub fn new(config: &AutoencoderConfig, weights: &Weights) -> Self {
        let latent = config.latent_channels;
        let pointwise = |channels, name| Conv2d::new(channels, channels, Window::Pointwise, &weights.child(name));
        Self {
            encoder: Encoder::new(config, &weights.child("encoder")),
            quant_conv: config.use_quant_conv.then(|| pointwise(2 * latent, "quant_conv")),
            decoder: Decoder::new(config, &weights.child("decoder")),
            post_quant_conv: config.use_post_quant_conv.then(|| pointwise(latent, "post_quant_conv")),
            config: config.clone(),
        }
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &AutoencoderConfig {
        &self.config
    }

    fn dtype(&self) -> FloatDType {
        FloatDType::from(self.decoder.conv_out.weight.val().dtype())
    }

    /// `pictures` `[batch, 3 or 4, height, width]` in [-1, 1] to a distribution over unscaled latents.
    ///
    /// Where the configuration says so, colours are multiplied by alpha first: what is under full transparency does not count.
    pub fn encode(&self, pictures: Tensor<4>) -> DiagonalGaussian {
        let premultiplied = self.config.premultiplied_input && self.config.encoded() == PictureChannels::Rgba;
        let input = if premultiplied { premultiply(pictures) } else { pictures };
        let moments = self
            .encoder
            .forward(pixel_unshuffle(input, self.config.patch_size).cast(self.dtype()));
        let moments = match &self.quant_conv {
            Some(conv) => conv.forward(moments),
            None => moments,
        };
        let moments = moments.cast(FloatDType::F32);
        let latent = self.config.latent_channels;
        DiagonalGaussian {
            mean: moments.clone().narrow(1, 0, latent),
            logvar: moments.narrow(1, latent, latent).clamp(-30.0, 20.0),
        }
    }

    /// Unscaled latents `[batch, latent, height, width]` to pictures `[batch, 3 or 4, height · factor, width · factor]` in f32,
    /// about in [-1, 1].
    pub fn decode(&self, latents: Tensor<4>) -> Tensor<4> {
        let latents = latents.cast(self.dtype());
        let latents = match &self.post_quant_conv {
            Some(conv) => conv.forward(latents),
            None => latents,
        };
        pixel_shuffle(
            self.decoder.forward(latents).cast(FloatDType::F32),
            self.config.patch_size,
        )
    }
}

/// `[(rgb) · a', alpha]` for colours in [-1, 1] and alpha in [-1, 1], a' = (alpha + 1) / 2.
fn premultiply(pictures: Tensor<4>) -> Tensor<4> {
    let (rgb, alpha) = (pictures.clone().narrow(1, 0, 3), pictures.narrow(1, 3, 1));
    let coverage = alpha.clone().add_scalar(1.0).mul_scalar(0.5);
    Tensor::cat(vec![rgb * coverage, alpha], 1)
}

/// `torch.nn.functional.pixel_unshuffle`: squares of `side` pixels become channels.
pub fn pixel_unshuffle(x: Tensor<4>, side: usize) -> Tensor<4> {
    if side == 1 {
        return x;
    }
    let [batch, channels, height, width] = x.dims();
    let (rows, columns) = (height / side, width / side);
    x.reshape([batch, channels, rows, side, columns, side])
        .permute([0, 1, 3, 5, 2, 4])
        .reshape([batch, channels * side * side, rows, columns])
}

/// `torch.nn.functional.pixel_shuffle`: the inverse of [`pixel_unshuffle`].
pub fn pixel_shuffle(x: Tensor<4>, side: usize) -> Tensor<4> {
    if side == 1 {
        return x;
    }
    let [batch, channels, rows, columns] = x.dims();
    let channels = channels / (side * side);
    x.reshape([batch, channels, side, side, rows, columns])
        .permute([0, 1, 4, 2, 5, 3])
        .reshape([batch, channels, rows * side, columns * side])
}
