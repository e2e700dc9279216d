//! Mending what a platform would refuse.

mod split;
mod stickers;

use serde::Serialize;

use crate::text::{cut, is_blank, is_too_long};
use crate::{Limits, Pack, Platform};

pub(crate) use stickers::{longer_name, longer_text};

/// What a pack without a title is called.
pub(crate) const TITLE: &str = "Stickers";
/// Who made a pack whose author is not known.
pub(crate) const AUTHOR: &str = "Anonymous";

/// A pack, mended.
#[derive(Clone, Debug, PartialEq)]
pub struct Fixed {
    /// One pack, or the even parts of one that had too many stickers.
    pub packs: Vec<Pack>,
    /// What was done, in order. Empty: the pack is as it was.
    pub fixes: Vec<Fix>,
}

/// One thing that was mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// The sticker it is about, by its place from 0 in the pack that was given; none: the whole pack.
    pub sticker: Option<u32>,
    /// What was done.
    pub message: String,
}

/// Mends what [`crate::check`] says blocks and has a fix: afterwards nothing of that is left, and mending once more changes nothing.
/// What only a person can mend stays: too few stickers, and numbers that LINE does not take. No sticker is left out but empty ones.
pub fn fix(mut pack: Pack, platform: Platform) -> Fixed {
    let limits = platform.limits();
    let mut fixes = Vec::new();
    stickers::fix(&mut pack, limits, &mut fixes);
    fix_title(&mut pack, limits, &mut fixes);
    fix_author(&mut pack, limits, &mut fixes);
    if pack.cover.is_some_and(|place| place >= pack.stickers.len()) && is_cover_needed(&pack, limits) {
        pack.cover = None;
        fixes.push(Fix::whole("The first sticker stands for the pack now.".to_owned()));
    }
    stickers::leave_out_empty(&mut pack, &mut fixes);
    Fixed {
        packs: split::split(pack, limits, &mut fixes),
        fixes,
    }
}

/// Whether it matters which sticker stands for the pack.
pub(crate) fn is_cover_needed(pack: &Pack, limits: &Limits) -> bool {
    !limits.covers.is_empty() && !pack.stickers.is_empty()
}

impl Fix {
    fn whole(message: String) -> Self {
        Self { sticker: None, message }
    }
}

fn fix_title(pack: &mut Pack, limits: &Limits, fixes: &mut Vec<Fix>) {
    if let Some(most) = limits.title.most.filter(|_| is_too_long(&pack.title, limits.title)) {
        pack.title = cut(&pack.title, most);
        if !pack.title.is_empty() {
            fixes.push(Fix::whole(format!("The title was cut to '{}'.", pack.title)));
        }
    }
    if is_blank(&pack.title) && limits.title.least > 0 {
        TITLE.clone_into(&mut pack.title);
        fixes.push(Fix::whole(format!("The pack got the title '{TITLE}'.")));
    }
}

fn fix_author(pack: &mut Pack, limits: &Limits, fixes: &mut Vec<Fix>) {
    if let Some(most) = limits.author.most.filter(|_| is_too_long(&pack.author, limits.author)) {
        pack.author = cut(&pack.author, most);
        if !pack.author.is_empty() {
            fixes.push(Fix::whole(format!("The author's name was cut to '{}'.", pack.author)));
        }
    }
    if is_blank(&pack.author) && limits.author.least > 0 {
        AUTHOR.clone_into(&mut pack.author);
        fixes.push(Fix::whole(format!("The pack got the author '{AUTHOR}'.")));
    }
}

#[cfg(test)]
mod tests;
