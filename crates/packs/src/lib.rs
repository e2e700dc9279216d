//! Sticker packs: what the platforms take, whether a pack is that, and the files that they read.

mod check;
mod containers;
mod emoji;
mod encode;
mod error;
mod finding;
mod fix;
mod limits;
mod names;
mod pack;
mod platform;
mod print;
mod store;
mod target;
mod text;
mod watch;
mod write;

pub use check::check;
pub use emoji::{Emoji, EmojiGroup, emoji_groups, is_emoji, split_emoji, suggest_emoji};
pub use encode::{Encoded, encode, place};
pub use error::Error;
pub use finding::{Finding, Problem, Severity};
pub use fix::{Fix, Fixed, fix};
pub use limits::{
    Canvas, ContainerKind, Count, Cover, Format, Letters, Limits, MovingFormat, MovingRule, PlatformInfo, StillRule,
    TextRule, WASTICKERS,
};
pub use pack::{Bounds, Measured, Pack, Sticker};
pub use platform::Platform;
pub use print::{Cut, CutLine, Lines, Marks, PaperSize, Sheet, SheetRequest, cut_lines, sheet};
pub use watch::{Pictures, Unwatched, Watch};
pub use write::{Written, WrittenSticker, write, write_lossless};
