//! What can go wrong with a data set as a whole. What is wrong with single pictures is a [`Finding`](super::Finding).

use std::io;
use std::path::{Path, PathBuf};

use super::{Finding, MIN_PICTURES};

/// What is wrong, as a sentence for the person.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file or folder could not be read.
    #[error("could not read it ({reason}): {}", path.display())]
    Read {
        /// What the system said.
        reason: io::Error,
        /// The path.
        path: PathBuf,
    },
    /// A file or folder could not be written. Nothing was left behind.
    #[error("could not write the data set, nothing was kept of it ({reason}): {}", path.display())]
    Write {
        /// What the system said.
        reason: io::Error,
        /// The path.
        path: PathBuf,
    },
    /// There is nothing in it that is known.
    #[error(
        "no pictures were found; choose a folder with PNG, JPEG or WebP files, a folder with a metadata.jsonl, a kohya folder or its \
         TOML, or WebDataset shards (.tar): {}", path.display()
    )]
    NoPictures {
        /// The path.
        path: PathBuf,
    },
    /// A list beside the pictures cannot be understood.
    #[error("{reason}; correct the file and try again: {}", path.display())]
    Listing {
        /// What is wrong, with its line where one is known.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// A list names a file that lies elsewhere: nothing of it is read.
    #[error(
        "'{name}' leads out of the data set's folder, which is refused; move the file into the folder and name it there: {}",
        path.display()
    )]
    Outside {
        /// The file as it is named.
        name: String,
        /// The list that names it.
        path: PathBuf,
    },
    /// Archives hold more than is read into memory.
    #[error(
        "the pictures of the archives need more than {limit} GiB of memory; unpack them into a folder and choose that: {}",
        path.display()
    )]
    TooLarge {
        /// GiB.
        limit: u64,
        /// The archive at which it was too much.
        path: PathBuf,
    },
    /// Fewer pictures than can be learnt from.
    #[error("{}", too_few(*usable, findings))]
    TooFew {
        /// How many pictures can be used.
        usable: usize,
        /// Why others cannot.
        findings: Vec<Finding>,
    },
    /// A picture cannot be read.
    #[error("{reason}: {name}")]
    Picture {
        /// What is wrong.
        reason: String,
        /// Its name or path.
        name: String,
    },
    /// A place at which nothing can be written.
    #[error("{reason}: {}", path.display())]
    Destination {
        /// What is in the way and what to do.
        reason: &'static str,
        /// The place.
        path: PathBuf,
    },
    /// There is nothing to write.
    #[error("there are no pictures to write, choose some first")]
    NothingToWrite,
}

impl DataError {
    pub(super) fn read(path: &Path, reason: io::Error) -> Self {
        let path = path.to_owned();
        Self::Read { reason, path }
    }

    pub(super) fn write(path: &Path, reason: io::Error) -> Self {
        let path = path.to_owned();
        Self::Write { reason, path }
    }

    pub(super) fn listing(path: &Path, reason: impl Into<String>) -> Self {
        Self::Listing {
            reason: reason.into(),
            path: path.to_owned(),
        }
    }

    pub(super) fn picture(name: &str, reason: impl Into<String>) -> Self {
        Self::Picture {
            reason: reason.into(),
            name: name.to_owned(),
        }
    }
}

fn too_few(usable: usize, findings: &[Finding]) -> String {
    let pictures = match usable {
        0 => "no picture".to_owned(),
        1 => "only 1 picture".to_owned(),
        more => format!("only {more} pictures"),
    };
    let mut text = format!("{pictures} can be used, and a set needs at least {MIN_PICTURES}; add some");
    for finding in findings {
        text.push_str("; ");
        text.push_str(&finding.to_string());
    }
    text
}
