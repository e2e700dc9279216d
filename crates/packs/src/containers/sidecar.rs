//! The folder that sticker-convert takes and its uploaders to Telegram and Signal feed from: the pictures, title.txt, author.txt,
//! emoji.txt (JSON: a file's stem to its emoji) and cover.png. Source: sticker-convert, utils/files/metadata_handler.py.

use serde_json::{Map, Value};

use super::{Container, Ready, json, names, one_line};
use crate::names::numbered_names;
use crate::store::Entry;
use crate::{Error, Pack};

pub(super) struct Sidecar;

impl Container for Sidecar {
    /// Numbered: the reader sorts by name, and takes no sticker whose name begins with "cover".
    fn stems(&self, pack: &Pack) -> Vec<String> {
        numbered_names(names(pack))
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        let emoji: Map<_, _> = ready
            .files
            .iter()
            .map(|file| (file.stem.clone(), Value::String(file.sticker.emoji.concat())))
            .collect();
        let mut entries = vec![
            Entry::new("title.txt", one_line(&ready.pack.title)),
            Entry::new("author.txt", one_line(&ready.pack.author)),
            json("emoji.txt", &emoji)?,
        ];
        entries.extend(ready.covers.iter().cloned());
        Ok(entries)
    }
}
