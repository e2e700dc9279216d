//! What a job tells while it runs.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::{CompletedRequest, Error, Picture, Recipe};

/// The number of a job, unique within one engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct JobId(pub(crate) u64);

impl fmt::Display for JobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What is being made ready. `Display` is a short line for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadingStage {
    /// The driver is asked for the device.
    Device,
    /// The weights' files are hashed for the recipe.
    Hash,
    /// The text encoder is read.
    TextEncoder,
    /// The U-Net is read.
    UNet,
    /// The autoencoder is read.
    Autoencoder,
    /// The adapters are read and put into the model.
    Adapters,
    /// The first run on a GPU compiles its kernels and measures which of them are fastest.
    Kernels,
}

impl fmt::Display for LoadingStage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Device => "opening the device",
            Self::Hash => "hashing the model",
            Self::TextEncoder => "reading the text encoder",
            Self::UNet => "reading the U-Net",
            Self::Autoencoder => "reading the autoencoder",
            Self::Adapters => "reading the adapters",
            Self::Kernels => "choosing the fastest kernels for this GPU (only the first run on it takes this long)",
        })
    }
}

/// What a job tells. The last event of every job is `Done`, `Cancelled` or `Failed`.
#[derive(Clone, Debug)]
pub enum Event {
    /// Something is being made ready.
    ModelLoading {
        /// The job.
        job: JobId,
        /// What it is.
        stage: LoadingStage,
    },
    /// The first picture is begun. Told once a job.
    Started {
        /// The job.
        job: JobId,
        /// What is made, with everything filled in.
        request: Arc<CompletedRequest>,
        /// The device it is made on.
        device: String,
    },
    /// A denoising step is done.
    Step {
        /// The job.
        job: JobId,
        /// The step, from 1.
        step: usize,
        /// The number of steps.
        of: usize,
        /// The pictures of the job that the step was for.
        images: Range<u32>,
        /// How many pictures the job makes.
        count: u32,
        /// The mean time of a step of these pictures so far. The first step counts only while it is the only one.
        seconds_per_step: f64,
    },
    /// A sticker is finished.
    Sticker {
        /// The job.
        job: JobId,
        /// Its place in the job, from 0.
        index: u32,
        /// Straight-alpha sRGB.
        picture: Arc<Picture>,
        /// How to make it again.
        recipe: Arc<Recipe>,
    },
    /// Something a person should know, while the job goes on.
    Warning {
        /// The job.
        job: JobId,
        /// One sentence.
        text: String,
    },
    /// Every picture is finished.
    Done {
        /// The job.
        job: JobId,
    },
    /// The job was cancelled. What was finished before stays.
    Cancelled {
        /// The job.
        job: JobId,
    },
    /// The job ended with an error. What was finished before stays.
    Failed {
        /// The job.
        job: JobId,
        /// Why.
        error: Error,
    },
}

impl Event {
    /// The job that tells it.
    pub fn job(&self) -> JobId {
        match self {
            Self::ModelLoading { job, .. }
            | Self::Started { job, .. }
            | Self::Step { job, .. }
            | Self::Sticker { job, .. }
            | Self::Warning { job, .. }
            | Self::Done { job }
            | Self::Cancelled { job }
            | Self::Failed { job, .. } => *job,
        }
    }

    /// Whether it is the last one of its job.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Cancelled { .. } | Self::Failed { .. })
    }
}
