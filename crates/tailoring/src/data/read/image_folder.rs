//! Hugging Face's ImageFolder, and plain folders of pictures.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::super::captions::{bucket_in_entry, in_entry};
use super::super::finding::Findings;
use super::super::{DataError, Finding};
use super::candidate::{Candidate, name};
use super::{csv, walk};

/// What lists are called; of both in one folder the first counts.
const LISTS: [&str; 2] = ["metadata.jsonl", "metadata.csv"];
/// Names of folders that are splits, not buckets.
const SPLITS: [&str; 9] = [
    "train",
    "training",
    "test",
    "testing",
    "validation",
    "valid",
    "val",
    "dev",
    "eval",
];
/// The column that names a picture.
const FILE: &str = "file_name";

pub(super) fn is_list(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|file| LISTS.iter().any(|list| file == *list))
}

/// The pictures of all lists, then those that no list names.
pub(super) fn candidates(root: &Path, found: &[PathBuf], findings: &mut Findings) -> Result<Vec<Candidate>, DataError> {
    let mut candidates = Vec::new();
    let mut listed = HashSet::new();
    for list in found.iter().filter(|file| is_list(file)) {
        let shadowed = list.ends_with(LISTS[1]) && found.contains(&list.with_file_name(LISTS[0]));
        if shadowed {
            continue;
        }
        for entry in entries(list)? {
            let path = picture(list, &entry)?;
            let names = vec![name(root, &path)];
            if !path.is_file() {
                findings.add(Finding::PictureMissing { names });
            } else if listed.insert(path.clone()) {
                let mut candidate = Candidate::file(root, path, in_entry(&entry));
                candidate.bucket = bucket_in_entry(&entry);
                candidates.push(candidate);
            } else {
                findings.add(Finding::Repeated { names });
            }
        }
    }
    let others: Vec<_> = found.iter().filter(|file| !listed.contains(*file)).cloned().collect();
    let others = plain(root, &others);
    candidates.extend(others);
    candidates.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(candidates)
}

/// The pictures among files; the first folder that is no split is the bucket.
pub(super) fn plain(root: &Path, found: &[PathBuf]) -> Vec<Candidate> {
    let pictures = found.iter().filter(|file| walk::is_picture(file));
    let candidates = pictures.map(|file| {
        let mut candidate = Candidate::file(root, file.clone(), None);
        let folders = candidate.name.rsplit_once('/').map_or("", |(folders, _)| folders);
        let bucket = folders
            .split('/')
            .find(|folder| !folder.is_empty() && !SPLITS.contains(folder));
        candidate.bucket = bucket.map(str::to_owned);
        candidate
    });
    candidates.collect()
}

fn picture(list: &Path, entry: &Map<String, Value>) -> Result<PathBuf, DataError> {
    let Some(file) = entry.get(FILE).and_then(Value::as_str).filter(|file| !file.is_empty()) else {
        let reason = format!("an entry has no text '{FILE}': {}", Value::Object(entry.clone()));
        return Err(DataError::listing(list, shortened(reason)));
    };
    let folder = list.parent().unwrap_or(Path::new("."));
    walk::inside(folder, file).ok_or_else(|| DataError::Outside {
        name: file.to_owned(),
        path: list.to_owned(),
    })
}

fn shortened(text: String) -> String {
    text.chars().take(200).collect()
}

fn entries(list: &Path) -> Result<Vec<Map<String, Value>>, DataError> {
    let bytes = fs::read(list).map_err(|reason| DataError::read(list, reason))?;
    let text = String::from_utf8(bytes).map_err(|_| DataError::listing(list, "the list is no UTF-8 text"))?;
    let entries = if list.ends_with(LISTS[0]) {
        json_lines(&text)
    } else {
        csv_entries(&text)
    };
    entries.map_err(|reason| DataError::listing(list, reason))
}

fn json_lines(text: &str) -> Result<Vec<Map<String, Value>>, String> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let filled = lines.filter(|(_, line)| !line.trim().is_empty());
    let entries = filled.map(|(place, line)| {
        serde_json::from_str(line).map_err(|reason| format!("line {} is no JSON object ({reason})", place + 1))
    });
    entries.collect()
}

fn csv_entries(text: &str) -> Result<Vec<Map<String, Value>>, String> {
    let mut rows = csv::rows(text)?.into_iter();
    let Some((_, header)) = rows.next() else {
        return Ok(Vec::new());
    };
    let entries = rows.map(|(line, row)| {
        if row.len() != header.len() {
            return Err(format!(
                "line {line} has {} values for {} columns",
                row.len(),
                header.len()
            ));
        }
        let fields = header.iter().cloned().zip(row.into_iter().map(Value::String));
        Ok(fields.collect())
    });
    entries.collect()
}
