//! kohya's folders `N_concept`, as its tools read them with `--train_data_dir`: N repeats of the pictures in it, and `concept` as the
//! caption of those that have none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::Finding;
use super::super::captions::tidy;
use super::super::finding::Findings;
use super::candidate::{Candidate, name};
use super::walk;

/// A folder `N_concept` and the pictures in it.
#[derive(Debug)]
pub(super) struct Concept {
    folder: PathBuf,
    repeats: u32,
    tokens: String,
    pictures: Vec<PathBuf>,
}

/// The folders, if all pictures lie in such.
pub(super) fn concepts(root: &Path, found: &[PathBuf]) -> Option<Vec<Concept>> {
    let mut folders = BTreeMap::<_, Vec<_>>::new();
    for picture in found.iter().filter(|file| walk::is_picture(file)) {
        folders.entry(picture.parent()?).or_default().push(picture.clone());
    }
    let concepts = folders.into_iter().map(|(folder, pictures)| {
        let (repeats, tokens) = parse(folder)?;
        (folder.parent() == Some(root)).then_some(())?;
        Some(Concept {
            folder: folder.to_owned(),
            repeats,
            tokens,
            pictures,
        })
    });
    concepts
        .collect::<Option<Vec<_>>>()
        .filter(|concepts| !concepts.is_empty())
}

/// The number of repeats and the concept in a folder's name.
fn parse(folder: &Path) -> Option<(u32, String)> {
    let (repeats, concept) = folder.file_name()?.to_str()?.split_once('_')?;
    Some((repeats.parse().ok()?, concept.to_owned()))
}

pub(super) fn candidates(root: &Path, concepts: &[Concept], findings: &mut Findings) -> Vec<Candidate> {
    let repeats: Vec<_> = concepts
        .iter()
        .map(|concept| (name(root, &concept.folder), concept.repeats))
        .collect();
    tell_repeats(&repeats, findings);
    let mut candidates = Vec::new();
    for concept in concepts {
        let bucket = tidy(&concept.tokens);
        for picture in &concept.pictures {
            let mut candidate = Candidate::file(root, picture.clone(), None);
            candidate.caption = candidate.caption.or(bucket.clone());
            candidate.bucket.clone_from(&bucket);
            candidates.push(candidate);
        }
    }
    candidates
}

/// Says so where repeats are no mere length of an epoch but weigh folders against each other.
pub(super) fn tell_repeats(folders: &[(String, u32)], findings: &mut Findings) {
    let least = folders.iter().map(|(_, repeats)| *repeats).min();
    let more = folders.iter().filter(|(_, repeats)| Some(*repeats) > least);
    let names: Vec<_> = more.map(|(folder, _)| folder.clone()).collect();
    if !names.is_empty() {
        findings.add(Finding::RepeatsIgnored { names });
    }
}
