//! Decoding in tiles, for cards whose memory a whole picture's activations would exceed.

use burn::tensor::{Tensor, TensorData};

use super::AutoencoderKL;

/// Side of a tile in latents, and how many of them neighbours share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    /// Side of a tile.
    pub tile: usize,
    /// Latents shared by neighbours.
    pub overlap: usize,
}

impl Tiling {
    /// diffusers' proportions: a quarter of each tile overlaps the next.
    pub fn of(tile: usize) -> Self {
        Self {
            tile,
            overlap: tile / 4,
        }
    }

    /// First latents of the tiles along a side of `length`.
    fn starts(self, length: usize) -> Vec<usize> {
        if length <= self.tile {
            return vec![0];
        }
        let step = self.tile - self.overlap;
        let mut starts = (0..length - self.tile).step_by(step).collect::<Vec<_>>();
        starts.push(length - self.tile);
        starts
    }
}

impl AutoencoderKL {
    /// [`decode`](Self::decode) tile by tile, the overlaps blended linearly. Norms see a tile, not the picture, so colours may
    /// differ slightly from a whole decode.
    pub fn decode_tiled(&self, latents: Tensor<4>, tiling: Tiling) -> Tensor<4> {
        let [batch, _, rows, columns] = latents.dims();
        let device = latents.device();
        let factor = self.config.factor();
        let (height, width) = (rows * factor, columns * factor);
        let channels = self.config.out_channels / self.config.patch_size.pow(2);
        let mut sum = Tensor::<4>::zeros([batch, channels, height, width], &device);
        let mut weights = Tensor::<4>::zeros([1, 1, height, width], &device);
        for top in tiling.starts(rows) {
            for left in tiling.starts(columns) {
                let (tile_rows, tile_columns) = (tiling.tile.min(rows), tiling.tile.min(columns));
                let tile = latents.clone().narrow(2, top, tile_rows).narrow(3, left, tile_columns);
                let ramp = |length: usize| ramp(length * factor, tiling.overlap * factor);
                let (down, across) = (ramp(tile_rows), ramp(tile_columns));
                let weight = down
                    .iter()
                    .flat_map(|d| across.iter().map(move |a| d * a))
                    .collect::<Vec<f32>>();
                let weight = Tensor::<4>::from_data(TensorData::new(weight, [1, 1, down.len(), across.len()]), &device);
                let area = [
                    top * factor..top * factor + down.len(),
                    left * factor..left * factor + across.len(),
                ];
                let inside = |channels: usize, batch: usize| [0..batch, 0..channels, area[0].clone(), area[1].clone()];
                let decoded = self.decode(tile) * weight.clone();
                let added = sum.clone().slice(inside(channels, batch)) + decoded;
                sum = sum.slice_assign(inside(channels, batch), added);
                let added = weights.clone().slice(inside(1, 1)) + weight;
                weights = weights.slice_assign(inside(1, 1), added);
            }
        }
        sum / weights
    }
}

/// Rises from near 0 to 1 over `overlap`, and falls likewise at the end.
fn ramp(length: usize, overlap: usize) -> Vec<f32> {
    let reach = (overlap.max(1) + 1) as f32;
    (0..length)
        .map(|i| ((i + 1).min(length - i) as f32 / reach).min(1.0))
        .collect()
}
