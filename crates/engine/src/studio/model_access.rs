//! Models, adapters and devices.

use std::path::{Path, PathBuf};

use diffusion::lora::{LoraFacts, LoraFormat};
use library::{Adapter, AdapterId, NewAdapter};
use serde::Serialize;

use super::Studio;
use super::draft::AdapterUse;
use super::models::{self, Model, ModelOptions};
use crate::model_traits::{BUILT_IN, name_of};
use crate::sticker_file::{replace, write_new};
use crate::{BenchRequest, BenchSubject, DeviceChoice, DeviceInfo, Error, Recipe, bench, devices};

/// Steps that a test of a device times.
const TEST_STEPS: usize = 10;

/// A device as a page lists it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// By which the settings name it.
    pub choice: String,
    /// The driver's name for it.
    pub name: String,
    /// What runs on it.
    pub backend: String,
    /// `discrete`, `integrated`, `cpu` ...
    pub kind: String,
    /// All of its memory.
    pub memory_mb: Option<u32>,
    /// Whether `auto` means this one.
    pub chosen_by_auto: bool,
}

impl From<DeviceInfo> for Device {
    fn from(device: DeviceInfo) -> Self {
        Self {
            choice: device.choice.to_string(),
            name: device.name,
            backend: device.backend,
            kind: device.kind.to_string(),
            memory_mb: device.memory_bytes.map(|bytes| (bytes / 1_000_000) as u32),
            chosen_by_auto: device.chosen_by_auto,
        }
    }
}

/// How fast the built-in model runs on a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DeviceTest {
    /// The device.
    pub device: String,
    /// The model.
    pub model: String,
    /// Until the model was ready.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub load_seconds: f64,
    /// Of one denoising step, with guidance.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub step_ms: f64,
    /// Of the autoencoder.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub decode_ms: f64,
    /// What one sticker takes with the model's own number of steps.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub sticker_seconds: f64,
    /// Of the GPU, or of the program on the CPU.
    pub memory_mb: Option<u32>,
}

impl Studio {
    /// The built-in model and those that the person added.
    pub fn models(&self) -> Vec<Model> {
        let added = self.settings().models.clone();
        std::iter::once(models::built_in())
            .chain(added.iter().map(models::added))
            .collect()
    }

