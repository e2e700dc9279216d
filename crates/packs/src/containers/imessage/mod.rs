//! iMessage: an Xcode project that builds a sticker pack, with Stickers.xcstickers in it. Source: Apple, "Sticker Pack type" in
//! the Asset Catalog Format Reference, and the project that Xcode makes for a sticker pack app.

mod icons;

use image::{Rgba, RgbaImage};
use serde_json::{Map, Value, json};

use super::{Container, File, Ready, json as json_file, names, one_line};
use crate::names::{file_names, short_codes};
use crate::store::Entry;
use crate::{Error, Letters, Pack};

const PROJECT: &str = include_str!("project.pbxproj");
const APP_INFO: &str = include_str!("App-Info.plist");
const EXTENSION_INFO: &str = include_str!("Extension-Info.plist");

pub(super) struct Imessage;

impl Container for Imessage {
    fn stems(&self, pack: &Pack) -> Vec<String> {
        file_names(names(pack))
    }

    fn place(&self, pack: &Pack, file: &File<'_>) -> String {
        format!("{}/{}.sticker/{}", stickers(&project(pack)), file.stem, file.name())
    }

    /// The App Store takes no icon with transparency.
    fn cover(&self, mut picture: RgbaImage) -> RgbaImage {
        for pixel in picture.pixels_mut() {
            let [red, green, blue, alpha] = pixel.0.map(u32::from);
            let over = |colour: u32| ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
            *pixel = Rgba([over(red), over(green), over(blue), u8::MAX]);
        }
        picture
    }

    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error> {
        let project = project(ready.pack);
        let (catalog, stickers) = (catalog(&project), stickers(&project));
        let fill = |template: &str| {
            let title = escaped(&one_line(&ready.pack.title));
            let text = template
                .replace("@NAME@", &project)
                .replace("@BUNDLE@", &bundle(ready.pack));
            // The title last: it may hold anything.
            text.replace("@TITLE@", &title)
        };
        let mut entries = vec![
            Entry::new(format!("{project}.xcodeproj/project.pbxproj"), fill(PROJECT)),
            Entry::new(format!("{project}/Info.plist"), fill(APP_INFO)),
            Entry::new(
                format!("{project} StickerPackExtension/Info.plist"),
                fill(EXTENSION_INFO),
            ),
            json_file(format!("{catalog}/Contents.json"), &json!({ "info": info() }))?,
        ];
        entries.extend(icons::entries(&catalog, &ready.covers)?);
        let list: Vec<_> = ready
            .files
            .iter()
            .map(|file| json!({ "filename": format!("{}.sticker", file.stem) }))
            .collect();
        let pack = json!({ "info": info(), "properties": { "grid-size": "regular" }, "stickers": list });
        entries.push(json_file(format!("{stickers}/Contents.json"), &pack)?);
        for file in &ready.files {
            let path = format!("{stickers}/{}.sticker/Contents.json", file.stem);
            entries.push(json_file(
                path,
                &json!({ "info": info(), "properties": properties(file) }),
            )?);
        }
        Ok(entries)
    }
}

fn info() -> Value {
    json!({ "author": "xcode", "version": 1 })
}

fn properties(file: &File<'_>) -> Map<String, Value> {
    let label = one_line(&file.sticker.text);
    let mut properties = Map::new();
    if !label.is_empty() {
        properties.insert("accessibility-label".to_owned(), label.into());
    }
    properties.insert("filename".to_owned(), file.name().into());
    properties
}

/// What the project is called: the title in letters that need no quotes.
fn project(pack: &Pack) -> String {
    short_codes([pack.title.as_str()].into_iter(), Letters::Shortcode).concat()
}

fn catalog(project: &str) -> String {
    format!("{project} StickerPackExtension/Stickers.xcstickers")
}

fn stickers(project: &str) -> String {
    format!("{}/Sticker Pack.stickerpack", catalog(project))
}

/// A bundle's identifier has letters, digits, `-` and dots. The person puts their own domain in front.
fn bundle(pack: &Pack) -> String {
    let parts = short_codes(
        [pack.author.as_str(), pack.title.as_str()].into_iter(),
        Letters::Lowercase,
    );
    format!("com.example.{}", parts.join(".")).replace('_', "-")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
