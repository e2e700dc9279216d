//! Times the parts of a loaded model.

use std::time::Instant;

use burn::tensor::{Tensor, TensorData};
use diffusion::autoencoder::AutoencoderKL;
use diffusion::noise::TorchGenerator;
use diffusion::schedulers::{Scheduler, SchedulerConfig};
use diffusion::unet::{UNet2DConditionModel, UNetInputs};
use serde::Serialize;

use super::Run;
use crate::Error;
use crate::choice::Precision;
use crate::device::OpenDevice;

/// How often decoding is timed, after one time that is not.
const DECODES: usize = 3;
const GUIDANCE_SCALE: f32 = 4.0;

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchReport {
    /// The model.
    pub model: String,
    /// The device.
    pub device: String,
    /// The number format of the weights.
    pub precision: Precision,
    /// Threads that compute on the CPU.
    pub threads: usize,
    /// The side of the picture in pixels.
    pub size: usize,
    /// From files (or random numbers) to the device.
    pub load_seconds: f64,
    /// The first step, in which a GPU's kernels are compiled and chosen.
    pub first_step_ms: f64,
    /// Timed steps.
    pub steps: usize,
    /// A denoising step of one picture with guidance.
    pub step_ms: Milliseconds,
    /// One picture out of its latents.
    pub decode_ms: Milliseconds,
    /// The most memory that the process had, where the system tells.
    pub peak_rss_mb: Option<f64>,
    /// The memory that the GPU's pools took.
    pub gpu_reserved_mb: Option<f64>,
}

/// Times of one action.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Milliseconds {
    /// The middle one.
    pub median: f64,
    /// The shortest.
    pub min: f64,
    /// The longest.
    pub max: f64,
}

/// A loaded model and what its U-Net is given.
pub(super) struct Subject<'a> {
    pub(super) name: String,
    pub(super) unet: &'a UNet2DConditionModel,
    pub(super) autoencoder: &'a AutoencoderKL,
    pub(super) scheduler: &'a SchedulerConfig,
    /// The embeddings of negative prompt and prompt, `[2, tokens, width]`.
    pub(super) pair: Tensor<3>,
    /// Latent positions a side.
    pub(super) latents: usize,
    pub(super) load_seconds: f64,
}

impl Run {
    pub(super) fn measure(&self, subject: &Subject<'_>, on_stage: &mut dyn FnMut(&str)) -> Result<BenchReport, Error> {
        let open = &self.open;
        on_stage("timing denoising steps");
        let (first, steps) = time_steps(subject, self.steps, open)?;
        on_stage("timing the decoder");
        let latents = noise(subject, open);
        let mut decodes = Vec::with_capacity(DECODES);
        for _ in 0..=DECODES {
            let decode = || Ok(subject.autoencoder.decode(latents.clone()));
            decodes.push(timed(open, decode)?.1);
        }
        Ok(BenchReport {
            model: subject.name.clone(),
            device: open.info.label(),
            precision: self.precision,
            threads: rayon::current_num_threads(),
            size: subject.latents * subject.autoencoder.config().factor(),
            load_seconds: round(subject.load_seconds),
            first_step_ms: round(first * 1000.0),
            steps: steps.len(),
            step_ms: Milliseconds::of(&steps),
            decode_ms: Milliseconds::of(&decodes[1..]),
            peak_rss_mb: peak_rss().map(megabytes),
            gpu_reserved_mb: gpu_reserved(open).map(megabytes),
        })
    }
}

/// The seconds of the first step and of those after it.
fn time_steps(subject: &Subject<'_>, steps: usize, open: &OpenDevice) -> Result<(f64, Vec<f64>), Error> {
    let mut scheduler = Scheduler::from_config(subject.scheduler, None).map_err(diffusion::Error::from)?;
    scheduler.set_timesteps(steps + 1).map_err(diffusion::Error::from)?;
    let mut generator = TorchGenerator::manual_seed(1);
    let mut latents = noise(subject, open).mul_scalar(scheduler.init_noise_sigma());
    let mut times = Vec::with_capacity(steps + 1);
    for index in 0..=steps {
        let fresh = scheduler
            .needs_noise(index)
            .then(|| random(&mut generator, latents.dims(), open));
        let (next, seconds) = timed(open, || step(subject, &mut scheduler, index, latents.clone(), fresh))?;
        latents = next;
        times.push(seconds);
    }
    Ok((times[0], times.split_off(1)))
}

