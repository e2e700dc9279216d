//! Packs of the library: what is in them, what the platforms say, and their files.

mod measures;
mod out;

use library::{Pack, PackChange, PackId, PackSticker, Sticker, StickerId};
use packs::{Finding, Platform, Severity};
use serde::Serialize;

pub(super) use measures::Measures;
pub use out::{PackExported, Printed};

use super::Studio;
use crate::{Error, slug};

/// A pack and what is in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PackDetail {
    /// As in a list.
    pub pack: Pack,
    /// The sticker that stands for it, if one was chosen.
    pub cover: Option<StickerId>,
    /// In order; what is in the trash is left out.
    pub stickers: Vec<PackedSticker>,
}

/// A sticker of a pack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PackedSticker {
    /// The sticker.
    pub sticker: Sticker,
    /// What it stands for, in order.
    pub emoji: Vec<String>,
    /// What it shows, for people who do not see it; empty: its prompt.
    pub text: String,
}

/// What a platform says to a pack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct PlatformCheck {
    /// Which one.
    pub platform: Platform,
    /// What it would refuse first.
    pub findings: Vec<Finding>,
}

/// A pack that was mended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FixedPack {
    /// The pack itself, then those that were split off.
    pub packs: Vec<PackId>,
    /// What was done, a sentence each.
    pub fixes: Vec<String>,
}

impl Studio {
    /// All packs, newest first.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn packs(&self) -> Result<Vec<Pack>, Error> {
        Ok(self.library.packs()?)
    }

    /// A pack and what is in it.
    ///
    /// # Errors
    /// When there is no such pack.
    pub fn pack(&self, id: &PackId) -> Result<PackDetail, Error> {
        let record = self
            .library
            .pack(id)?
            .ok_or_else(|| Error::input("this pack is not in the library any more"))?;
        let packed = |entry: PackSticker| {
            Ok(PackedSticker {
                sticker: self.record(&entry.sticker)?.sticker,
                emoji: entry.emoji,
                text: entry.text,
            })
        };
        Ok(PackDetail {
            pack: record.pack,
            cover: record.cover,
            stickers: record.stickers.into_iter().map(packed).collect::<Result<_, Error>>()?,
        })
    }

    /// Makes an empty pack.
    ///
    /// # Errors
    /// When the title or the author is too long, or there is no title.
    pub fn create_pack(&self, title: &str, author: &str) -> Result<Pack, Error> {
        Ok(self.library.create_pack(title, author)?)
    }

    /// Says what a pack is: this and nothing else.
    ///
    /// # Errors
    /// When one of its stickers is gone, or a text is too long; nothing has changed then.
    pub fn change_pack(&self, id: &PackId, change: &PackChange) -> Result<PackDetail, Error> {
        self.library.change_pack(id, change)?;
        self.pack(id)
    }

    /// Puts stickers at the end of a pack, each with an emoji that suits its prompt; those in it already stay where they are.
    ///
    /// # Errors
    /// When one of them is gone.
    pub fn add_to_pack(&self, id: &PackId, ids: &[StickerId]) -> Result<PackDetail, Error> {
        let detail = self.pack(id)?;
        let mut change = change_of(&detail);
        for sticker in ids {
            if change.stickers.iter().any(|entry| entry.sticker == *sticker) {
                continue;
            }
            let prompt = self.record(sticker)?.sticker.prompt;
            change.stickers.push(PackSticker {
                sticker: sticker.clone(),
                emoji: packs::suggest_emoji(&prompt).into_iter().take(1).collect(),
                text: String::new(),
            });
        }
        self.change_pack(id, &change)
    }

    /// Deletes a pack; its stickers stay.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn delete_pack(&self, id: &PackId) -> Result<(), Error> {
        Ok(self.library.delete_pack(id)?)
    }

    /// What every platform says to a pack.
    ///
    /// # Errors
    /// When there is no such pack, or a picture of it cannot be read.
    pub fn check_pack(&self, id: &PackId) -> Result<Vec<PlatformCheck>, Error> {
        let pack = self.measured(&self.pack(id)?)?;
        let check = |platform| PlatformCheck {
            platform,
            findings: packs::check(&pack, platform),
        };
        Ok(Platform::ALL.into_iter().map(check).collect())
    }

    /// Mends what can be mended for a platform. A pack that is too long becomes several: the others are new packs.
    ///
    /// # Errors
    /// When there is no such pack, or it cannot be written; nothing has changed then.
    pub fn fix_pack(&self, id: &PackId, platform: Platform) -> Result<FixedPack, Error> {
        let detail = self.pack(id)?;
        let fixed = packs::fix(self.measured(&detail)?, platform);
        let changes = fixed.packs.iter().map(|pack| change_to(pack, &detail));
        let others = self
            .library
            .split_pack(id, &changes.collect::<Result<Vec<_>, Error>>()?)?;
        let ids = std::iter::once(id.clone()).chain(others).collect();
        Ok(FixedPack {
            packs: ids,
            fixes: fixed.fixes.into_iter().map(|fix| fix.message).collect(),
        })
    }

    /// As `packs` takes it.
    fn measured(&self, detail: &PackDetail) -> Result<packs::Pack, Error> {
        let place = |cover: &StickerId| detail.stickers.iter().position(|entry| entry.sticker.id == *cover);
        Ok(packs::Pack {
            title: detail.pack.title.clone(),
            author: detail.pack.author.clone(),
            cover: detail.cover.as_ref().and_then(place),
            stickers: self.measured_stickers(&detail.stickers)?,
        })
    }

    /// A sticker without a text is described by its prompt.
    fn measured_stickers(&self, stickers: &[PackedSticker]) -> Result<Vec<packs::Sticker>, Error> {
        let ids: Vec<_> = stickers.iter().map(|entry| &entry.sticker.id).collect();
        let measured = self.measures.of(&ids, |id| self.picture(id))?;
        let sticker = |(entry, measured): (&PackedSticker, packs::Measured)| packs::Sticker {
            key: entry.sticker.id.to_string(),
            name: slug(&entry.sticker.prompt),
            emoji: entry.emoji.clone(),
            text: match entry.text.trim() {
                "" => entry.sticker.prompt.clone(),
                text => text.to_owned(),
            },
            measured,
        };
        Ok(stickers.iter().zip(measured).map(sticker).collect())
    }
}

