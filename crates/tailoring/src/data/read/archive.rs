//! WebDataset: tar archives in which the files of one sample share a key, the path up to the first dot of the file's name.

use std::collections::{HashMap, HashSet, hash_map};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value};
use tar::{Archive, Entry};

use super::super::captions::{MAX_TEXT, bucket_in_entry, in_entry, tidy};
use super::super::example::MAX_FILE;
use super::super::finding::Findings;
use super::super::{DataError, Finding, PictureSource};
use super::candidate::Candidate;

/// How much of archives is held in memory, in bytes.
const MAX_MEMORY: u64 = 4 << 30;
/// Suffixes of pictures, in order of preference.
const PICTURES: [&str; 4] = ["png", "webp", "jpg", "jpeg"];
/// Suffixes of captions, in order of preference.
const TEXTS: [&str; 2] = ["txt", "caption"];
const JSON: &str = "json";

/// The pictures of the archives.
pub(super) fn candidates(archives: &[PathBuf], findings: &mut Findings) -> Result<Vec<Candidate>, DataError> {
    let mut candidates: Vec<(String, Candidate)> = Vec::new();
    let mut memory = 0;
    for path in archives {
        let file = File::open(path).map_err(|reason| DataError::read(path, reason))?;
        let mut shard = Shard::default();
        let read = shard.fill(Archive::new(BufReader::new(file)), &mut memory, findings);
        if let Err(reason) = read {
            let names = vec![path.display().to_string()];
            let reason = reason.to_string();
            findings.add(Finding::Damaged { reason, names });
        }
        if memory > MAX_MEMORY {
            let path = path.clone();
            return Err(DataError::TooLarge {
                limit: MAX_MEMORY >> 30,
                path,
            });
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let found = shard.candidates(findings);
        candidates.extend(found.into_iter().map(|candidate| (stem.clone(), candidate)));
    }
    Ok(told_apart(candidates))
}

/// Many shards count their keys from 0 again: keys that are there twice get their shard's name in front.
fn told_apart(candidates: Vec<(String, Candidate)>) -> Vec<Candidate> {
    let mut once = HashSet::new();
    let mut twice = HashSet::new();
    for (_, candidate) in &candidates {
        if !once.insert(candidate.name.clone()) {
            twice.insert(candidate.name.clone());
        }
    }
    let named = candidates.into_iter().map(|(stem, mut candidate)| {
        if twice.contains(&candidate.name) {
            candidate.name = format!("{stem}/{}", candidate.name);
        }
        candidate
    });
    named.collect()
}

/// The samples of one archive, in the order of their first files.
#[derive(Default)]
struct Shard {
    samples: Vec<(String, HashMap<String, Vec<u8>>)>,
    places: HashMap<String, usize>,
}

impl Shard {
    fn fill(&mut self, mut archive: Archive<impl Read>, memory: &mut u64, findings: &mut Findings) -> io::Result<()> {
        for entry in archive.entries()? {
            let mut entry = entry?;
            let kind = entry.header().entry_type();
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if kind.is_dir() || kind.is_pax_global_extensions() {
                continue;
            }
            if !kind.is_file() || leads_out(&path) {
                findings.add(Finding::Refused { names: vec![path] });
                continue;
            }
            let Some((key, suffix)) = parts(&path) else {
                continue;
            };
            match content(&mut entry, &suffix)? {
                Content::Other => {}
                Content::TooLarge => findings.add(Finding::Unreadable {
                    reason: "the file is too large".to_owned(),
                    names: vec![path],
                }),
                Content::Bytes(bytes) => {
                    *memory += bytes.len() as u64;
                    if *memory > MAX_MEMORY {
                        return Ok(());
                    }
                    self.add(key, suffix, bytes, findings);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, key: String, suffix: String, bytes: Vec<u8>, findings: &mut Findings) {
        let next = self.samples.len();
        let place = *self.places.entry(key.clone()).or_insert(next);
        if place == next {
            self.samples.push((key.clone(), HashMap::new()));
        }
        let files = &mut self.samples[place].1;
        match files.entry(suffix) {
            hash_map::Entry::Vacant(free) => {
                free.insert(bytes);
            }
            hash_map::Entry::Occupied(taken) => {
                let names = vec![format!("{key}.{}", taken.key())];
                findings.add(Finding::Repeated { names });
            }
        }
    }

    fn candidates(self, findings: &mut Findings) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for (key, mut files) in self.samples {
            let Some(picture) = PICTURES.iter().find_map(|suffix| files.remove(*suffix)) else {
                findings.add(Finding::PictureMissing { names: vec![key] });
                continue;
            };
            let json = files
                .get(JSON)
                .and_then(|bytes| serde_json::from_slice::<Map<String, Value>>(bytes).ok());
            let texts: Vec<_> = TEXTS.iter().filter_map(|suffix| files.get(*suffix)).collect();
            let text = texts.iter().find_map(|bytes| tidy(std::str::from_utf8(bytes).ok()?));
            candidates.push(Candidate {
                name: key,
                picture: PictureSource::Bytes(picture.into()),
                sidecar_unreadable: texts.iter().any(|bytes| std::str::from_utf8(bytes).is_err()),
                caption: text.or_else(|| in_entry(json.as_ref()?)),
                bucket: json.as_ref().and_then(bucket_in_entry),
            });
        }
        candidates
    }
}

enum Content {
    Bytes(Vec<u8>),
    TooLarge,
    /// Of a kind that is not used here.
    Other,
}

/// Never allocates by the size that a header claims.
fn content(entry: &mut Entry<'_, impl Read>, suffix: &str) -> io::Result<Content> {
    let limit = if PICTURES.contains(&suffix) {
        MAX_FILE
    } else if TEXTS.contains(&suffix) || suffix == JSON {
        MAX_TEXT
    } else {
        return Ok(Content::Other);
    };
    let size = entry.size();
    if size > limit {
        return Ok(Content::TooLarge);
    }
    let mut bytes = Vec::new();
    entry.take(limit).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < size {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "it ends in the middle of a file",
        ));
    }
    Ok(Content::Bytes(bytes))
}

/// A path's key and suffix: WebDataset cuts at the first dot of the file's name, and its suffixes are in lower case.
fn parts(path: &str) -> Option<(String, String)> {
    let path = path.trim_start_matches("./");
    let file = path.rfind('/').map_or(0, |slash| slash + 1);
    let dot = file + path[file..].find('.')?;
    (dot > file).then(|| (path[..dot].to_owned(), path[dot + 1..].to_lowercase()))
}

fn leads_out(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) || path.contains('\\')
}
