//! Reading low-rank adapters (LoRA) of the formats in use.

mod file;
mod hashed_file;
mod keys;
mod peft_metadata;

pub use file::{LoraFacts, LoraFile, LoraFileError, LoraFileProblem, LoraTarget};
pub use hashed_file::LoraMatrix;
pub use keys::LoraFormat;
