//! What checks need to know of pictures, measured once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use library::StickerId;
use packs::Measured;
use rayon::prelude::*;

use crate::finisher::image_of;
use crate::{Error, Picture};

/// A sticker's picture never changes, so its measures stay. 32 bytes each.
#[derive(Default)]
pub(crate) struct Measures(Mutex<HashMap<StickerId, Measured>>);

impl Measures {
    /// The measures of these stickers, in their order.
    ///
    /// # Errors
    /// The first that `read` gives.
    pub(crate) fn of(
        &self,
        ids: &[&StickerId],
        read: impl Fn(&StickerId) -> Result<Picture, Error> + Sync,
    ) -> Result<Vec<Measured>, Error> {
        ids.par_iter()
            .map(|&id| {
                let known = self.known().get(id).copied();
                if let Some(measured) = known {
                    return Ok(measured);
                }
                let measured = Measured::of(&image_of(read(id)?)?);
                self.known().insert(id.clone(), measured);
                Ok(measured)
            })
            .collect()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<StickerId, Measured>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
