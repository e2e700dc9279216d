//! Positions of patches for pictures of another size than a model was trained for.

use burn::tensor::{Device, Tensor, TensorData};

/// PyTorch's parameter of the cubic convolution kernel (Keys 1981) in `interpolate(mode="bicubic")`; Pillow's is -0.5.
const A: f64 = -0.75;

/// `positions` `[side · side, hidden]` on a square grid, resampled to `rows` by `columns`: `[rows · columns, hidden]`.
///
/// As `torch.nn.functional.interpolate(mode="bicubic", align_corners=False)`: not antialiased, edges repeated.
pub fn interpolate_bicubic(positions: Tensor<2>, side: usize, [rows, columns]: [usize; 2]) -> Tensor<2> {
    let (hidden, device) = (positions.dims()[1], positions.device());
    let down = weights(side, rows, &device).matmul(positions.reshape([side, side * hidden]));
    let across = weights(side, columns, &device).unsqueeze::<3>();
    across
        .matmul(down.reshape([rows, side, hidden]))
        .reshape([rows * columns, hidden])
}

/// The matrix `[to, from]` of the resampling along one side.
fn weights(from: usize, to: usize, device: &Device) -> Tensor<2> {
    let mut matrix = vec![0f32; to * from];
    for (index, row) in matrix.chunks_exact_mut(from).enumerate() {
        let centre = (index as f64 + 0.5) * from as f64 / to as f64 - 0.5;
        for tap in -1..=2 {
            let position = centre.floor() + f64::from(tap);
            let clamped = position.clamp(0.0, from as f64 - 1.0) as usize;
            row[clamped] += kernel((position - centre).abs()) as f32;
        }
    }
    Tensor::from_data(TensorData::new(matrix, [to, from]), device)
}

fn kernel(x: f64) -> f64 {
    if x <= 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else {
        ((x - 5.0) * x + 8.0) * x * A - 4.0 * A
    }
}
