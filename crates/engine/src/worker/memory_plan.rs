//! How much memory a job may take: the number format of the weights, and what is computed at once.

use diffusion::pipeline::{MemoryPlan, ModelFolder};
use diffusion::weights::{SafetensorsFile, TensorSource};

use super::generator::Attempt;
use crate::Error;
use crate::choice::{Precision, PrecisionChoice};
use crate::device::OpenDevice;

/// What a GPU is taken to have free when its driver does not tell: the smallest card that Stable Diffusion 1.5 is to fit.
const UNTOLD_FREE: u64 = 4 << 30;
/// Weights in f32 may take this share of the free memory, before f16 is chosen.
const SHARE_OF_WEIGHTS: u64 = 2;

/// The number format for this attempt.
///
/// # Errors
/// When 16-bit weights are asked for and the device does not compute with them, or a weights file cannot be read.
pub(crate) fn precision(
    choice: PrecisionChoice,
    attempt: Attempt,
    folder: &ModelFolder,
    open: &OpenDevice,
    limit: Option<u64>,
) -> Result<Precision, Error> {
    match choice {
        PrecisionChoice::F32 => Ok(Precision::F32),
        PrecisionChoice::F16 if open.info.f16 => Ok(Precision::F16),
        PrecisionChoice::F16 => Err(Error::usage(format!(
            "{} does not compute with 16-bit numbers; use the precision f32 or another device",
            open.info.name
        ))),
        PrecisionChoice::Auto => {
            let f32_bytes = weights_bytes(Precision::F32, folder)?;
            let free = open.free_memory().unwrap_or(UNTOLD_FREE);
            let is_tight = attempt.reductions > 0 || f32_bytes > free.min(limit.unwrap_or(u64::MAX)) / SHARE_OF_WEIGHTS;
            Ok(automatic_precision(open, is_tight))
        }
    }
}

/// On a CPU 16-bit arithmetic is slower and the memory is large. A GPU that failed once gets the smaller weights.
fn automatic_precision(open: &OpenDevice, is_tight: bool) -> Precision {
    if open.is_gpu() && open.info.f16 && is_tight {
        Precision::F16
    } else {
        Precision::F32
    }
}

/// The memory that a model's weights found, and what they took of it, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    free: u64,
    weights: u64,
}

impl Budget {
    /// Before the weights are on the device.
    ///
    /// # Errors
    /// When a weights file cannot be read.
    pub(crate) fn of(precision: Precision, folder: &ModelFolder, open: &OpenDevice) -> Result<Self, Error> {
        let free = open.free_memory().unwrap_or(UNTOLD_FREE);
        let weights = weights_bytes(precision, folder)?;
        Ok(Self { free, weights })
    }

    /// What is left beside the weights for a job with this limit.
    pub(crate) fn left(self, limit: Option<u64>) -> u64 {
        self.free.min(limit.unwrap_or(u64::MAX)).saturating_sub(self.weights)
    }
}

/// The plan for a picture of `latents` positions a side on a GPU with `free` bytes, or on the CPU; made smaller as often as
/// the device failed.
pub(crate) fn plan(free: Option<u64>, latents: usize, factor: usize, reductions: u32) -> MemoryPlan {
    let first = free.map_or(MemoryPlan::CPU, |free| MemoryPlan::for_memory(free, latents, factor));
    (0..reductions).fold(first, |plan, _| plan.smaller().unwrap_or(plan))
}

/// The size of all weights on the device. The text encoder's stay in f32.
fn weights_bytes(precision: Precision, folder: &ModelFolder) -> Result<u64, Error> {
    let [text_encoder, unet, autoencoder] = folder.weights_files();
    let width = match precision {
        Precision::F32 => 4,
        Precision::F16 => 2,
    };
    let mut bytes = 0;
    for (path, width) in [(text_encoder, 4), (unet, width), (autoencoder, width)] {
        let file = SafetensorsFile::open(path)?;
        let shapes = file.names().into_iter().filter_map(|name| file.shape(&name, &[]));
        bytes += shapes
            .map(|shape| shape.iter().product::<usize>() as u64 * width)
            .sum::<u64>();
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn the_cpu_makes_one_picture_at_a_time_so_that_none_depends_on_another() {
        assert_eq!(plan(None, 64, 8, 0), MemoryPlan::CPU);
    }

    #[test]
    fn a_limit_counts_like_a_smaller_card() {
        let budget = Budget {
            free: 24 * GIB,
            weights: 2 * GIB,
        };
        assert_eq!(budget.left(None), 22 * GIB);
        assert_eq!(budget.left(Some(4 * GIB)), 2 * GIB);
        assert_eq!(budget.left(Some(GIB)), 0);
        assert!(plan(Some(budget.left(Some(3 * GIB))), 64, 8, 0).tiling.is_some());
    }

    #[test]
    fn less_memory_and_every_failure_make_the_plan_smaller() {
        let (large, small) = (plan(Some(64 * GIB), 64, 8, 0), plan(Some(GIB), 64, 8, 0));
        assert!(large.pictures_at_once > small.pictures_at_once, "{large:?} {small:?}");
        let plans: Vec<_> = (0..4)
            .map(|reductions| plan(Some(64 * GIB), 64, 8, reductions))
            .collect();
        assert_eq!(plans[1].pictures_at_once, 1);
        assert!(
            plans
                .windows(2)
                .all(|two| two[1].attention_bytes <= two[0].attention_bytes),
            "{plans:?}"
        );
    }
}