    /// What a form may ask of a model; `None` is the built-in one.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn model_options(&self, id: Option<&str>) -> Result<ModelOptions, Error> {
        models::options(self.model_folder(id)?.as_deref())
    }

    /// Checks a folder and takes it into the list. Reads all its weights once, for their hash.
    ///
    /// # Errors
    /// When this program cannot run what is in it, or it is there already.
    pub fn add_model(&self, folder: &Path) -> Result<Model, Error> {
        let checked = models::check(folder)?;
        let mut file = self.settings();
        if file.models.iter().any(|known| known.sha256 == checked.sha256) || models::built_in().sha256 == checked.sha256
        {
            return Err(Error::usage(format!(
                "this model is in the list already: {}",
                folder.display()
            )));
        }
        let mut changed = file.clone();
        changed.models.push(checked.clone());
        changed.write(&self.places.settings)?;
        *file = changed;
        Ok(models::added(&checked))
    }

    /// Forgets a folder; its files stay.
    ///
    /// # Errors
    /// When it is not in the list, or the settings cannot be written.
    pub fn remove_model(&self, id: &str) -> Result<(), Error> {
        let mut file = self.settings();
        let mut changed = file.clone();
        changed.models.retain(|model| models::id(model) != id);
        if changed.models.len() == file.models.len() {
            return Err(Error::usage("this model is not in the list any more"));
        }
        changed.write(&self.places.settings)?;
        *file = changed;
        Ok(())
    }

    /// The folder of a model; `None` is the built-in one.
    pub(super) fn model_folder(&self, id: Option<&str>) -> Result<Option<PathBuf>, Error> {
        let Some(id) = id.filter(|&id| id != BUILT_IN) else {
            return Ok(None);
        };
        let file = self.settings();
        let found = file.models.iter().find(|model| models::id(model) == id);
        found
            .map(|model| Some(model.folder.clone()))
            .ok_or_else(|| Error::input("the model of this form is not in the list any more; choose another one"))
    }

    /// The folder of the model that a recipe was made with; `None` is the built-in one.
    pub(super) fn model_of(&self, recipe: &Recipe) -> Result<Option<PathBuf>, Error> {
        self.model_folder(self.model_id_of(recipe)?.as_deref())
    }

    pub(super) fn model_id_of(&self, recipe: &Recipe) -> Result<Option<String>, Error> {
        let file = self.settings();
        if let Some(model) = file.models.iter().find(|model| model.sha256 == recipe.model.sha256) {
            return Ok(Some(models::id(model)));
        }
        if recipe.model.name == BUILT_IN || models::built_in().sha256 == recipe.model.sha256 {
            return Ok(None);
        }
        Err(Error::input(format!(
            "the model '{}' of this sticker is not here; add its folder under Models",
            recipe.model.name
        )))
    }

    /// All adapters.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn adapters(&self) -> Result<Vec<Adapter>, Error> {
        Ok(self.library.adapters()?)
    }

    /// Checks a LoRA file and copies it into the library.
    ///
    /// # Errors
    /// When it is no LoRA that this program knows.
    pub fn import_adapter(&self, path: &Path) -> Result<Adapter, Error> {
        let facts = LoraFacts::open(path).map_err(diffusion::Error::from)?;
        let bytes = std::fs::metadata(path)
            .map_err(|reason| Error::file("could not read the file", path, &reason))?
            .len();
        Ok(self.library.add_adapter(&NewAdapter {
            name: &name_of(path),
            file: path,
            sha256: &facts.sha256,
            bytes,
            rank: facts.ranks.iter().max().map(|&rank| rank as u32),
            form: match facts.format {
                LoraFormat::Kohya => "kohya",
                LoraFormat::Peft | LoraFormat::Diffusers => "diffusers",
            }
            .to_owned(),
        })?)
    }

    /// A name for an adapter's file.
    ///
    /// # Errors
    /// When there is no such adapter.
    pub fn suggested_adapter_name(&self, id: &AdapterId) -> Result<String, Error> {
        Ok(format!("{}.safetensors", crate::slug(&self.known_adapter(id)?.name)))
    }

    /// Writes an adapter's file to exactly this path, which the person chose.
    ///
    /// # Errors
    /// When it cannot be written; a former file stays as it was then.
    pub fn export_adapter(&self, id: &AdapterId, path: &Path) -> Result<(), Error> {
        self.known_adapter(id)?;
        let file = self.library.adapter_file(id);
        let bytes = std::fs::read(&file).map_err(|reason| Error::file("could not read the adapter", &file, &reason))?;
        if let (None, Some(folder), Some(name)) = (path.extension(), path.parent(), path.file_name()) {
            return write_new(folder, &format!("{}.safetensors", name.to_string_lossy()), &bytes).map(drop);
        }
        replace(path, &bytes)
    }

    /// Gives an adapter another name.
    ///
    /// # Errors
    /// When the name is empty or too long.
    pub fn rename_adapter(&self, id: &AdapterId, name: &str) -> Result<(), Error> {
        Ok(self.library.rename_adapter(id, name)?)
    }

    /// Deletes an adapter and its file for good.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn delete_adapter(&self, id: &AdapterId) -> Result<(), Error> {
        Ok(self.library.delete_adapter(id)?)
    }

    fn known_adapter(&self, id: &AdapterId) -> Result<Adapter, Error> {
        self.library
            .adapter(id)?
            .ok_or_else(|| Error::input("this adapter is not in the library any more"))
    }

    /// The library's adapters that a recipe names, with their weights.
    pub(super) fn adapter_uses(&self, recipe: &Recipe) -> Result<Vec<AdapterUse>, Error> {
        let known = self.adapters()?;
        let used = |wanted: &crate::AdapterReference| {
            let found = known.iter().find(|adapter| adapter.sha256 == wanted.sha256);
            found
                .map(|adapter| AdapterUse {
                    id: adapter.id.clone(),
                    weight: wanted.weight,
                })
                .ok_or_else(|| {
                    Error::input(format!(
                        "the adapter '{}' of this sticker is not here; import it under Models",
                        wanted.name
                    ))
                })
        };
        recipe.adapters.iter().map(used).collect()
    }

    pub(super) fn adapter_files(&self, recipe: &Recipe) -> Result<Vec<PathBuf>, Error> {
        let uses = self.adapter_uses(recipe)?;
        Ok(uses
            .iter()
            .map(|adapter| self.library.adapter_file(&adapter.id))
            .collect())
    }

    /// The devices of this machine. Asks the driver, which may take a second.
    pub fn devices(&self) -> Vec<Device> {
        devices().into_iter().map(Device::from).collect()
    }

    /// Loads the built-in model on a device and times it: some seconds.
    ///
    /// # Errors
    /// When a job runs, or the device cannot be used.
    pub fn test_device(&self, device: DeviceChoice) -> Result<DeviceTest, Error> {
        let request = BenchRequest {
            subject: BenchSubject::Model,
            steps: TEST_STEPS,
            device,
            ..BenchRequest::default()
        };
        let report = self
            .runner
            .with_idle_device(|| bench(&request, &mut |stage| log::info!("{stage}")))?;
        let steps = f64::from(models::options(None)?.steps);
        let memory = report.gpu_reserved_mb.or(report.peak_rss_mb);
        Ok(DeviceTest {
            sticker_seconds: (steps * report.step_ms.median + report.decode_ms.median) / 1000.0,
            device: report.device,
            model: BUILT_IN.to_owned(),
            load_seconds: report.load_seconds,
            step_ms: report.step_ms.median,
            decode_ms: report.decode_ms.median,
            memory_mb: memory.map(|mb| mb.round() as u32),
        })
    }
}
