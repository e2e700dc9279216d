//! A picture that may become an example.

use std::path::{Path, PathBuf};

use super::super::PictureSource;
use super::super::captions::{Sidecar, sidecar};

/// A picture that was found, and what stands beside it.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) picture: PictureSource,
    /// From a list, or from a file beside it.
    pub(super) caption: Option<String>,
    pub(super) bucket: Option<String>,
    /// There is a caption file that is no text.
    pub(super) sidecar_unreadable: bool,
}

impl Candidate {
    /// A picture file in the folder `root`, with the caption of a list; without one the file beside it is asked.
    pub(super) fn file(root: &Path, path: PathBuf, caption: Option<String>) -> Self {
        let beside = if caption.is_some() {
            Sidecar::None
        } else {
            sidecar(&path)
        };
        Self::beside(root, path, caption, beside)
    }

    /// A picture file in the folder `root`, with the caption of a list, or else what was found beside it.
    pub(super) fn beside(root: &Path, path: PathBuf, caption: Option<String>, beside: Sidecar) -> Self {
        let sidecar_unreadable = beside == Sidecar::Unreadable;
        let text = match beside {
            Sidecar::Text(text) => Some(text),
            Sidecar::None | Sidecar::Unreadable => None,
        };
        Self {
            name: name(root, &path),
            picture: PictureSource::File(path),
            caption: caption.or(text),
            bucket: None,
            sidecar_unreadable,
        }
    }
}

/// A path relative to `root`, with `/` between folders.
pub(super) fn name(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