/// The first finding that keeps a pack from a platform.
fn blocked(pack: &packs::Pack, platform: Platform) -> Option<Finding> {
    packs::check(pack, platform)
        .into_iter()
        .find(|finding| finding.severity == Severity::Blocks)
}

/// Why a platform would not take a pack, as an error.
fn refusal(platform: Platform, finding: &Finding) -> Error {
    let why = finding.message.trim_end_matches('.');
    Error::usage(format!("the pack is not ready for {}: {why}", platform.info().label))
}

fn change_of(detail: &PackDetail) -> PackChange {
    let entry = |entry: &PackedSticker| PackSticker {
        sticker: entry.sticker.id.clone(),
        emoji: entry.emoji.clone(),
        text: entry.text.clone(),
    };
    PackChange {
        title: detail.pack.title.clone(),
        author: detail.pack.author.clone(),
        cover: detail.cover.clone(),
        stickers: detail.stickers.iter().map(entry).collect(),
    }
}

/// A mended pack as the library keeps it. A text that stood for a prompt stays empty.
fn change_to(pack: &packs::Pack, before: &PackDetail) -> Result<PackChange, Error> {
    let id = |sticker: &packs::Sticker| {
        let id = sticker.key.parse::<StickerId>();
        id.map_err(|_| Error::internal("a fix changed the key of a sticker"))
    };
    let entry = |sticker: &packs::Sticker| {
        let is_described =
            |entry: &&PackedSticker| entry.sticker.id.as_str() == sticker.key && entry.text.trim().is_empty();
        let has_none = before.stickers.iter().any(|entry| is_described(&entry));
        Ok(PackSticker {
            sticker: id(sticker)?,
            emoji: sticker.emoji.clone(),
            text: if has_none { String::new() } else { sticker.text.clone() },
        })
    };
    Ok(PackChange {
        title: pack.title.clone(),
        author: pack.author.clone(),
        cover: pack
            .cover
            .and_then(|place| pack.stickers.get(place))
            .map(id)
            .transpose()?,
        stickers: pack.stickers.iter().map(entry).collect::<Result<_, Error>>()?,
    })
}
