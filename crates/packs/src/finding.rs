//! What a check finds.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The platform would refuse it. It has to be mended, by the person or by the fix.
    Blocks,
    /// The export mends it in the files it writes: scaled, padded, recoded.
    Changes,
    /// The platform takes it; it could be better.
    Advice,
}

/// What a finding is about. The message says it all; this is for counting and for symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Problem {
    /// Fewer stickers than the platform wants.
    TooFew,
    /// More stickers than a pack may have: it is split evenly.
    TooMany,
    /// A number between two that the platform takes (LINE).
    OddCount,
    /// A sticker without an emoji.
    MissingEmoji,
    /// More emoji than the platform takes.
    TooManyEmoji,
    /// What stands where an emoji should, is none.
    NoEmoji,
    /// A pack without a title.
    MissingTitle,
    /// A title longer than allowed.
    TitleTooLong,
    /// A pack without an author where one is needed.
    MissingAuthor,
    /// An author's name longer than allowed.
    AuthorTooLong,
    /// A name of a sticker that the platform does not take.
    Name,
    /// A text that is longer than allowed.
    TextTooLong,
    /// A picture with nothing in it.
    Empty,
    /// A picture without any transparency.
    Opaque,
    /// Another size or aspect than the platform's.
    Size,
    /// Less free room around it than advised.
    Margin,
    /// Fewer pixels than the platform shows.
    Small,
    /// The tray icon or cover is made from a sticker that suits it badly.
    Cover,
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub problem: Problem,
    /// The sticker it is about, by its place from 0; none: the whole pack.
    pub sticker: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// What the fix does about it; none: only the person can mend it.
    pub fix: Option<String>,
}
