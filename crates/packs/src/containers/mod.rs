//! How each platform wants its files laid out.

mod contents;
mod discord;
mod emoji;
mod folder;
mod imessage;
mod line;
mod misskey;
mod sidecar;
mod viber;
mod wastickers;

use image::RgbaImage;
use serde::Serialize;

use crate::encode::Encoded;
use crate::store::Entry;
use crate::target::Form;
use crate::text::one_line;
use crate::{Error, Pack, Platform, Sticker, StillRule};

/// A pack whose pictures are encoded.
pub(crate) struct Ready<'a> {
    /// The pack.
    pub(crate) pack: &'a Pack,
    /// Its files, in the pack's order.
    pub(crate) files: Vec<File<'a>>,
    /// The pictures that stand for the pack, with the names that the limits give them.
    pub(crate) covers: Vec<Entry>,
}

/// A sticker's file.
pub(crate) struct File<'a> {
    /// The sticker.
    pub(crate) sticker: &'a Sticker,
    /// Its name without folder and ending.
    pub(crate) stem: String,
    /// What is in it.
    pub(crate) encoded: Encoded,
}

impl File<'_> {
    /// Its name without folder.
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", self.stem, self.encoded.format.extension())
    }
}

/// Where the files of a pack lie, and what lies beside them.
pub(crate) trait Container: Sync {
    /// What a sticker's file has to be.
    fn still(&self, platform: Platform) -> StillRule {
        platform.limits().still
    }

    /// The names of the stickers' files, without endings, in order.
    fn stems(&self, pack: &Pack) -> Vec<String>;

    /// Where a sticker's file lies.
    fn place(&self, _pack: &Pack, file: &File<'_>) -> String {
        file.name()
    }

    /// A cover's picture in its final size, before it is encoded.
    fn cover(&self, picture: RgbaImage) -> RgbaImage {
        picture
    }

    /// Every file but the stickers', in order. They come first.
    fn rest(&self, ready: &Ready<'_>) -> Result<Vec<Entry>, Error>;
}

/// How a platform's files are laid out.
pub(crate) fn container(platform: Platform, form: Form) -> &'static dyn Container {
    match platform {
        Platform::Whatsapp if form == Form::Wastickers => &wastickers::Wastickers,
        Platform::Whatsapp => &contents::Contents,
        Platform::Telegram | Platform::Signal | Platform::StickerConvert => &sidecar::Sidecar,
        Platform::Discord => &discord::Discord,
        Platform::DiscordEmoji | Platform::Mastodon => &emoji::MIXED,
        Platform::Slack => &emoji::SMALL,
        Platform::Imessage => &imessage::Imessage,
        Platform::Line => &line::Line,
        Platform::Viber => &viber::Viber,
        Platform::Misskey => &misskey::Misskey,
        Platform::Folder => &folder::Folder,
    }
}

/// The pack's stickers' names.
fn names(pack: &Pack) -> impl ExactSizeIterator<Item = &str> {
    pack.stickers.iter().map(|sticker| sticker.name.as_str())
}

/// Names that are nothing but numbers, of two digits and more.
fn numbers(pack: &Pack, first: usize) -> Vec<String> {
    (first..first + pack.stickers.len())
        .map(|number| format!("{number:02}"))
        .collect()
}

/// A file of JSON for people to read.
fn json(path: impl Into<String>, value: &impl Serialize) -> Result<Entry, Error> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|reason| Error::Internal(format!("could not write JSON: {reason}")))?;
    Ok(Entry::new(path, text + "\n"))
}
