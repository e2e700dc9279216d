//! What can go wrong.

use std::path::{Path, PathBuf};

/// An error of an encoder. `Display` is a whole sentence: what happened, what to do, the path last.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A configuration, weights file or tokenizer that could not be used.
    #[error(transparent)]
    Model(#[from] diffusion::Error),
    /// The folder holds no such encoder.
    #[error("this is not a complete {class} folder: {reason}: {}", path.display())]
    Folder {
        /// transformers' name of what was looked for.
        class: &'static str,
        /// What is missing or not understood.
        reason: String,
        /// The folder or file.
        path: PathBuf,
    },
    /// The encoder could not be saved.
    #[error("could not save the encoder ({reason}); free some space or choose another folder: {}", path.display())]
    Save {
        /// What the system said.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// Pictures or texts that the encoder cannot take.
    #[error("{0}")]
    Request(String),
}

/// A `Result` of this module.
pub type Result<T, E = EncoderError> = std::result::Result<T, E>;

impl EncoderError {
    pub(super) fn folder(class: &'static str, path: &Path, reason: impl Into<String>) -> Self {
        Self::Folder {
            class,
            reason: reason.into(),
            path: path.to_owned(),
        }
    }
}
