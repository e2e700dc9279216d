//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};

/// What is wrong, as a sentence for the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// What was asked for cannot be done.
    #[error("{0}")]
    Usage(String),
    /// It could only be written with a change that was not to be made.
    #[error("{0}")]
    Refused(String),
    /// A picture cannot be brought under the limit.
    #[error("{0}")]
    Picture(String),
    /// A file or folder could not be read or written.
    #[error("could not {what} ({reason}): {}", path.display())]
    File {
        /// "write the pack".
        what: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system said.
        reason: String,
        /// Its kind.
        kind: io::ErrorKind,
    },
    /// The person stopped it. Nothing was left behind.
    #[error("stopped")]
    Stopped,
    /// An encoder failed: a fault of this program.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    pub(crate) fn file(what: &'static str, path: &Path, reason: &io::Error) -> Self {
        Self::File {
            what,
            path: path.to_owned(),
            reason: reason.to_string(),
            kind: reason.kind(),
        }
    }
}
