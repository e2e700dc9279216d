//! Data sets from disk.

mod archive;
mod candidate;
mod csv;
mod image_folder;
mod kohya;
mod kohya_folders;
mod walk;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use self::candidate::Candidate;
use super::captions::{Captions, tidy};
use super::check::{judge, unreadable};
use super::example::decode;
use super::finding::Findings;
use super::fingerprint::Fingerprint;
use super::{DataError, DataSet, Example, Finding};

/// How many pictures are decoded before their results are gathered.
const BATCH: usize = 64;
/// A folder whose archives are WebDataset's shards.
const SHARD: &str = "tar";

/// Reads a data set, whatever its form:
///
/// - **Hugging Face ImageFolder**: a `metadata.jsonl` or `metadata.csv` in the folder or in folders of it (`train/`), with `file_name` and
///   `text` (or `caption`, `prompt`) and, of our own, `bucket`. All splits are read: what is held out is
///   decided by [`split`](super::split).
/// - **kohya**: a TOML with `[[datasets]]`, itself or the only one in a folder; or folders named `N_concept`.
/// - **WebDataset**: a `.tar`, or a folder with some.
/// - **a plain folder** of pictures, with folders in it as buckets.
///
/// A caption comes from the list (`metadata`, kohya's or the archive's), else from a `.txt` or `.caption` beside the picture, else from
/// kohya's class tokens, else from `captions`; a picture without one is left out, and a finding names it. So does one for each thing
/// that [`check`](super::check) finds.
///
/// A list leads nowhere but into its folder; only a TOML that is itself named may lead elsewhere. Links to files are followed.
pub fn read(path: &Path, captions: &dyn Captions) -> Result<(DataSet, Vec<Finding>), DataError> {
    let mut findings = Findings::default();
    let candidates = candidates(path, &mut findings)?;
    if candidates.is_empty() && findings.is_empty() {
        let path = path.to_owned();
        return Err(DataError::NoPictures { path });
    }
    let mut set = DataSet::default();
    let mut prints = Vec::new();
    let mut names = HashSet::new();
    for batch in candidates.chunks(BATCH) {
        let taken: Vec<_> = batch.par_iter().map(|candidate| take(candidate, captions)).collect();
        for (candidate, taken) in batch.iter().zip(taken) {
            if candidate.sidecar_unreadable {
                let names = vec![candidate.name.clone()];
                findings.add(Finding::CaptionUnreadable { names });
            }
            match taken {
                Ok((caption, print)) => {
                    let name = unique(&candidate.name, &mut names);
                    set.examples.push(candidate.example(name, caption));
                    prints.push(print);
                }
                Err(finding) => findings.add(finding),
            }
        }
    }
    let findings = judge(&set, &prints, findings)?;
    Ok((set, findings))
}

/// The caption of a picture and what it looks like, or why it is left out.
fn take(candidate: &Candidate, captions: &dyn Captions) -> Result<(String, Fingerprint), Finding> {
    let name = &candidate.name;
    let bytes = candidate.picture.bytes().map_err(|reason| unreadable(name, &reason))?;
    let picture = decode(&bytes).map_err(|reason| unreadable(name, &DataError::picture(name, reason)))?;
    let known = candidate.caption.clone();
    let caption = known.or_else(|| captions.caption(name, &bytes).as_deref().and_then(tidy));
    let Some(caption) = caption else {
        let names = vec![name.clone()];
        return Err(Finding::CaptionMissing { names });
    };
    Ok((caption, Fingerprint::of(&picture)))
}

/// Every picture of the set, by the form that it has.
fn candidates(path: &Path, findings: &mut Findings) -> Result<Vec<Candidate>, DataError> {
    if !path.is_dir() {
        return file_candidates(path, findings);
    }
    let found = walk::files(path)?;
    if found.iter().any(|file| image_folder::is_list(file)) {
        return image_folder::candidates(path, &found, findings);
    }
    if let Some(toml) = kohya::config_in(path, &found)? {
        return kohya::candidates(&toml, kohya::Reach::Folder, findings);
    }
    if let Some(folders) = kohya_folders::concepts(path, &found) {
        return Ok(kohya_folders::candidates(path, &folders, findings));
    }
    let plain = image_folder::plain(path, &found);
    if !plain.is_empty() {
        return Ok(plain);
    }
    archive::candidates(&with_suffix(&found, SHARD), findings)
}

fn file_candidates(path: &Path, findings: &mut Findings) -> Result<Vec<Candidate>, DataError> {
    std::fs::metadata(path).map_err(|reason| DataError::read(path, reason))?;
    if has_suffix(path, SHARD) {
        return archive::candidates(&[path.to_owned()], findings);
    }
    if has_suffix(path, "toml") {
        return kohya::candidates(path, kohya::Reach::Anywhere, findings);
    }
    match path.parent() {
        Some(folder) if image_folder::is_list(path) => image_folder::candidates(folder, &[path.to_owned()], findings),
        _ => Err(DataError::NoPictures { path: path.to_owned() }),
    }
}

fn with_suffix(found: &[PathBuf], suffix: &str) -> Vec<PathBuf> {
    found.iter().filter(|file| has_suffix(file, suffix)).cloned().collect()
}

fn has_suffix(path: &Path, suffix: &str) -> bool {
    path.extension().is_some_and(|own| own.eq_ignore_ascii_case(suffix))
}

/// The name, or one made from it that no other picture has: names that are no UTF-8 may become the same.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let mut unique = name.to_owned();
    let mut next = 2;
    while !taken.insert(unique.clone()) {
        unique = format!("{name} ({next})");
        next += 1;
    }
    unique
}

impl Candidate {
    fn example(&self, name: String, caption: String) -> Example {
        Example {
            name,
            picture: self.picture.clone(),
            caption,
            bucket: self.bucket.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
