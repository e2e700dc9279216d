//! Cheap pictures of unfinished latents.

use burn::tensor::{Tensor, TensorData};

use super::StudioHints;
use super::latents::to_pictures;
use super::transparency::Transparency;
use crate::Picture;
use crate::error::Result;

/// Stable Diffusion's latents to RGB, as published with InvokeAI and ComfyUI; for pictures in [0, 1] about 0.5.
const STABLE_DIFFUSION: [[f32; 3]; 4] = [
    [0.3444, 0.1385, 0.0670],
    [0.1247, 0.4027, 0.1494],
    [-0.3192, 0.2513, 0.2103],
    [-0.1307, -0.1874, -0.7445],
];

/// One small picture for each of `latents` `[batch, channels, height, width]`, a pixel a latent position.
pub(super) fn preview(latents: Tensor<4>, hints: &StudioHints) -> Result<Vec<Picture>> {
    let channels = latents.dims()[1];
    let (rows, bias): (Vec<[f32; 4]>, [f32; 4]) = match &hints.preview {
        Some(map) => (map.factors.clone(), map.bias),
        None if channels == 4 => (
            STABLE_DIFFUSION.map(|[r, g, b]| [r, g, b, 0.0]).to_vec(),
            [0.0, 0.0, 0.0, 1.0],
        ),
        // Unknown latents: their first three channels still show the shape.
        None => (
            (0..channels)
                .map(|i| [0, 1, 2, 3].map(|j| if i == j && j < 3 { 0.5 } else { 0.0 }))
                .collect(),
            [0., 0., 0., 1.],
        ),
    };
    let device = latents.device();
    let factors = (0..4)
        .flat_map(|j| rows.iter().map(move |row| row[j]))
        .collect::<Vec<_>>();
    let kernel = Tensor::<2>::from_data(TensorData::new(factors, [4, channels]), &device);
    let [batch, _, height, width] = latents.dims();
    let flat = latents.reshape([batch, channels, height * width]);
    let mapped = kernel.unsqueeze::<3>().expand([batch, 4, channels]).matmul(flat);
    let bias = Tensor::<1>::from_data(TensorData::new(bias.to_vec(), [4]), &device).reshape([1, 4, 1]);
    to_pictures((mapped + bias).reshape([batch, 4, height, width]), Transparency::Auto)
}
