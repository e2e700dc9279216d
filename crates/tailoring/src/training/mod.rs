//! Training of adapters (LoRA) and of whole U-Nets.

pub mod adamw;
pub mod adapter;
pub mod batch;
pub mod cache;
pub mod checkpoint;
mod config;
pub mod contrastive;
mod error;
mod files;
mod learning_rate;
pub mod loss;
mod metadata;
mod parameters;
mod picture;
mod record;
mod run;
mod sets;
#[cfg(test)]
mod tests;
mod trainer;
pub(crate) mod validation;
mod whole_model;

pub use config::{LoraTargets, LrSchedule, TrainingConfig};
pub use error::TrainingError;
pub(crate) use files::write_whole;
pub use learning_rate::learning_rate;
pub use parameters::{Entry, Parameters};
pub use picture::{fit, latent_alpha};
pub use run::{Control, Ended, Progress, Run, RunFacts};
pub(crate) use sets::hexadecimal;
pub use sets::{FEWEST, TrainingSets};
pub use trainer::{State, StepResult, Trainer};
pub use validation::Validation;
