//! Standard output for the results (text for people, JSON for programs), standard error for everything else.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};

use serde::Serialize;

use crate::failure::Failure;

/// Prints a result: one line, or several when the text has them.
pub fn text(text: impl Display) -> Result<(), Failure> {
    let mut stdout = stdout().lock();
    writeln!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}

/// Prints one JSON value on one line.
pub fn json_line<T: Serialize>(value: &T) -> Result<(), Failure> {
    text(json_text(serde_json::to_string(value))?)
}

/// Prints one JSON value, indented.
pub fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    text(json_text(serde_json::to_string_pretty(value))?)
}

/// Says something on stderr. Where nobody can hear it, the work goes on.
pub fn say(text: impl Display) {
    writeln!(stderr().lock(), "{text}").ok();
}

fn json_text(written: serde_json::Result<String>) -> Result<String, Failure> {
    Ok(written.map_err(|error| engine::Error::internal(format!("could not write the result as JSON: {error}")))?)
}
