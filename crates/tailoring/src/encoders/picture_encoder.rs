//! What metrics need of an encoder: pictures in, one vector each out.

use burn::tensor::{DType, Tensor};
use image::RgbaImage;

use super::Result;

/// Pictures computed at once: enough to fill the cores, few enough that a large model's activations stay below a gigabyte.
const BATCH: usize = 16;

/// Pictures to feature vectors.
pub trait PictureEncoder {
    /// Numbers of a feature vector.
    fn width(&self) -> usize;

    /// One vector of [`PictureEncoder::width`] numbers a picture, not of unit length.
    fn encode(&self, pictures: &[RgbaImage]) -> Result<Vec<Vec<f32>>>;
}

/// `pictures` a batch at a time through `forward`, which gives `[batch, width]`.
pub fn encode_batches(
    pictures: &[RgbaImage],
    forward: impl Fn(&[RgbaImage]) -> Result<Tensor<2>>,
) -> Result<Vec<Vec<f32>>> {
    let mut rows = Vec::with_capacity(pictures.len());
    for batch in pictures.chunks(BATCH) {
        rows.extend(to_rows(forward(batch)?)?);
    }
    Ok(rows)
}

/// `[rows, width]` read back from the device.
pub fn to_rows(features: Tensor<2>) -> Result<Vec<Vec<f32>>> {
    let width = features.dims()[1];
    Ok(to_values(features)?.chunks_exact(width).map(<[f32]>::to_vec).collect())
}

/// A tensor's values read back from the device, row-major. NaN is refused: it would spread through every statistic.
pub fn to_values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let failed = |reason: String| diffusion::Error::Device {
        doing: "looking at pictures".to_owned(),
        reason,
    };
    let data = tensor.try_into_data().map_err(|error| failed(format!("{error:?}")))?;
    let values = data
        .convert_dtype(DType::F32)
        .try_to_vec::<f32>()
        .map_err(|error| failed(format!("{error:?}")))?;
    if values.iter().any(|value| value.is_nan()) {
        return Err(diffusion::Error::NotANumber("while it looked at a picture".to_owned()).into());
    }
    Ok(values)
}
