//! What can go wrong with a report.

use std::path::{Path, PathBuf};

/// Why a report cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It contradicts itself.
    #[error("the report cannot be used: {0}")]
    Invalid(String),
    /// It was written by another program version.
    #[error("the report has schema {found} and this program reads {expected}; make it again with this program")]
    Schema {
        /// The one that this program reads.
        expected: u32,
        /// The one in the file.
        found: u64,
    },
    /// It is no JSON of this form.
    #[error("this is no report of this program ({0}); choose a report.json")]
    Json(String),
    /// A folder that holds something is not written over.
    #[error("there is something in this place already, choose a new or an empty folder: {}", .0.display())]
    Occupied(PathBuf),
    /// The system refused.
    #[error("could not write the report ({reason}): {}", path.display())]
    File {
        /// Where it was to be.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
}

impl Error {
    pub(super) fn file(path: &Path, reason: std::io::Error) -> Self {
        let path = path.to_owned();
        Self::File { path, reason }
    }
}
