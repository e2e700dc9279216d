//! `.wastickers`, which "Sticker maker" apps read: a ZIP of PNG files with title.txt, author.txt and cover.png. Source:
//! sticker-convert, uploaders/upload_whatsapp.py.

use super::{Container, Ready, names, one_line};
use crate::names::numbered_names;
use crate::store::Entry;
use crate::{Error, Pack, Platform, StillRule, WASTICKERS};

pub(super) struct Wastickers;

impl Container for Wastickers {
    fn still(&self, _: Platform) -> StillRule {
        WASTICKERS
    }

    fn stems(&self, pack: &Pack) -> Vec<String> {
        numbered_names(names(pack))
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        let mut entries = vec![
            Entry::new("title.txt", one_line(&ready.pack.title) + "\n"),
            Entry::new("author.txt", one_line(&ready.pack.author) + "\n"),
        ];
        let covers = ready.covers.iter();
        entries.extend(covers.map(|cover| Entry::new("cover.png", cover.bytes.clone())));
        Ok(entries)
    }
}
