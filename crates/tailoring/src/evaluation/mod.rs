//! From models and prompts to a report: every row draws the same prompts with the same seeds, and is measured.
//!
//! The paper's comparison (arXiv 2311.10794) on one machine: [`Evaluation::run`] draws with each adapter, encodes the pictures,
//! takes alignment, style and diversity of them with intervals over prompts, and compares the rows pair by pair. What people
//! said is taken where the caller has it and never made up. Drawn pictures are kept, so that an evaluation can be stopped and
//! gone on with.

mod cells;
mod draw;
mod encoders;
mod error;
mod figures;
mod files;
mod notes;
mod plan;
mod run;
mod sheet;
mod subject;
#[cfg(test)]
mod tests;

pub use encoders::{BuiltInEncoder, Encoders, JointEncoder, Named};
pub use error::{EvaluationError, Result};
pub use plan::{Evaluation, PairedWins, Review, RowPlan};
pub use run::{Outcome, Progress, Watch};
