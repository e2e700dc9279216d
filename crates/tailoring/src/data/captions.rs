//! What a picture shows, from where it is written.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// The largest caption file that is read, in bytes.
pub(super) const MAX_TEXT: u64 = 1 << 20;
/// Suffixes of caption files, in order of preference.
const SIDECARS: [&str; 2] = ["txt", "caption"];
/// Names that captions have in lists, in order of preference.
pub(super) const CAPTION_KEYS: [&str; 3] = ["text", "caption", "prompt"];

/// Captions that the caller knows: from a picture's recipe, typed, or suggested. Asked only where no list and no file beside the
/// picture tells one.
pub trait Captions: Sync {
    /// The caption of the picture `name`, whose encoded form is `bytes`.
    fn caption(&self, name: &str, bytes: &[u8]) -> Option<String>;
}

/// Knows none.
impl Captions for () {
    fn caption(&self, _name: &str, _bytes: &[u8]) -> Option<String> {
        None
    }
}

/// A caption as written, on one line: without a byte order mark, its lines joined by spaces. `None` if there is nothing in it.
pub(super) fn tidy(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// The caption in a list's entry.
pub(super) fn in_entry(entry: &Map<String, Value>) -> Option<String> {
    CAPTION_KEYS.iter().find_map(|key| tidy(entry.get(*key)?.as_str()?))
}

/// The bucket in a list's entry.
pub(super) fn bucket_in_entry(entry: &Map<String, Value>) -> Option<String> {
    tidy(entry.get("bucket")?.as_str()?)
}

/// The text of a file beside a picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sidecar {
    /// There is none, or nothing in it.
    None,
    /// What it says.
    Text(String),
    /// It is there and cannot be read.
    Unreadable,
}

/// The text beside a picture: a file of the same name that ends in `.txt` or `.caption`.
pub(super) fn sidecar(picture: &Path) -> Sidecar {
    let found = SIDECARS.iter().map(|suffix| text_file(&picture.with_extension(suffix)));
    found
        .into_iter()
        .find(|found| *found != Sidecar::None)
        .unwrap_or(Sidecar::None)
}

/// The text beside a picture in the file with kohya's `caption_extension`, which includes the dot. Of several lines kohya's tools
/// take the first.
pub(super) fn kohya_sidecar(picture: &Path, extension: &str) -> Sidecar {
    let mut path = picture.with_extension("").into_os_string();
    path.push(extension);
    match text_file_raw(&PathBuf::from(path)) {
        Ok(Some(text)) => text.lines().next().and_then(tidy).map_or(Sidecar::None, Sidecar::Text),
        Ok(None) => Sidecar::None,
        Err(_) => Sidecar::Unreadable,
    }
}

fn text_file(path: &Path) -> Sidecar {
    match text_file_raw(path) {
        Ok(Some(text)) => tidy(&text).map_or(Sidecar::None, Sidecar::Text),
        Ok(None) => Sidecar::None,
        Err(_) => Sidecar::Unreadable,
    }
}

/// A text of at most [`MAX_TEXT`] bytes; `None` if there is no such file.
fn text_file_raw(path: &Path) -> io::Result<Option<String>> {
    // Also keeps from waiting for what a pipe of that name would say.
    if !path.is_file() {
        return Ok(None);
    }
    let mut text = String::new();
    File::open(path)?.take(MAX_TEXT).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// A prompt's form for comparison: lower case, single spaces, no punctuation at its end.
pub(super) fn normalised(caption: &str) -> String {
    let words: Vec<_> = caption.split_whitespace().collect();
    let text = words.join(" ").to_lowercase();
    text.trim_end_matches(['.', ',', ';', '!', ' ']).to_owned()
}
