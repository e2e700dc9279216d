//! Between host and device: noise in, pictures out.

use burn::tensor::{Device, Tensor, TensorData};

use super::transparency::Transparency;
use crate::Picture;
use crate::autoencoder::PictureChannels;
use crate::error::{Error, Result};
use crate::noise::TorchGenerator;

/// `[batch, channels, height, width]` standard normal noise, each picture from its own generator.
pub(super) fn noise(generators: &mut [TorchGenerator], shape: [usize; 3], device: &Device) -> Tensor<4> {
    let [channels, height, width] = shape;
    let values = generators
        .iter_mut()
        .flat_map(|generator| generator.randn(channels * height * width))
        .collect::<Vec<_>>();
    Tensor::from_data(
        TensorData::new(values, [generators.len(), channels, height, width]),
        device,
    )
}

/// A picture as `[1, channels, height, width]` in [-1, 1], with straight alpha. With three channels, over white.
pub fn picture_tensor(picture: &Picture, channels: PictureChannels, device: &Device) -> Tensor<4> {
    let channels = match channels {
        PictureChannels::Rgb => 3,
        PictureChannels::Rgba => 4,
    };
    let pixels = picture.pixels();
    let mut values = vec![0f32; channels * pixels];
    for (index, pixel) in picture.rgba.chunks_exact(4).enumerate() {
        let alpha = f32::from(pixel[3]) / 255.0;
        for channel in 0..channels {
            let value = f32::from(pixel[channel]) / 255.0;
            let value = if channels == 3 {
                value * alpha + 1.0 - alpha
            } else {
                value
            };
            values[channel * pixels + index] = 2.0 * value - 1.0;
        }
    }
    let shape = [1, channels, picture.height as usize, picture.width as usize];
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The one large read-back: `[batch, 3 or 4, height, width]` in [-1, 1] to bytes, `round(255 · clamp((x + 1) / 2))`.
///
/// # Errors
/// The device failed, or a value is NaN.
pub(super) fn to_pictures(tensor: Tensor<4>, transparency: Transparency) -> Result<Vec<Picture>> {
    let [_, channels, height, width] = tensor.dims();
    let device = |reason: String| Error::Device {
        doing: "reading the picture back".to_owned(),
        reason,
    };
    let data = tensor.try_into_data().map_err(|error| device(format!("{error:?}")))?;
    let values = data
        .convert::<f32>()
        .try_to_vec::<f32>()
        .map_err(|error| device(format!("{error:?}")))?;
    if values.iter().any(|value| value.is_nan()) {
        return Err(Error::NotANumber("in the picture".to_owned()));
    }
    let byte = |value: f32| (255.0 * (value * 0.5 + 0.5).clamp(0.0, 1.0)).round_ties_even() as u8;
    let pixels = height * width;
    let picture = |planes: &[f32]| {
        let mut rgba = vec![255; 4 * pixels];
        for (index, pixel) in rgba.chunks_exact_mut(4).enumerate() {
            for channel in 0..channels {
                pixel[channel] = byte(planes[channel * pixels + index]);
            }
        }
        let mut picture = Picture {
            width: width as u32,
            height: height as u32,
            rgba,
        };
        if transparency == Transparency::Off {
            flatten(&mut picture);
        }
        picture
    };
    Ok(values.chunks_exact(channels * pixels).map(picture).collect())
}

/// Over white, opaque.
fn flatten(picture: &mut Picture) {
    for pixel in picture.rgba.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        for value in &mut pixel[..3] {
            *value = ((u32::from(*value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
        pixel[3] = 255;
    }
}
