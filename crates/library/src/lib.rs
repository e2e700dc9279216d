//! What a person has: stickers, ratings, tags, sets, adapters, packs and jobs, in one SQLite database with the picture
//! files beside it. Knows no other crate of ours and nothing of the window. Every call blocks: make it from a worker
//! thread.
//!
//! What must stay true: when [`Library::add`] has returned, neither a kill nor a power cut loses the sticker; nothing
//! half-written is ever listed; only [`Library::empty_trash`] deletes a sticker; a database that this program does not
//! understand is not touched.

mod adapters;
mod add;
mod changes;
mod database;
mod error;
mod facets;
mod fault;
mod files;
mod filter;
mod history;
mod ids;
mod jobs;
mod migrations;
mod names;
mod notes;
mod open;
mod packs;
mod query;
mod repair;
mod search;
mod sets;
mod sticker;
mod stickers;
mod tags;
#[cfg(test)]
mod tests;
mod text_enum;

pub use adapters::{Adapter, NewAdapter};
pub use error::{Error, ErrorKind};
pub use facets::{AdapterCount, BucketCoverage, Facets, NameCount};
pub use ids::{AdapterId, JobId, PackId, SetId, StickerId};
pub use jobs::{JobRecord, JobState, NewJob};
pub use open::{Library, Opened};
pub use packs::{Pack, PackChange, PackRecord, PackSticker};
pub use query::{Order, Page, Query};
pub use sets::StyleSet;
pub use sticker::{Alignment, Bucket, NewSticker, Origin, Rating, Sticker, StickerRecord, UsedAdapter};
