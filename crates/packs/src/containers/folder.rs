//! A plain folder: the pictures as they are, and pack.json with all that is known of the pack.

use serde::Serialize;

use super::{Container, Ready, json, names};
use crate::names::file_names;
use crate::store::Entry;
use crate::{Error, Pack};

pub(super) struct Folder;

impl Container for Folder {
    fn stems(&self, pack: &Pack) -> Vec<String> {
        file_names(names(pack))
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        let stickers = ready.files.iter().map(|file| Item {
            file: file.name(),
            name: &file.sticker.name,
            emoji: &file.sticker.emoji,
            text: &file.sticker.text,
        });
        let description = Description {
            title: &ready.pack.title,
            author: &ready.pack.author,
            cover: ready.files.get(ready.pack.cover.unwrap_or(0)).map(super::File::name),
            stickers: stickers.collect(),
        };
        Ok(vec![json("pack.json", &description)?])
    }
}

#[derive(Serialize)]
struct Description<'a> {
    title: &'a str,
    author: &'a str,
    cover: Option<String>,
    stickers: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    file: String,
    name: &'a str,
    emoji: &'a [String],
    text: &'a str,
}
