//! Finishing stickers of the library: seen while it is chosen, kept as new stickers, and presets to choose from.

mod presets;
mod rendered;
mod workshop;

use std::path::Path;
use std::sync::atomic::Ordering;

use effects::{Effect, Finish, Range};
use library::{Sticker, StickerId, StickerRecord};
use serde::{Deserialize, Serialize};

pub use presets::Preset;
pub(super) use workshop::Workshop;

use super::import::RefusedFile;
use super::keeping::{Source, keep};
use super::{Studio, StudioEvent};
use crate::finisher::image_of;
use crate::sticker_file::replace;
use crate::{Error, Recipe};

/// What the Finish screen offers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FinishOptions {
    /// One of each kind, with its defaults, in the order in which they usually follow each other.
    pub effects: Vec<EffectInfo>,
    /// Those of the program, then the person's.
    pub presets: Vec<Preset>,
    /// The families of this machine's fonts.
    pub fonts: Vec<String>,
    /// What computes.
    pub device: String,
    /// It is a GPU, fast enough for whole pictures while a slider moves.
    pub live: bool,
}

/// An effect and what its numbers may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct EffectInfo {
    /// Its defaults.
    pub default: Effect,
    /// Of its numbers.
    pub ranges: Vec<Range>,
}

/// What the Finish screen opens for a sticker.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FinishOf {
    /// What the finish works on: of a finished sticker the one that it was made of.
    pub source: Sticker,
    /// The finish; the default preset where there was none.
    pub finish: Finish,
    /// The sticker that was opened is a result of this finish.
    pub finished: bool,
}

/// What came of finishing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FinishReport {
    /// What is new in the library.
    pub stickers: Vec<Sticker>,
    /// What could not be finished.
    pub refused: Vec<RefusedFile>,
    /// What a person should know.
    pub warnings: Vec<String>,
    /// It was stopped; what was done stays.
    pub stopped: bool,
}

/// How the bytes of a rendered picture begin: its own length in 4 bytes (little-endian), this as JSON, then straight RGBA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RenderedHead {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// What a person should know.
    pub warnings: Vec<String>,
}

impl Studio {
    /// What the Finish screen offers.
    ///
    /// # Errors
    /// When the library cannot be read, or the chosen device is not here any more.
    pub fn finish_options(&self) -> Result<FinishOptions, Error> {
        let info = |default: Effect| EffectInfo {
            ranges: default.ranges(),
            default,
        };
        let (device, live) = self.workshop.device(self.chosen().device)?;
        Ok(FinishOptions {
            effects: Effect::all().into_iter().map(info).collect(),
            presets: self.presets()?,
            fonts: effects::fonts(),
            device,
            live,
        })
    }

    /// What the Finish screen opens for a sticker.
    ///
    /// # Errors
    /// When there is no such sticker.
    pub fn finish_of(&self, id: &StickerId) -> Result<FinishOf, Error> {
        let record = self.record(id)?;
        if let Some((source, json)) = &record.finished
            && let Some(source) = self.library.sticker(source)?
        {
            match serde_json::from_str(json) {
                Ok(finish) => {
                    return Ok(FinishOf {
                        source: source.sticker,
                        finish,
                        finished: true,
                    });
                }
                // It is still a picture, which can be finished.
                Err(reason) => log::warn!("the finish of {id} cannot be read: {reason}"),
            }
        }
        // What was finished before, from a source that is gone, has its outline already.
        let finish = if record.finished.is_some() {
            Finish::default()
        } else {
            presets::first()
        };
        Ok(FinishOf {
            source: record.sticker,
            finish,
            finished: false,
        })
    }

