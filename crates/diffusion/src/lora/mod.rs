//! Low-rank adapters (LoRA): reading them in the formats in use, writing them in kohya's.

mod file;
mod hashed_file;
mod keys;
mod kohya;
mod peft_metadata;

pub use file::{LoraFacts, LoraFile, LoraFileError, LoraFileProblem, LoraTarget};
pub use hashed_file::LoraMatrix;
pub use keys::LoraFormat;
pub use kohya::write_kohya;
