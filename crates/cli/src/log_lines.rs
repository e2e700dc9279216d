//! What our own crates log as a warning is said on stderr; what libraries log is not for a person.

use log::{LevelFilter, Log, Metadata, Record};

use crate::output;

const OWN_CRATES: [&str; 2] = ["engine", "diffusion"];

struct Lines;

/// Begins to listen.
pub fn start() {
    // Fails only when there is a logger already, and then that one listens.
    if log::set_logger(&Lines).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let name = metadata.target().split("::").next().unwrap_or_default();
        metadata.level() <= LevelFilter::Warn && OWN_CRATES.contains(&name)
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            output::say(format_args!("warning: {}", record.args()));
        }
    }

    fn flush(&self) {}
}
