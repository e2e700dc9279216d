//! A studio: the library of what a person has, the queue of what is to be made, models and settings, behind one door.
//!
//! A window opens a [`Studio`] and calls its methods from worker threads; each returns soon, but for those that say otherwise. What
//! happens meanwhile is told to one listener as [`StudioEvent`]s, and previews are waited for with [`Studio::wait_for_preview`].

mod draft;
mod events;
mod finishing;
mod ideas;
mod import;
mod job_view;
mod keeping;
mod models;
mod out;
mod overlay;
mod packing;
mod places;
mod plan;
mod recipe_view;
mod runner;
mod settings;

mod create;
mod library_access;
mod model_access;
mod settings_access;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use library::Library;
use serde::Serialize;

pub use draft::{AdapterUse, Axis, AxisSetting, Draft, DraftCheck, FieldProblem, Plan, StartPicture};
pub use events::{Listener, StudioEvent};
pub use finishing::{EffectInfo, FinishOf, FinishOptions, FinishReport, Preset, RenderedHead};
pub use ideas::Idea;
pub use import::{ImportReport, RefusedFile};
pub use job_view::{Job, JobAction, Progress, Queue, Tile};
pub use model_access::{Device, DeviceTest};
pub use models::{Model, ModelOptions};
pub use out::{Exported, RecipeInside};
pub use packing::{FixedPack, PackDetail, PackExported, PackedSticker, PlatformCheck, Printed};
pub use places::{HOME_VARIABLE, Places};
pub use recipe_view::{RecipeAdapter, RecipeStart, RecipeView, StickerDetail};
pub use settings::{Ground, Language, Settings, Theme};

use crate::{Engine, EngineOptions, Error, GenerateRequest, Previews};
use events::Teller;
use finishing::Workshop;
use packing::Measures;
use runner::Runner;
use settings::SettingsFile;

/// What a window needs first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Startup {
    /// Of the program.
    pub version: String,
    /// As they are.
    pub settings: Settings,
    /// Where the library is.
    pub data_folder: String,
    /// The form as it was left; the default form at the first start.
    pub draft: Draft,
    /// Nothing was ever made or imported here.
    pub first_start: bool,
    /// What was repaired when the studio was opened.
    pub repairs: Vec<String>,
    /// Why the library could not be opened; then every other command answers with this sentence.
    pub refused: Option<String>,
}

/// Everything behind the window. Dropping it stops the running job, which can go on at the next start.
pub struct Studio {
    library: Arc<Library>,
    runner: Arc<Runner>,
    teller: Arc<Teller>,
    settings: Mutex<SettingsFile>,
    places: Places,
    data_folder: PathBuf,
    repairs: Vec<String>,
    workshop: Workshop,
    measures: Measures,
    /// Told to what is under way: no further sticker.
    stop: AtomicBool,
    /// What was written last.
    last_export: Mutex<Option<PathBuf>>,
    thread: Option<JoinHandle<()>>,
}

impl Studio {
    /// Opens the settings and the library, puts right what a kill left behind, and begins with the queue. No model is read yet.
    ///
    /// # Errors
    /// When another program has the library open, or it is of a later version, or cannot be read or written.
    pub fn open(places: Places) -> Result<Self, Error> {
        Self::open_with(places, Engine::start)
    }

    fn open_with(places: Places, start: impl FnOnce(EngineOptions) -> Result<Engine, Error>) -> Result<Self, Error> {
        let (settings, told) = SettingsFile::read(&places.settings)?;
        let data_folder = places.data_folder(settings.data_folder.as_deref());
        let opened = Library::open(&data_folder)?;
        let library = Arc::new(opened.library);
        let teller = Arc::new(Teller::default());
        let engine = start(EngineOptions {
            previews: previews(&settings.window),
            ..EngineOptions::default()
        })?;
        let runner = Arc::new(Runner::new(library.clone(), engine, teller.clone())?);
        let thread = thread::Builder::new()
            .name("jobs".to_owned())
            .spawn({
                let runner = runner.clone();
                move || runner.work()
            })
            .map_err(|reason| Error::internal(format!("the system gave no thread: {reason}")))?;
        Ok(Self {
            library,
            runner,
            teller,
            settings: Mutex::new(settings),
            places,
            data_folder,
            repairs: told.into_iter().chain(opened.repairs).collect(),
            workshop: Workshop::default(),
            measures: Measures::default(),
            stop: AtomicBool::new(false),
            last_export: Mutex::default(),
            thread: Some(thread),
        })
    }

    /// What a window shows when [`Studio::open`] refused: the settings alone.
    pub fn refused(places: &Places, reason: &Error) -> Startup {
        let settings = SettingsFile::read(&places.settings)
            .map(|(file, _)| file)
            .unwrap_or_default();
        Startup {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_folder: places
                .data_folder(settings.data_folder.as_deref())
                .display()
                .to_string(),
            settings: settings.window,
            draft: Draft::default(),
            first_start: false,
            repairs: Vec::new(),
            refused: Some(reason.message.clone()),
        }
    }

    /// What a window needs first.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn startup(&self) -> Result<Startup, Error> {
        Ok(Startup {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            settings: self.chosen(),
            data_folder: self.data_folder.display().to_string(),
            draft: self.last_draft()?,
            first_start: self.library.facets()?.total == 0 && self.library.jobs()?.is_empty(),
            repairs: self.repairs.clone(),
            refused: None,
        })
    }

    /// Tells `listener` from now on, and nobody else.
    pub fn listen(&self, listener: Listener) {
        self.teller.listen(listener);
    }

    /// Tells the listener something that did not come from the studio itself.
    pub fn tell(&self, event: StudioEvent) {
        self.teller.tell(event);
    }

    /// Reads the built-in model behind the window, so that the first sticker does not wait for it. Returns at once.
    pub fn warm_up(&self) {
        let request = GenerateRequest {
            device: self.chosen().device,
            ..GenerateRequest::new("sticker")
        };
        if let Err(error) = self.runner.engine().prepare(&request) {
            log::warn!("the model is not made ready yet: {error}");
        }
    }

    /// Waits for the next preview of the running job, at most so long: bytes for a page, see the window's `previews.ts`.
    pub fn wait_for_preview(&self, most: Duration) -> Option<Vec<u8>> {
        self.runner.wait_for_preview(most)
    }

    /// What the person chose, as it is now.
    fn chosen(&self) -> Settings {
        self.settings().window.clone()
    }

    /// The settings to be changed. Nothing that asks for them again may be called while the guard lives.
    fn settings(&self) -> MutexGuard<'_, SettingsFile> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.runner.close();
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn previews(settings: &Settings) -> Previews {
    if settings.previews {
        Previews::EverySteps(std::num::NonZeroUsize::MIN)
    } else {
        Previews::Off
    }
}

#[cfg(test)]
mod tests;
