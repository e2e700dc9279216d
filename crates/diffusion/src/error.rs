//! What can go wrong, each as a sentence a person can act on.

use std::path::PathBuf;

/// An error of this crate. `Display` is a whole sentence: what happened, what to do, the path last.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what its fields are")]
pub enum Error {
    /// A file or folder could not be read.
    #[error("could not read this file ({source}): {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },

    /// The folder is not a diffusers model folder, or a part of it is missing.
    #[error("this is not a complete diffusers model folder: {reason}: {}", path.display())]
    ModelFolder { path: PathBuf, reason: String },

    /// A JSON file could not be understood.
    #[error("this file is not the JSON it should be ({reason}): {}", path.display())]
    Json { path: PathBuf, reason: String },

    /// A class or option of a configuration that this program does not compute.
    #[error("{class} with {option} is not supported, so this model cannot be run faithfully: {}", path.display())]
    Unsupported {
        class: String,
        option: String,
        path: PathBuf,
    },

    /// The weights file is damaged or not a safetensors file.
    #[error("the weights file is damaged or no safetensors file ({reason}); fetch it again: {}", path.display())]
    Safetensors { path: PathBuf, reason: String },

    /// The configuration asks for tensors that the weights file does not have, or has in another shape.
    #[error("the weights do not fit the configuration: {}: {}", list(.problems), path.display())]
    WeightsMismatch { path: PathBuf, problems: Vec<String> },

    /// NaN or infinity among the weights.
    #[error("the weights hold values that are not finite (NaN or infinity), first in `{tensor}`; fetch the file again: {}", path.display())]
    NonFiniteWeights { path: PathBuf, tensor: String },

    /// The tokenizer's files could not be used.
    #[error("the tokenizer could not be made ({reason}): {}", path.display())]
    Tokenizer { path: PathBuf, reason: String },

    /// A request that this model cannot fulfil.
    #[error("{0}")]
    Request(String),

    /// The model gave a picture with NaN in it.
    #[error("the model produced values that are not numbers (NaN) {0}; try 32-bit weights, other steps or guidance")]
    NotANumber(String),

    /// The device failed: out of memory, lost, or a kernel that could not run.
    #[error("the device failed while {doing}: {reason}")]
    Device { doing: String, reason: String },

    #[error(transparent)]
    Scheduler(#[from] crate::schedulers::SchedulerError),

    #[error(transparent)]
    LoraFile(#[from] crate::lora::LoraFileError),
}

/// A `Result` of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The first few of a list, and how many more there are.
fn list(problems: &[String]) -> String {
    const SHOWN: usize = 12;
    let mut text = problems.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    if problems.len() > SHOWN {
        let more = problems.len() - SHOWN;
        text = format!("{text}; and {more} more");
    }
    text
}
