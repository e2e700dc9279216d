//! A model on a device, with its adapters: what is kept between jobs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use diffusion::lora::LoraFile;
use diffusion::pipeline::{LoadOptions, LoadStage, MemoryPlan, ModelFolder, Pipeline};

use super::generator::Attempt;
use super::memory_plan::{self, Budget};
use crate::choice::Precision;
use crate::device::OpenDevice;
use crate::event::LoadingStage;
use crate::model_traits::name_of;
use crate::recipe::AdapterReference;
use crate::{CompletedRequest, Error, LoraRequest};

/// A warning names no more tensors of a file than this.
const NAMED_TENSORS: usize = 4;
/// And no more characters of a prompt.
const SHOWN_CHARACTERS: usize = 60;

/// A model on a device.
pub(crate) struct LoadedModel {
    pub(crate) pipeline: Pipeline,
    /// Over all weights.
    pub(crate) sha256: String,
    identity: Identity,
    adapters: Adapters,
    budget: Budget,
    /// Pixels of a latent position.
    factor: u32,
    warnings: Vec<String>,
}

/// What must be the same for a loaded model to be used again.
#[derive(Debug, PartialEq)]
struct Identity {
    folder: PathBuf,
    files: Vec<Stamp>,
    precision: Precision,
}

/// The adapters of the loaded model.
#[derive(Default)]
struct Adapters {
    requested: Vec<(Stamp, f32)>,
    references: Vec<AdapterReference>,
    warnings: Vec<String>,
}

/// A file as it was when it was read: its path, length and time.
type Stamp = (PathBuf, u64, Option<SystemTime>);

