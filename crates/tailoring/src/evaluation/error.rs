//! What keeps an evaluation from its report, each as a sentence a person can act on.

use std::io;
use std::path::{Path, PathBuf};

use crate::encoders::EncoderError;
use crate::metrics;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what its fields are")]
pub enum EvaluationError {
    /// A plan that makes no comparison.
    #[error("{0}")]
    Plan(String),
    /// A picture of the style set that cannot be read.
    #[error("the picture `{name}` of the style set cannot be used ({reason}); take it out or replace it")]
    Picture { name: String, reason: String },
    /// A row's model or adapter that cannot be used.
    #[error("the row `{row}` cannot be drawn: {source}")]
    Row { row: String, source: diffusion::Error },
    /// An adapter whose file names another base.
    #[error(
        "the adapter of the row `{row}` was trained on another model ({found}… and not {wanted}…); evaluate it on the model that it \
         was trained on: {}", path.display()
    )]
    OtherModel {
        row: String,
        found: String,
        wanted: String,
        path: PathBuf,
    },
    /// An adapter of which only a part would be measured.
    #[error(
        "{count} tensors of the adapter of the row `{row}` name nothing in this model (first: `{first}`); it was made for another \
         one: {}", path.display()
    )]
    Unknown {
        row: String,
        count: usize,
        first: String,
        path: PathBuf,
    },
    /// A drawn picture that could not be kept; those before it stay.
    #[error("could not keep a picture ({source}); free some space and evaluate again, what is drawn is kept: {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// A drawn picture that could not be read again.
    #[error("a drawn picture is gone or damaged ({reason}); evaluate again to draw it anew: {}", path.display())]
    Drawn { path: PathBuf, reason: String },
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    #[error(transparent)]
    Metrics(#[from] metrics::Error),
}

/// A `Result` of this module.
pub type Result<T, E = EvaluationError> = std::result::Result<T, E>;

impl EvaluationError {
    pub(super) fn row(row: &str, source: impl Into<diffusion::Error>) -> Self {
        Self::Row {
            row: row.to_owned(),
            source: source.into(),
        }
    }

    pub(super) fn drawn(path: &Path, reason: impl ToString) -> Self {
        Self::Drawn {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
