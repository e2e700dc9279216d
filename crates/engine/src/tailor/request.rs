//! What is trained on what: written beside the run, so that it can be gone on with by its folder alone.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tailoring::training::TrainingConfig;

use crate::{Error, Precision};

/// The name that stands for the library's stickers with a strong pass.
pub const CONTENT_OF_RATINGS: &str = "@passed";

const FILE: &str = "request.json";

/// A training as it is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TailorRequest {
    /// The base, a diffusers folder; none for the built-in model.
    pub model: Option<PathBuf>,
    /// A folder or file of pictures, a set of the library, or [`CONTENT_OF_RATINGS`].
    pub content_set: Option<String>,
    /// A folder or file of pictures, or a set of the library.
    pub style_set: Option<String>,
    /// The settings.
    pub config: TrainingConfig,
    /// The share of prompts that is not learnt from, so that it can be asked for later.
    pub held_out: f64,
    /// What is drawn to see how it goes.
    pub validation_prompts: Vec<String>,
    /// Steps between two rounds of drawing; 0 for the first only.
    pub validate_every: usize,
    /// Steps between two checkpoints; 0 for none but at a pause.
    pub checkpoint_every: usize,
    /// The number format of the base's weights.
    pub precision: Precision,
}

impl TailorRequest {
    /// Reads what the run in `folder` was asked for.
    ///
    /// # Errors
    /// When the folder is no run's.
    pub fn of_run(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let bytes = fs::read(&path).map_err(|reason| {
            Error::file(
                "this is not the folder of a training that can be resumed",
                &path,
                &reason,
            )
        })?;
        serde_json::from_slice(&bytes)
            .map_err(|reason| Error::input(format!("the run's request is damaged ({reason}): {}", path.display())))
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self).map_err(|reason| Error::internal(reason.to_string()))?;
        fs::create_dir_all(folder).map_err(|reason| Error::file("could not make the run's folder", folder, &reason))?;
        crate::sticker_file::replace(&folder.join(FILE), &text)
    }
}
