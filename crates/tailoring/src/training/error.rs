//! What can go wrong in a training, each as a sentence a person can act on.

use std::io;
use std::path::PathBuf;

/// Why a training could not begin or go on.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what its fields are")]
pub enum TrainingError {
    /// Settings that make no training.
    #[error("{0}")]
    Settings(String),
    /// A set that the objective needs has too few pictures.
    #[error("the {set} set has {count} pictures; {objective} needs at least {least}")]
    TooFew {
        set: &'static str,
        count: usize,
        objective: &'static str,
        least: usize,
    },
    /// A picture that cannot be read.
    #[error("the picture `{name}` cannot be used ({reason})")]
    Picture { name: String, reason: String },
    /// The loss is not a number any more.
    #[error(
        "the loss became {loss} at step {step}; the last checkpoint is kept. Try a lower learning rate, or a base in f32"
    )]
    Diverged { step: usize, loss: f32 },
    /// A checkpoint of other settings, another model or other data.
    #[error("the checkpoint is of another training ({reason}): {}", path.display())]
    OtherRun { path: PathBuf, reason: String },
    /// A checkpoint that cannot be understood.
    #[error("the checkpoint is damaged ({reason}): {}", path.display())]
    Checkpoint { path: PathBuf, reason: String },
    /// A file that could not be written; what was there before is untouched.
    #[error("could not write ({source}); nothing written before is lost. Free some space and resume: {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// A file that could not be read.
    #[error("could not read ({source}): {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Log(#[from] crate::log::LogError),
    #[error(transparent)]
    Model(#[from] diffusion::Error),
}

impl From<diffusion::schedulers::SchedulerError> for TrainingError {
    fn from(error: diffusion::schedulers::SchedulerError) -> Self {
        Self::Model(error.into())
    }
}