impl LoadedModel {
    /// Reads the model onto the device.
    ///
    /// # Errors
    /// A damaged file, weights that do not fit their configuration, or a failed device.
    pub(crate) fn load(
        folder: &ModelFolder,
        open: &OpenDevice,
        precision: Precision,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<Self, Error> {
        let identity = Identity::of(folder, precision);
        on_stage(LoadingStage::Hash);
        let sha256 = folder.sha256()?;
        let budget = Budget::of(precision, folder, open)?;
        // Every job brings its own plan.
        let options = LoadOptions {
            precision: precision.into(),
            memory: MemoryPlan::CPU,
        };
        let pipeline = Pipeline::load(folder, &open.device, &options, &mut |stage| on_stage(stage.into()))?;
        let unused = pipeline.unused_tensors().iter().map(|(path, names)| {
            format!(
                "the weights have tensors that the model does not use ({}): {}",
                some_of(names),
                path.display()
            )
        });
        Ok(Self {
            warnings: unused.collect(),
            pipeline,
            sha256,
            identity,
            adapters: Adapters::default(),
            budget,
            factor: folder.size_multiple(),
        })
    }

    /// Whether this is the model in `folder`, with the files as they are now.
    pub(crate) fn is(&self, folder: &ModelFolder, precision: Precision) -> bool {
        self.identity == Identity::of(folder, precision)
    }

    /// The number format of its weights.
    pub(crate) fn precision(&self) -> Precision {
        self.identity.precision
    }

    /// Sets what is computed at once, and returns it.
    pub(crate) fn plan(&mut self, request: &CompletedRequest, attempt: Attempt, open: &OpenDevice) -> MemoryPlan {
        let latents = request.width.max(request.height) / self.factor;
        let free = open.is_gpu().then(|| self.budget.left(request.memory_limit));
        let plan = memory_plan::plan(free, latents as usize, self.factor as usize, attempt.reductions);
        self.pipeline.set_memory(plan);
        plan
    }

    /// Puts the adapters that `requested` asks for into the model, if they are not there yet.
    ///
    /// # Errors
    /// A file that is no adapter, or one of another model. The model is then without adapters.
    pub(crate) fn adapt(
        &mut self,
        requested: &[LoraRequest],
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<(), Error> {
        let stamps: Vec<_> = requested.iter().map(|lora| (stamp(&lora.path), lora.weight)).collect();
        if self.adapters.requested == stamps {
            return Ok(());
        }
        on_stage(LoadingStage::Adapters);
        // The former ones go first, so that after a failure the model has none, and it is known to have none.
        self.pipeline.set_loras(&[])?;
        self.adapters = Adapters::default();
        let paths = self.pipeline.module_paths();
        let mut adapters = Adapters {
            requested: stamps,
            ..Adapters::default()
        };
        let mut files = Vec::with_capacity(requested.len());
        for lora in requested {
            let file = LoraFile::open(&lora.path, &paths).map_err(diffusion::Error::from)?;
            adapters.note(&file, lora);
            files.push((file, lora.weight));
        }
        self.pipeline.set_loras(&files)?;
        self.adapters = adapters;
        Ok(())
    }

    /// The adapters as a recipe names them.
    pub(crate) fn adapters(&self) -> Vec<AdapterReference> {
        self.adapters.references.clone()
    }

    /// What a person should know of the model's and the adapters' files.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = &String> {
        self.warnings.iter().chain(&self.adapters.warnings)
    }

    /// Encodes the prompts, and says what of them was cut.
    ///
    /// # Errors
    /// A failed device.
    pub(crate) fn encode(&mut self, request: &CompletedRequest) -> Result<Vec<String>, Error> {
        let encoded = self
            .pipeline
            .encode_prompts(&[&request.full_prompt, &request.negative_prompt])?;
        let sentence = |(what, cut): (&str, Option<String>)| {
            let cut = beginning(&cut?);
            Some(format!(
                "the {what} is longer than the model reads; left out from here on: {cut}"
            ))
        };
        Ok(["prompt", "negative prompt"]
            .into_iter()
            .zip(encoded.truncated)
            .filter_map(sentence)
            .collect())
    }
}

impl Identity {
    fn of(folder: &ModelFolder, precision: Precision) -> Self {
        let files = folder.weights_files().iter().map(|path| stamp(path)).collect();
        Self {
            folder: folder.path().to_path_buf(),
            files,
            precision,
        }
    }
}

impl Adapters {
    fn note(&mut self, file: &LoraFile, lora: &LoraRequest) {
        let name = lora.name.clone().unwrap_or_else(|| name_of(&lora.path));
        if !file.unknown.is_empty() {
            let tensors = some_of(&file.unknown);
            self.warnings.push(format!(
                "the adapter '{name}' has tensors that this model has no place for: {tensors}"
            ));
        }
        self.references.push(AdapterReference {
            name,
            sha256: file.sha256.clone(),
            weight: lora.weight,
        });
    }
}

/// A file that cannot be looked at has a length of zero, and fails when it is read.
fn stamp(path: &Path) -> Stamp {
    let data = fs::metadata(path).ok();
    let length = data.as_ref().map_or(0, fs::Metadata::len);
    (path.to_path_buf(), length, data.and_then(|data| data.modified().ok()))
}

/// The first of some names, and how many more there are.
fn some_of(names: &[String]) -> String {
    let named = names
        .iter()
        .take(NAMED_TENSORS)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(NAMED_TENSORS) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// As much of a text as a warning shows.
fn beginning(text: &str) -> String {
    let mut beginning: String = text.chars().take(SHOWN_CHARACTERS).collect();
    if beginning.len() < text.len() {
        beginning.push_str(" ...");
    }
    beginning
}

impl From<LoadStage> for LoadingStage {
    fn from(stage: LoadStage) -> Self {
        match stage {
            LoadStage::TextEncoder => Self::TextEncoder,
            LoadStage::UNet => Self::UNet,
            LoadStage::Autoencoder => Self::Autoencoder,
        }
    }
}

impl From<Precision> for diffusion::weights::Precision {
    fn from(precision: Precision) -> Self {
        match precision {
            Precision::F32 => Self::F32,
            Precision::F16 => Self::F16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_and_texts_are_shown_by_their_beginning() {
        let names: Vec<String> = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).into();
        assert_eq!(some_of(&names), "a, b, c, d and 2 more");
        assert_eq!(some_of(&names[..2]), "a, b");
        assert_eq!(beginning(&"猫".repeat(100)), format!("{} ...", "猫".repeat(60)));
    }

    #[test]
    fn a_file_that_changes_has_another_stamp() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let before = stamp(file.path());
        fs::write(file.path(), "more").unwrap();
        assert_ne!(stamp(file.path()), before);
    }
}
