//! What our own crates log as a warning is told to the person; what libraries log is not for one.

use std::sync::OnceLock;

use log::{LevelFilter, Log, Metadata, Record};

const OWN_CRATES: [&str; 6] = ["engine", "diffusion", "effects", "library", "packs", "sticker_studio"];

struct Warnings(fn(&str));

/// From now on `say` is called with every warning.
pub fn tell_warnings(say: fn(&str)) {
    static WARNINGS: OnceLock<Warnings> = OnceLock::new();
    // Fails only when there is a logger already, and then that one listens.
    if log::set_logger(WARNINGS.get_or_init(|| Warnings(say))).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

impl Log for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let name = metadata.target().split("::").next().unwrap_or_default();
        metadata.level() <= LevelFilter::Warn && OWN_CRATES.contains(&name)
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0(&record.args().to_string());
        }
    }

    fn flush(&self) {}
}
