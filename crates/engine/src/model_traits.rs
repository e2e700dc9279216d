//! What a request needs to know of a model: its defaults and what it accepts.

use std::path::{Path, PathBuf};

use diffusion::pipeline::ModelFolder;

use crate::{Error, SamplerName, built_in_model};

/// What a recipe calls the built-in model.
pub(crate) const BUILT_IN: &str = "built-in";

/// What a model's folder says about itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelTraits {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
    /// The styles it was trained with, and how a prompt with one reads.
    pub(crate) styles: Vec<String>,
    pub(crate) prompt_form: Option<String>,
    /// Whether its pictures have an alpha channel.
    pub(crate) native_alpha: bool,
    /// The side of a picture in pixels, and what every side is a multiple of.
    pub(crate) size: u32,
    pub(crate) size_multiple: u32,
    pub(crate) num_inference_steps: usize,
    pub(crate) guidance_scale: f32,
    pub(crate) guidance_rescale: f32,
    pub(crate) sampler: SamplerName,
}

impl ModelTraits {
    /// Reads the configuration of the model in `folder`, or of the built-in one.
    ///
    /// # Errors
    /// When there is no model, or one that this program cannot run.
    pub(crate) fn read(folder: Option<&Path>) -> Result<Self, Error> {
        let built_in = built_in_model();
        let (folder, is_built_in) = match folder {
            None => (built_in?, true),
            Some(folder) => (
                folder.to_path_buf(),
                built_in.is_ok_and(|built_in| is_same(&built_in, folder)),
            ),
        };
        let model = ModelFolder::open(&folder)?;
        let defaults = model.defaults();
        Ok(Self {
            name: if is_built_in {
                BUILT_IN.to_owned()
            } else {
                name_of(&folder)
            },
            styles: model.hints().styles.clone(),
            prompt_form: model.hints().prompt_form.clone(),
            native_alpha: model.native_alpha(),
            size: defaults.size,
            size_multiple: model.size_multiple(),
            num_inference_steps: defaults.num_inference_steps,
            guidance_scale: defaults.guidance_scale,
            guidance_rescale: 0.0,
            sampler: model.scheduler().sampler().map_err(diffusion::Error::from)?,
            folder,
        })
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// The last part of a path; `.` and the like are looked up.
pub(crate) fn name_of(path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    full.file_stem()
        .map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned())
}
