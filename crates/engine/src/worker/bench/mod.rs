//! How fast a model runs: the time to load it, of a denoising step and of decoding, and the memory it takes.
//!
//! A step is what the sampling loop does for one picture with guidance: the U-Net on the pair of prompts, guidance, and the
//! scheduler's step. `tests/bench/diffusers_bench.py` measures the same of python diffusers.

mod measured;
mod random_sd15;

use std::path::{Path, PathBuf};

use diffusion::pipeline::{LoadOptions, MemoryPlan, ModelFolder, Pipeline};
use diffusion::schedulers::SchedulerConfig;
use serde::Serialize;

use measured::Subject;
pub use measured::{BenchReport, Milliseconds};

use crate::choice::{Precision, PrecisionChoice, spelled_choice};
use crate::device::{self, OpenDevice};
use crate::model_traits::ModelTraits;
use crate::worker::{compute_thread, memory_plan, panics};
use crate::{DeviceChoice, Error, cache_folder};

/// What the text encoder is given. The time of a step does not depend on it.
const PROMPT: &str = "3d sticker: cat face";

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
    let run = Run {
        open: device::open(request.device, cache_folder().ok().as_deref())?,
        steps: request.steps,
        precision: match request.precision {
            PrecisionChoice::Auto | PrecisionChoice::F32 => Precision::F32,
            PrecisionChoice::F16 => Precision::F16,
        },
    };
    match request.subject {
        BenchSubject::Model => run.model(&ModelTraits::read(request.model.as_deref())?.folder, on_stage),
        BenchSubject::RandomSd15 => run.random_sd15(on_stage),
    }
}

/// Where and how something is measured.
struct Run {
    open: OpenDevice,
    precision: Precision,
    steps: usize,
}

impl Run {
    fn model(&self, folder: &Path, on_stage: &mut dyn FnMut(&str)) -> Result<BenchReport, Error> {
        let folder = ModelFolder::open(folder)?;
        let free = memory_plan::Budget::of(self.precision, &folder, &self.open)?.left(None);
        let latents = folder.unet().sample_size;
        let memory = self.plan(free, latents, folder.size_multiple() as usize);
        let options = LoadOptions {
            precision: self.precision.into(),
            memory,
        };
        let mut on_load = |stage| on_stage(&format!("reading the {stage}"));
        let load = || Ok(Pipeline::load(&folder, &self.open.device, &options, &mut on_load)?);
        let (mut pipeline, load_seconds) = measured::timed(&self.open, load)?;
        let pair = pipeline.encode_prompts(&["", PROMPT])?.hidden_states;
        let subject = Subject {
            name: folder.name(),
            unet: pipeline.unet(),
            autoencoder: pipeline.autoencoder(),
            scheduler: folder.scheduler(),
            pair,
            latents,
            load_seconds,
        };
        self.measure(&subject, on_stage)
    }

    fn random_sd15(&self, on_stage: &mut dyn FnMut(&str)) -> Result<BenchReport, Error> {
        let memory = self.plan(
            self.open.free_memory().unwrap_or(0),
            random_sd15::LATENTS,
            random_sd15::FACTOR,
        );
        diffusion::kernels::set_attention_bytes(memory.attention_bytes);
        let load = || random_sd15::load(&self.open, self.precision, on_stage);
        let ((unet, autoencoder), load_seconds) = measured::timed(&self.open, load)?;
        let subject = Subject {
            name: "random, of Stable Diffusion 1.5's shape".to_owned(),
            unet: &unet,
            autoencoder: &autoencoder,
            scheduler: &SchedulerConfig::from_json(random_sd15::SCHEDULER).map_err(diffusion::Error::from)?,
            pair: random_sd15::prompt_pair(&self.open),
            latents: random_sd15::LATENTS,
            load_seconds,
        };
        self.measure(&subject, on_stage)
    }

    fn plan(&self, free: u64, latents: usize, factor: usize) -> MemoryPlan {
        memory_plan::plan(self.open.is_gpu().then_some(free), latents, factor, 0)
    }
}