fn step(
    subject: &Subject<'_>,
    scheduler: &mut Scheduler,
    index: usize,
    latents: Tensor<4>,
    fresh: Option<Tensor<4>>,
) -> Result<Tensor<4>, Error> {
    let input = scheduler
        .scale_model_input(latents.clone(), index)
        .map_err(diffusion::Error::from)?;
    let timestep = scheduler.timesteps()[index];
    let inputs = UNetInputs {
        timesteps: vec![timestep; 2],
        encoder_hidden_states: subject.pair.clone(),
        timestep_cond: None,
        added_cond: None,
    };
    let both = subject
        .unet
        .forward(Tensor::cat(vec![input.clone(), input], 0), &inputs);
    let (unguided, guided) = (both.clone().narrow(0, 0, 1), both.narrow(0, 1, 1));
    let prediction = unguided.clone() + (guided - unguided).mul_scalar(GUIDANCE_SCALE);
    let step = scheduler
        .step(prediction, index, latents, fresh)
        .map_err(diffusion::Error::from)?;
    Ok(step.prev_sample)
}

fn noise(subject: &Subject<'_>, open: &OpenDevice) -> Tensor<4> {
    let channels = subject.autoencoder.config().latent_channels;
    random(
        &mut TorchGenerator::manual_seed(0),
        [1, channels, subject.latents, subject.latents],
        open,
    )
}

fn random(generator: &mut TorchGenerator, shape: [usize; 4], open: &OpenDevice) -> Tensor<4> {
    let values = generator.randn(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), &open.device)
}

/// What `work` gives and the seconds until the device had done it.
pub(super) fn timed<T>(open: &OpenDevice, work: impl FnOnce() -> Result<T, Error>) -> Result<(T, f64), Error> {
    let failed = |reason: &dyn std::fmt::Debug| Error::device(format!("the device failed: {reason:?}"));
    open.device.sync().map_err(|reason| failed(&reason))?;
    let began = Instant::now();
    let result = work()?;
    open.device.sync().map_err(|reason| failed(&reason))?;
    Ok((result, began.elapsed().as_secs_f64()))
}

impl Milliseconds {
    /// Of at least one time in seconds.
    fn of(seconds: &[f64]) -> Self {
        let mut sorted: Vec<f64> = seconds.iter().map(|seconds| seconds * 1000.0).collect();
        sorted.sort_by(f64::total_cmp);
        let (below, above) = ((sorted.len() - 1) / 2, sorted.len() / 2);
        Self {
            median: round(f64::midpoint(sorted[below], sorted[above])),
            min: round(sorted[0]),
            max: round(sorted[sorted.len() - 1]),
        }
    }
}

/// Three decimals say all that a measurement can.
fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn megabytes(bytes: u64) -> f64 {
    round(bytes as f64 / f64::from(1 << 20))
}

/// Linux keeps the highest resident size of every process.
fn peak_rss() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace()
        .next()?
        .parse::<u64>()
        .ok()
        .map(|kibibytes| kibibytes * 1024)
}

fn gpu_reserved(open: &OpenDevice) -> Option<u64> {
    if open.is_gpu() {
        open.device.memory_pool_usage().map(|usage| usage.bytes_reserved)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let times = Milliseconds::of(&[0.004, 0.001, 0.002, 0.1]);
        assert_eq!(
            times,
            Milliseconds {
                median: 3.0,
                min: 1.0,
                max: 100.0
            }
        );
        assert_eq!(
            Milliseconds::of(&[0.002]),
            Milliseconds {
                median: 2.0,
                min: 2.0,
                max: 2.0
            }
        );
    }
}
