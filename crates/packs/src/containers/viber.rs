//! Viber: a ZIP of 00.png, 01.png and so on, with the cover in it. Source: sticker-convert, uploaders/upload_viber.py.

use super::{Container, Ready, numbers};
use crate::store::Entry;
use crate::{Error, Pack};

pub(super) struct Viber;

impl Container for Viber {
    fn stems(&self, pack: &Pack) -> Vec<String> {
        numbers(pack, 0)
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        Ok(ready.covers.clone())
    }
}
