//! Packs and sheets as files.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use image::RgbaImage;
use library::{PackId, StickerId};
use packs::{ContainerKind, Platform, SheetRequest, WrittenSticker};
use serde::Serialize;

use super::{PackedSticker, blocked, refusal};
use crate::finisher::image_of;
use crate::{Error, Studio, slug};

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PackExported {
    /// Files or folders.
    pub paths: Vec<String>,
    /// Of all of them.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub bytes: u64,
    /// How each sticker came out.
    pub stickers: Vec<WrittenSticker>,
    /// What was mended in the files; the pack itself stays as it is.
    pub fixes: Vec<String>,
}

/// What printing wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Printed {
    /// Files.
    pub paths: Vec<String>,
    /// Sheets of paper.
    pub pages: u32,
    /// Stickers that have nothing to print.
    pub left_out: Vec<String>,
}

impl Studio {
    /// A name for a pack's file, without an ending.
    ///
    /// # Errors
    /// When there is no such pack.
    pub fn suggested_pack_name(&self, id: &PackId) -> Result<String, Error> {
        Ok(slug(&self.pack(id)?.pack.title))
    }

    /// Writes a pack for a platform, mended as [`Studio::fix_pack`] would: to this file, or, where the platform takes a folder, into a new folder in this one.
    /// `None`: it was stopped, and nothing was left behind.
    ///
    /// # Errors
    /// When the platform would refuse the pack even so, or it cannot be written.
    pub fn export_pack(&self, id: &PackId, platform: Platform, path: &Path) -> Result<Option<PackExported>, Error> {
        self.stop.store(false, Ordering::Relaxed);
        let detail = self.pack(id)?;
        let fixed = packs::fix(self.measured(&detail)?, platform);
        if let Some(finding) = fixed.packs.iter().find_map(|pack| blocked(pack, platform)) {
            return Err(refusal(platform, &finding));
        }
        let out = match platform.info().container {
            ContainerKind::File => path.to_owned(),
            ContainerKind::Folder => new_folder(path, &slug(&detail.pack.title), fixed.packs.len()),
        };
        let pictures = |key: &str| self.picture_of(key);
        let written = self.while_wanted(|watch| packs::write(&fixed.packs, platform, &pictures, &out, watch))?;
        self.remember(written.as_ref().and_then(|written| written.paths.first()));
        Ok(written.map(|written| PackExported {
            paths: shown(&written.paths),
            bytes: written.bytes,
            stickers: written.stickers,
            fixes: fixed.fixes.into_iter().map(|fix| fix.message).collect(),
        }))
    }

    /// Prints stickers onto sheets: PDF, PNG pages and cut lines, in a new folder in this one. `None`: it was stopped.
    ///
    /// # Errors
    /// When there is no sticker, they do not fit onto the paper, or nothing can be written.
    pub fn print_sheet(
        &self,
        ids: &[StickerId],
        request: &SheetRequest,
        folder: &Path,
    ) -> Result<Option<Printed>, Error> {
        self.stop.store(false, Ordering::Relaxed);
        let stickers = ids.iter().map(|id| {
            Ok(PackedSticker {
                sticker: self.record(id)?.sticker,
                emoji: Vec::new(),
                text: String::new(),
            })
        });
        let stickers = stickers.collect::<Result<Vec<_>, Error>>()?;
        let stickers = self.measured_stickers(&stickers)?;
        let pictures = |key: &str| self.picture_of(key);
        let sheet = packs::sheet(&stickers, &pictures, request)?;
        let out = new_folder(folder, "sticker-sheet", 1);
        let written = self.while_wanted(|watch| sheet.write(&out, watch))?;
        self.remember(written.as_ref().and_then(|paths| paths.first()));
        Ok(written.map(|paths| Printed {
            paths: shown(&paths),
            pages: sheet.pages(),
            left_out: sheet.left_out().iter().map(ToString::to_string).collect(),
        }))
    }

    /// The pack or sheet that was written last.
    ///
    /// # Errors
    /// When there is none since the start.
    pub fn last_export(&self) -> Result<PathBuf, Error> {
        let last = self.last_export.lock().unwrap_or_else(PoisonError::into_inner).clone();
        last.ok_or_else(|| Error::usage("nothing was exported since the program was started"))
    }

    fn remember(&self, path: Option<&PathBuf>) {
        if let Some(path) = path {
            *self.last_export.lock().unwrap_or_else(PoisonError::into_inner) = Some(path.clone());
        }
    }

    fn picture_of(&self, key: &str) -> Result<RgbaImage, packs::Error> {
        let id = key
            .parse::<StickerId>()
            .map_err(|_| packs::Error::Internal(format!("{key} is no sticker")))?;
        let picture = self.picture(&id).and_then(image_of);
        picture.map_err(|error| packs::Error::Picture(error.message))
    }

    /// Tells how far the work is, until it is told to stop.
    fn while_wanted<T>(
        &self,
        work: impl FnOnce(&dyn packs::Watch) -> Result<T, packs::Error>,
    ) -> Result<Option<T>, Error> {
        let watch = |done: u32, of: u32| {
            self.tell_work(done as usize, of as usize);
            if self.stop.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        match work(&watch) {
            Err(packs::Error::Stopped) => Ok(None),
            other => Ok(Some(other?)),
        }
    }
}

/// `name` in this folder, or `name-2` and so on when there is something of that name. Several packs get numbers behind it
/// (`packs::write`), and those are free, too.
fn new_folder(folder: &Path, name: &str, packs: usize) -> PathBuf {
    let is_taken = |path: &Path| {
        let numbered = |number: usize| PathBuf::from(format!("{}-{number}", path.display()));
        path.exists() || (packs > 1 && (1..=packs).any(|number| numbered(number).exists()))
    };
    let mut path = folder.join(name);
    let mut number = 2;
    while is_taken(&path) {
        path = folder.join(format!("{name}-{number}"));
        number += 1;
    }
    path
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}
