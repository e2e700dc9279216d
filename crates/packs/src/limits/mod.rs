//! What a platform takes, as data. The numbers and their sources: docs/PLATFORMS.md.

mod info;
mod rules;
mod table;

pub use info::{ContainerKind, PlatformInfo};
pub use rules::{Canvas, Count, Cover, Format, Letters, MovingFormat, MovingRule, StillRule, TextRule};
pub use table::WASTICKERS;

use crate::Platform;

/// Everything that a platform asks of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The platform's name as it writes itself: "WhatsApp".
    pub label: &'static str,
    /// The files of still stickers.
    pub still: StillRule,
    /// The files of moving stickers; none: the platform takes none, or nothing of ours would be kept.
    pub moving: Option<MovingRule>,
    /// How many stickers a pack has.
    pub count: Count,
    /// How many stickers fit without paying for more, where that is fewer than `count.most`.
    pub unpaid: Option<u32>,
    /// The numbers of stickers that a pack may have, rising; empty: every one between `count.least` and `count.most`.
    pub steps: &'static [u32],
    /// How many emoji each sticker has. Zero at most: the platform keeps none.
    pub emoji: Count,
    /// The pack's title.
    pub title: TextRule,
    /// The author's name.
    pub author: TextRule,
    /// The stickers' names.
    pub name: TextRule,
    /// What stands in the stickers' names.
    pub letters: Letters,
    /// The stickers' texts: accessibility text, description. Each may be missing; one that is there has `least` at least.
    pub text: TextRule,
    /// The pictures that stand for the pack, made from the cover sticker.
    pub covers: &'static [Cover],
    /// Whether the usual container is one file or a folder.
    pub container: ContainerKind,
    /// How the usual container's file name ends, with its dot; empty for a folder.
    pub suffix: &'static str,
    /// At how many pixels a side chats show a sticker, about.
    pub shown: u32,
}

impl Platform {
    /// What the platform takes.
    pub fn limits(self) -> &'static Limits {
        table::limits(self)
    }
}

#[cfg(test)]
mod tests;
