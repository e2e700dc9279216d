//! Remembers on which GPUs kernels were measured already, so that the first, slow run can be announced.

use std::fs;
use std::path::{Path, PathBuf};

use crate::device::OpenDevice;
use crate::slug;

/// A file in the cache folder that says: this version has run on this device. Without a GPU or a folder there is nothing to
/// announce.
pub(crate) struct TuningMark(Option<PathBuf>);

impl TuningMark {
    pub(crate) fn of(open: &OpenDevice, cache: Option<&Path>) -> Self {
        let folder = cache.filter(|_| open.is_gpu());
        Self(folder.map(|folder| folder.join(file_name(&open.info.label()))))
    }

    pub(crate) fn exists(&self) -> bool {
        self.0.as_ref().is_none_or(|path| path.exists())
    }

    /// Failing costs one more announcement.
    pub(crate) fn set(&self) {
        let Some(path) = self.0.as_ref().filter(|path| !path.exists()) else {
            return;
        };
        let folder = path.parent().unwrap_or(Path::new("."));
        if let Err(reason) = fs::create_dir_all(folder).and_then(|()| fs::write(path, "")) {
            log::debug!("could not mark the device as measured: {reason}");
        }
    }
}

fn file_name(device: &str) -> String {
    format!("measured-{}-{}", slug(device), env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_there_once_it_was_set() {
        let root = tempfile::tempdir().unwrap();
        let mark = TuningMark(Some(root.path().join("new").join(file_name("GPU X/1 (wgpu/vulkan)"))));
        assert!(!mark.exists());
        mark.set();
        assert!(mark.exists());
        assert!(TuningMark(None).exists(), "the CPU needs no announcement");
    }
}
