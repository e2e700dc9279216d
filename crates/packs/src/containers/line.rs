//! LINE Creators Market: a ZIP of 01.png, 02.png and so on with main.png and tab.png. Source: creator.line.me.

use super::{Container, Ready, numbers};
use crate::store::Entry;
use crate::{Error, Pack};

pub(super) struct Line;

impl Container for Line {
    fn stems(&self, pack: &Pack) -> Vec<String> {
        numbers(pack, 1)
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        Ok(ready.covers.clone())
    }
}
