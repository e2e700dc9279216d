//! Hugging Face's ImageFolder.

use serde::Serialize;

use super::super::{DataError, DataSet};
use super::encoded;
use super::stems::Stems;
use super::writer::Writer;

/// A line of `metadata.jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    file_name: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a str>,
}

pub(super) fn write(set: &DataSet, writer: &mut Writer) -> Result<(), DataError> {
    let mut stems = Stems::default();
    let mut list = String::new();
    for example in &set.examples {
        let (bytes, suffix) = encoded(example)?;
        let file_name = format!("{}.{suffix}", stems.of_path(&example.name));
        writer.add(&format!("train/{file_name}"), &bytes)?;
        let line = Line {
            file_name: &file_name,
            text: &example.caption,
            bucket: example.bucket.as_deref(),
        };
        list += &serde_json::to_string(&line).map_err(|reason| writer.failed(reason.into()))?;
        list.push('\n');
    }
    writer.add("train/metadata.jsonl", list.as_bytes())
}
