//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};

/// Why a log could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A file could not be read or written.
    #[error("could not {what} ({source}): {}", path.display())]
    File {
        /// "write the run's log".
        what: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A whole line is not what this program writes. (A torn one, without its end, is left out instead.)
    #[error("line {line} of the run's log is damaged ({reason}); resume the run to go on without what follows it: {}", path.display())]
    Damaged {
        /// The path.
        path: PathBuf,
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Steps are logged in order, each once.
    #[error("step {step} cannot be logged after step {last}; call resume_at with the checkpoint's step first: {}", path.display())]
    OutOfOrder {
        /// The path.
        path: PathBuf,
        /// The step that was to be logged.
        step: u64,
        /// The last one in the log.
        last: u64,
    },
    /// A picture for TensorBoard could not be encoded.
    #[error(
        "could not encode a picture of {width} x {height} pixels for TensorBoard ({reason}); use one with at least one pixel"
    )]
    Picture {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// What the encoder said.
        reason: String,
    },
}

impl LogError {
    pub(super) fn file(what: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File {
            what,
            path: path.to_owned(),
            source,
        }
    }
}
