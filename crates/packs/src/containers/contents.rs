//! The assets of WhatsApp's sample app: contents.json beside a folder that is called like the pack's identifier. Source:
//! github.com/WhatsApp/stickers, Android/README.md and StickerPackValidator.java.

use flate2::Crc;
use serde::Serialize;

use super::{Container, File, Ready, json, names, one_line};
use crate::names::short_codes;
use crate::store::Entry;
use crate::{Error, Letters, Pack};

pub(super) struct Contents;

impl Container for Contents {
    fn stems(&self, pack: &Pack) -> Vec<String> {
        short_codes(names(pack), Letters::Shortcode)
    }

    fn place(&self, pack: &Pack, file: &File<'_>) -> String {
        format!("{}/{}", identifier(pack), file.name())
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        let identifier = identifier(ready.pack);
        let mut version = Crc::new();
        let pictures = ready.files.iter().map(|file| &file.encoded.bytes);
        let covers = ready.covers.iter().map(|cover| &cover.bytes);
        covers.chain(pictures).for_each(|bytes| version.update(bytes));
        let root = Root {
            android_play_store_link: "",
            ios_app_store_link: "",
            sticker_packs: [StickerPack {
                name: one_line(&ready.pack.title),
                publisher: one_line(&ready.pack.author),
                tray_image_file: ready.covers.first().map_or("", |cover| &cover.path),
                image_data_version: format!("{:08x}", version.sum()),
                avoid_cache: false,
                publisher_email: "",
                publisher_website: "",
                privacy_policy_website: "",
                license_agreement_website: "",
                animated: false,
                stickers: ready.files.iter().map(sticker).collect(),
                identifier: identifier.clone(),
            }],
        };
        let mut entries = vec![json("contents.json", &root)?];
        let trays = ready.covers.iter();
        entries.extend(trays.map(|tray| Entry::new(format!("{identifier}/{}", tray.path), tray.bytes.clone())));
        Ok(entries)
    }
}

/// The same for the same title and author, and another for others.
fn identifier(pack: &Pack) -> String {
    let mut crc = Crc::new();
    crc.update(pack.title.as_bytes());
    crc.update(&[0]);
    crc.update(pack.author.as_bytes());
    let title: String = short_codes([pack.title.as_str()].into_iter(), Letters::Lowercase).concat();
    format!("{title}_{:08x}", crc.sum())
}

fn sticker<'a>(file: &'a File<'_>) -> Item<'a> {
    Item {
        image_file: file.name(),
        emojis: &file.sticker.emoji,
        accessibility_text: one_line(&file.sticker.text),
    }
}

#[derive(Serialize)]
struct Root<'a> {
    android_play_store_link: &'a str,
    ios_app_store_link: &'a str,
    sticker_packs: [StickerPack<'a>; 1],
}

#[derive(Serialize)]
struct StickerPack<'a> {
    identifier: String,
    name: String,
    publisher: String,
    tray_image_file: &'a str,
    image_data_version: String,
    avoid_cache: bool,
    publisher_email: &'a str,
    publisher_website: &'a str,
    privacy_policy_website: &'a str,
    license_agreement_website: &'a str,
    #[serde(rename = "animated_sticker_pack")]
    animated: bool,
    stickers: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    image_file: String,
    emojis: &'a [String],
    #[serde(skip_serializing_if = "String::is_empty")]
    accessibility_text: String,
}
