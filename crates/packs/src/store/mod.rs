//! Files that appear whole or not at all, with the same bytes each time.

mod archive;
mod stage;

pub(crate) use archive::{tar_gz, zip};
pub(crate) use stage::{
    Staged, is_empty_folder, publish_all, refuse_for_file, refuse_for_folder, refuse_unless_given, unnamed,
};

/// A file in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its path in the container, with `/` between folders.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

impl Entry {
    pub(crate) fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
        }
    }
}
