//! What a run writes down: a log of JSON lines, which is the record that the program itself reads, and TensorBoard's
//! event files.
//!
//! Neither reads a clock: the caller tells the time. Each line and each event is given to the system before the call
//! returns, so a killed program loses at most the one that it was writing; `sync` makes them outlast a power cut.

mod append;
mod entry;
mod error;
mod events;
mod protobuf;
mod record;
mod run_log;
#[cfg(test)]
mod tests;

pub use entry::Entry;
pub use error::LogError;
pub use events::EventFile;
pub use run_log::{RunLog, read};
