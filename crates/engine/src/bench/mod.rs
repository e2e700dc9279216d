//! How fast a model runs: the time to load it, of a denoising step and of decoding, and the memory it takes.
//!
//! A step is what the sampling loop does for one picture with guidance: the U-Net on the pair of prompts, guidance, and the
//! scheduler's step. `tests/bench/diffusers_bench.py` measures the same of python diffusers.

mod measured;
mod random_sd15;

use std::path::PathBuf;

use diffusion::pipeline::{LoadOptions, MemoryPlan, ModelFolder, Pipeline};
use diffusion::schedulers::SchedulerConfig;
use serde::Serialize;

pub use measured::{BenchReport, Milliseconds};
use measured::{Subject, measure};

use crate::choice::{Precision, PrecisionChoice, spelled_choice};
use crate::device::{self, OpenDevice};
use crate::model_traits::ModelTraits;
use crate::{DeviceChoice, Error, cache_folder, compute_thread, memory_plan, panics};

spelled_choice! {
    /// What is measured.
    BenchSubject, "subject" {
        /// A model folder, at its own size.
        Model = "model",
        /// A model of Stable Diffusion 1.5's shape with random weights, at 512x512.
        RandomSd15 = "random-sd15",
    }
}

/// What to measure, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BenchRequest {
    /// What is measured.
    pub subject: BenchSubject,
    /// Steps that are timed, after one that is not.
    pub steps: usize,
    /// The model's folder; without one the built-in model.
    pub model: Option<PathBuf>,
    /// The device.
    pub device: DeviceChoice,
    /// The number format of the weights; `auto` is f32, so that figures compare.
    pub precision: PrecisionChoice,
}

impl Default for BenchRequest {
    fn default() -> Self {
        Self {
            subject: BenchSubject::Model,
            steps: 10,
            model: None,
            device: DeviceChoice::default(),
            precision: PrecisionChoice::default(),
        }
    }
}

/// Measures, and tells what it is doing meanwhile.
///
/// # Errors
/// When the model or the device cannot be used.
pub fn bench(request: &BenchRequest, on_stage: &mut dyn FnMut(&str)) -> Result<BenchReport, Error> {
    if !(1..=crate::MAX_STEPS).contains(&request.steps) {
        return Err(Error::usage(format!(
            "the number of steps is {}; use a value from 1 to {}",
            request.steps,
            crate::MAX_STEPS
        )));
    }
    let (stages, told) = crossbeam_channel::unbounded();
    let request = request.clone();
    let thread = compute_thread::spawn(move || {
        panics::catch(|| run(&request, &mut |stage| drop(stages.send(stage.to_owned()))))
    })?;
    // The channel ends with the thread.
    told.iter().for_each(|stage: String| on_stage(&stage));
    let ended = thread
        .join()
        .map_err(|_| Error::internal("the measuring thread ended without a result"))?;
    ended.map_err(|panic| Error::internal(format!("the measurement failed: {panic}")))?
}

fn run(request: &BenchRequest, on_stage: &mut dyn FnMut(&str)) -> Result<BenchReport, Error> {
    on_stage("opening the device");
    let open = device::open(request.device, cache_folder().ok().as_deref())?;
    let precision = match request.precision {
        PrecisionChoice::Auto | PrecisionChoice::F32 => Precision::F32,
        PrecisionChoice::F16 => Precision::F16,
    };
    match request.subject {
        BenchSubject::Model => {
            let folder = ModelFolder::open(&ModelTraits::read(request.model.as_deref())?.folder)?;
            let free = memory_plan::free_beside_weights(precision, &folder, &open)?;
            let latents = folder.unet().sample_size;
            let memory = plan(&open, free, latents, folder.size_multiple() as usize);
            let load = |on_stage: &mut dyn FnMut(&str)| {
                let options = LoadOptions {
                    precision: precision.into(),
                    memory,
                };
                Ok(Pipeline::load(&folder, &open.device, &options, &mut |stage| {
                    on_stage(&format!("reading the {stage}"))
                })?)
            };
            let prompt = |pipeline: &mut Pipeline| {
                Ok(pipeline
                    .encode_prompts(&["", "3d sticker: cat face"])
                    .map(|encoded| encoded.hidden_states)?)
            };
            let (pipeline, load_seconds) = measured::timed(&open, || load(on_stage))?;
            let mut pipeline = pipeline;
            let pair = prompt(&mut pipeline)?;
            let subject = Subject {
                name: folder.name(),
                unet: pipeline.unet(),
                autoencoder: pipeline.autoencoder(),
                scheduler: folder.scheduler(),
                pair,
                latents,
            };
            measure(&subject, request, &open, precision, load_seconds, on_stage)
        }
        BenchSubject::RandomSd15 => {
            let memory = plan(&open, open.free_memory().unwrap_or(0), 64, 8);
            diffusion::kernels::set_attention_bytes(memory.attention_bytes);
            let ((unet, autoencoder), load_seconds) =
                measured::timed(&open, || random_sd15::load(&open, precision, on_stage))?;
            let subject = Subject {
                name: "random, shape of Stable Diffusion 1.5".to_owned(),
                unet: &unet,
                autoencoder: &autoencoder,
                scheduler: &SchedulerConfig::from_json(random_sd15::SCHEDULER).map_err(diffusion::Error::from)?,
                pair: random_sd15::prompt_pair(&open),
                latents: 64,
            };
            measure(&subject, request, &open, precision, load_seconds, on_stage)
        }
    }
}

fn plan(open: &OpenDevice, free: u64, latents: usize, factor: usize) -> MemoryPlan {
    memory_plan::plan(open.is_gpu().then_some(free), latents, factor, 0)
}
