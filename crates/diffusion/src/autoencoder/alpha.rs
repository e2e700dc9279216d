//! Giving an opaque autoencoder an alpha channel.

use burn::module::Param;
use burn::tensor::Tensor;

use super::{AutoencoderKL, PictureChannels};
use crate::error::{Error, Result};

/// Turns a 3-channel decoder into a 4-channel one by the rule of "Text-to-Sticker" (arXiv 2311.10794): the final convolution gets
/// a fourth output whose weights are the mean of those of R, G and B. The result decodes the same colours and is a start for
/// training; its alpha means nothing yet.
pub fn alpha_from_rgb_decoder(mut autoencoder: AutoencoderKL) -> Result<AutoencoderKL> {
    if autoencoder.config.decoded() == PictureChannels::Rgba || autoencoder.config.patch_size != 1 {
        return Err(Error::Request(
            "this autoencoder's decoder has an alpha channel already".to_owned(),
        ));
    }
    let conv = &mut autoencoder.decoder.conv_out;
    let (weight, bias) = (conv.weight.val(), conv.bias.val());
    conv.weight = Param::from_tensor(Tensor::cat(vec![weight.clone(), weight.mean_dim(0)], 0));
    conv.bias = Param::from_tensor(Tensor::cat(vec![bias.clone(), bias.mean_dim(0)], 0));
    autoencoder.config.out_channels = 4;
    Ok(autoencoder)
}
