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
///
/// Names come from files and may hold anything: characters that steer a terminal are shown and not sent.
pub fn say(text: impl Display) {
    let shown: String = text.to_string().chars().map(harmless).collect();
    writeln!(stderr().lock(), "{shown}").ok();
}

fn harmless(letter: char) -> char {
    if letter.is_control() && !matches!(letter, '\n' | '\t') {
        '\u{fffd}'
    } else {
        letter
    }
}

fn json_text(written: serde_json::Result<String>) -> Result<String, Failure> {
    Ok(written.map_err(|error| engine::Error::internal(format!("could not write the result as JSON: {error}")))?)
}
