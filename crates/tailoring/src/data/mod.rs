//! Picture sets on disk: reading and writing the forms that other tools use, and choosing from them what is trained on.

mod captions;
mod check;
mod error;
mod example;
mod export;
mod finding;
mod fingerprint;
mod read;
mod split;

pub use captions::Captions;
pub use check::{MIN_PICTURES, WANTED_PICTURES, check};
pub use error::DataError;
pub use example::{DataSet, Example, MAX_PIXELS, PictureSource};
pub use export::{Exported, Format, export};
pub use finding::Finding;
pub use fingerprint::duplicates;
pub use read::read;
pub use split::{Split, balanced, split};
