//! What a person does with what is in the library.

use std::path::PathBuf;

use library::{BucketCoverage, Facets, Page, Query, Rating, SetId, StickerId, StickerRecord, StyleSet};

use super::import::{self, ImportReport};
use super::keeping::thumbnail;
use super::recipe_view::{StickerDetail, detail};
use super::{Studio, StudioEvent};
use crate::{Error, read_png};

impl Studio {
    /// A part of what a query finds.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn stickers(&self, query: &Query, offset: u32, limit: u32) -> Result<Page, Error> {
        Ok(self.library.page(query, offset, limit)?)
    }

    /// All that a query finds.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn sticker_ids(&self, query: &Query) -> Result<Vec<StickerId>, Error> {
        Ok(self.library.ids(query)?)
    }

    /// Everything known of one sticker.
    ///
    /// # Errors
    /// When there is no such sticker.
    pub fn sticker(&self, id: &StickerId) -> Result<StickerDetail, Error> {
        self.record(id).map(detail)
    }

    pub(super) fn record(&self, id: &StickerId) -> Result<StickerRecord, Error> {
        self.library
            .sticker(id)?
            .ok_or_else(|| Error::input("this sticker is not in the library any more"))
    }

    /// Gives or takes the star.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_favourite(&self, ids: &[StickerId], favourite: bool) -> Result<(), Error> {
        Ok(self.library.set_favourite(ids, favourite)?)
    }

    /// Sets both parts of the rating.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn rate(&self, ids: &[StickerId], rating: Rating) -> Result<(), Error> {
        Ok(self.library.rate(ids, rating)?)
    }

    /// Adds and removes tags.
    ///
    /// # Errors
    /// When a tag is empty or too long, or it cannot be written.
    pub fn change_tags(&self, ids: &[StickerId], add: &[String], remove: &[String]) -> Result<(), Error> {
        Ok(self.library.change_tags(ids, add, remove)?)
    }

    /// Puts stickers into the trash.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn trash(&self, ids: &[StickerId]) -> Result<(), Error> {
        Ok(self.library.trash(ids)?)
    }

    /// Takes stickers out of the trash.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn restore(&self, ids: &[StickerId]) -> Result<(), Error> {
        Ok(self.library.restore(ids)?)
    }

    /// Deletes what is in the trash for good, and says how many.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn empty_trash(&self) -> Result<u32, Error> {
        Ok(self.library.empty_trash()?)
    }

    /// What the library can be filtered by.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn facets(&self) -> Result<Facets, Error> {
        Ok(self.library.facets()?)
    }

    /// How well the prompt buckets are covered by ratings.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn coverage(&self) -> Result<Vec<BucketCoverage>, Error> {
        Ok(self.library.coverage()?)
    }

    /// Makes an empty style set.
    ///
    /// # Errors
    /// When the name is empty, too long or taken.
    pub fn create_set(&self, name: &str) -> Result<StyleSet, Error> {
        Ok(self.library.create_set(name)?)
    }

    /// Gives a style set another name.
    ///
    /// # Errors
    /// When the name is empty, too long or taken.
    pub fn rename_set(&self, id: &SetId, name: &str) -> Result<(), Error> {
        Ok(self.library.rename_set(id, name)?)
    }

    /// Takes a style set away. Its stickers stay.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn delete_set(&self, id: &SetId) -> Result<(), Error> {
        Ok(self.library.delete_set(id)?)
    }

    /// Puts stickers into a style set.
    ///
    /// # Errors
    /// When one of them is gone.
    pub fn add_to_set(&self, set: &SetId, ids: &[StickerId]) -> Result<(), Error> {
        Ok(self.library.add_to_set(set, ids)?)
    }

    /// Takes stickers out of a style set.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remove_from_set(&self, set: &SetId, ids: &[StickerId]) -> Result<(), Error> {
        Ok(self.library.remove_from_set(set, ids)?)
    }

    /// Imports files that a person chose. Takes a while for many.
    pub fn import(&self, paths: &[PathBuf]) -> ImportReport {
        import::import(&self.library, paths)
    }

    /// Imports files that were dropped or named on the command line, and tells the listener what came of it.
    pub fn import_and_tell(&self, paths: &[PathBuf]) {
        let report = self.import(paths);
        self.tell(StudioEvent::Imported { report });
    }

    /// The PNG of a sticker's thumbnail; one that is missing is made again.
    ///
    /// # Errors
    /// When there is no such sticker.
    pub fn thumbnail(&self, id: &StickerId) -> Result<Vec<u8>, Error> {
        if let Ok(png) = std::fs::read(self.library.thumbnail(id)) {
            return Ok(png);
        }
        let (picture, _) = read_png(&self.library.file(id))?;
        let png = thumbnail(&picture)?;
        if let Err(error) = self.library.write_thumbnail(id, &png) {
            log::warn!("a thumbnail was not kept: {error}");
        }
        Ok(png)
    }

    /// The PNG of a sticker.
    ///
    /// # Errors
    /// When there is no such sticker.
    pub fn full_png(&self, id: &StickerId) -> Result<Vec<u8>, Error> {
        let path = self.library.file(id);
        std::fs::read(&path).map_err(|reason| Error::file("could not read the sticker", &path, &reason))
    }
}
