//! How much is computed at once.

use crate::autoencoder::Tiling;

/// What is cut into pieces so that a picture fits the device's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryPlan {
    /// Pictures denoised together.
    pub pictures_at_once: usize,
    /// Whether prompt and negative prompt go through the U-Net together or one after the other.
    pub guidance: GuidanceBatch,
    /// Tiles the autoencoder decodes, if not the whole picture.
    pub tiling: Option<Tiling>,
    /// Bytes that the scores of one attention may take.
    pub attention_bytes: usize,
}

/// How the two halves of classifier-free guidance are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuidanceBatch {
    /// As one batch.
    Together,
    /// One after the other: half the memory.
    Apart,
}

impl MemoryPlan {
    /// For the CPU: one picture at a time, so that a picture is the same alone and among others to the last bit.
    pub const CPU: Self = Self {
        pictures_at_once: 1,
        guidance: GuidanceBatch::Together,
        tiling: None,
        attention_bytes: usize::MAX,
    };

    /// For a device with `free` bytes beyond the weights, when one picture has `latents` positions a side and the autoencoder
    /// enlarges them by `factor`.
    pub fn for_memory(free: u64, latents: usize, factor: usize) -> Self {
        const GIB: u64 = 1 << 30;
        // Counted for Stable Diffusion 1.5 in f32. U-Net: 7 KiB of skip connections and 20 KiB of GEGLU a latent position, twice
        // for the guidance pair, rounded up for what the allocator keeps. Decoder: three tensors of 256 channels a pixel.
        let denoise = (latents * latents) as u64 * 64 * 1024;
        let decode = (latents * factor * latents * factor) as u64 * 3 * 1024;
        Self {
            pictures_at_once: (free / 2 / denoise.max(1)).clamp(1, 8) as usize,
            guidance: if free < 2 * denoise {
                GuidanceBatch::Apart
            } else {
                GuidanceBatch::Together
            },
            tiling: (free < 2 * decode).then(|| Tiling::of(if free < GIB { 32 } else { 64 }.min(latents.max(8)))),
            attention_bytes: (free / 8).clamp(32 << 20, 512 << 20) as usize,
        }
    }

    /// The next smaller plan, after the device ran out of memory; `None` when there is none.
    pub fn smaller(self) -> Option<Self> {
        let smaller = Self {
            pictures_at_once: 1,
            guidance: GuidanceBatch::Apart,
            tiling: Some(Tiling::of(self.tiling.map_or(64, |tiling| (tiling.tile / 2).max(8)))),
            attention_bytes: (self.attention_bytes.min(512 << 20) / 4).max(8 << 20),
        };
        (smaller != self).then_some(smaller)
    }
}