    /// A sticker with a finish, as bytes for a page: see [`RenderedHead`]. With `side` the picture is brought down first, so that its
    /// longer side has at most so many pixels.
    ///
    /// # Errors
    /// When there is no such sticker, or a value of the finish is outside of its range.
    pub fn render_finish(&self, id: &StickerId, finish: &Finish, side: Option<u32>) -> Result<Vec<u8>, Error> {
        let rendered = self.workshop.work(self.chosen().device, |bench| {
            let source = bench.source(id, || self.picture(id))?;
            match side {
                Some(side) => bench.finisher.preview(&source, finish, side),
                None => bench.finisher.finish(&source, finish),
            }
        })?;
        rendered::bytes(rendered)
    }

    /// Finishes stickers and keeps the results as new ones. Tells how far it is, and ends early when it is told to.
    ///
    /// # Errors
    /// When a value of the finish is outside of its range, or edits by hand are to be made on more than one sticker.
    pub fn finish_stickers(&self, ids: &[StickerId], finish: &Finish) -> Result<FinishReport, Error> {
        finish.check()?;
        if ids.len() > 1 && !finish.edits.is_empty() {
            return Err(Error::usage(
                "edits by hand belong to one sticker; finish it alone, and the others without them",
            ));
        }
        let json = serde_json::to_string(finish)
            .map_err(|reason| Error::internal(format!("could not write a finish: {reason}")))?;
        let mut report = FinishReport::default();
        self.stop.store(false, Ordering::Relaxed);
        for (done, id) in ids.iter().enumerate() {
            self.tell_work(done, ids.len());
            if self.stop.load(Ordering::Relaxed) {
                report.stopped = true;
                break;
            }
            if let Err(error) = self.finish_one(id, finish, &json, &mut report) {
                report.refused.push(RefusedFile {
                    name: self.named(id),
                    reason: error.message,
                });
            }
        }
        self.tell_work(ids.len(), ids.len());
        Ok(report)
    }

    /// Ends [`Studio::finish_stickers`], [`Studio::export_pack`] and [`Studio::print_sheet`] soon.
    pub fn stop_work(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(super) fn tell_work(&self, done: usize, of: usize) {
        self.teller.tell(StudioEvent::Work {
            done: done as u32,
            of: of as u32,
        });
    }

    /// Writes a sticker as SVG to exactly this path, which the person chose, with at most so many colours.
    ///
    /// # Errors
    /// When the number of colours is not 2 to 64, or the file cannot be written.
    pub fn save_svg(&self, id: &StickerId, colors: u8, path: &Path) -> Result<(), Error> {
        let svg = effects::vectorise(&image_of(self.picture(id)?)?, colors)?;
        replace(path, svg.as_bytes())
    }

    fn finish_one(&self, id: &StickerId, finish: &Finish, json: &str, report: &mut FinishReport) -> Result<(), Error> {
        let record = self.record(id)?;
        let finished = self.workshop.work(self.chosen().device, |bench| {
            let source = bench.source(id, || self.picture(id))?;
            bench.finisher.finish(&source, finish)
        })?;
        let recipe = recipe_of(&record).map(|recipe| Recipe {
            effects: finish.clone(),
            ..recipe
        });
        let source = Source::Finish { record: &record, json };
        let sticker = keep(&self.library, &finished.picture, recipe.as_ref(), source)?;
        self.library
            .change_tags(std::slice::from_ref(&sticker.id), &record.tags, &[])?;
        for warning in finished.warnings {
            let warning = format!("{}: {warning}", record.sticker.prompt);
            if !report.warnings.contains(&warning) {
                report.warnings.push(warning);
            }
        }
        report.stickers.push(sticker);
        Ok(())
    }

    fn named(&self, id: &StickerId) -> String {
        let record = self.library.sticker(id);
        record
            .ok()
            .flatten()
            .map_or_else(|| id.to_string(), |record| record.sticker.prompt)
    }
}

/// Of a picture that was finished before, the recipe tells how to make it, not this one's source: only a plain one goes on.
fn recipe_of(record: &StickerRecord) -> Option<Recipe> {
    let recipe = Recipe::from_json(record.recipe.as_deref()?).ok()?;
    recipe.effects.is_empty().then_some(recipe)
}
