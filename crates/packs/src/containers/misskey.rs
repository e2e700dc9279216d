//! Misskey's import of emoji: a ZIP of pictures with meta.json. Source: sticker-convert, uploaders/upload_misskey.py, and
//! Misskey's ImportCustomEmojisProcessorService.ts.

use serde::Serialize;

use super::{Container, Ready, emoji, json, one_line};
use crate::store::Entry;
use crate::{Error, Pack};

/// The version of the format.
const VERSION: u32 = 2;
/// No server has this name (RFC 2606).
const HOST: &str = "sticker-studio.invalid";
/// The same each time, so that the file is.
const EXPORTED: &str = "1980-01-01T00:00:00.000Z";

pub(super) struct Misskey;

impl Container for Misskey {
    fn stems(&self, pack: &Pack) -> Vec<String> {
        emoji::SMALL.stems(pack)
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        let title = one_line(&ready.pack.title);
        let emojis = ready.files.iter().map(|file| Item {
            downloaded: true,
            file_name: file.name(),
            emoji: Emoji {
                name: &file.stem,
                category: Some(title.as_str()).filter(|title| !title.is_empty()),
                aliases: &file.sticker.emoji,
            },
        });
        let meta = Meta {
            version: VERSION,
            host: HOST,
            exported_at: EXPORTED,
            emojis: emojis.collect(),
        };
        Ok(vec![json("meta.json", &meta)?])
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    #[serde(rename = "metaVersion")]
    version: u32,
    host: &'a str,
    exported_at: &'a str,
    emojis: Vec<Item<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    downloaded: bool,
    file_name: String,
    emoji: Emoji<'a>,
}

#[derive(Serialize)]
struct Emoji<'a> {
    name: &'a str,
    category: Option<&'a str>,
    aliases: &'a [String],
}
