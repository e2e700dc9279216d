//! What is worth knowing about a set before it is trained on.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::captions::normalised;
use super::finding::Findings;
use super::fingerprint::{Fingerprint, groups};
use super::{DataError, DataSet, Finding};

/// A set with fewer pictures is refused.
pub const MIN_PICTURES: usize = 4;
/// A set with fewer pictures gets a warning.
pub const WANTED_PICTURES: usize = 20;
/// One prompt may have this share of the pictures: 1 / 4.
const LARGEST_SHARE: usize = 4;

/// Checks a set that was put together elsewhere, as [`read`](super::read) checks what it has read: decodes every picture once. Those
/// that cannot be read are findings, not errors; fewer than [`MIN_PICTURES`] that can are [`DataError::TooFew`].
pub fn check(set: &DataSet) -> Result<Vec<Finding>, DataError> {
    let decoded = set.examples.par_iter().map(|example| example.picture.decode());
    let decoded = decoded.map(|picture| picture.map(|picture| Fingerprint::of(&picture)));
    let mut findings = Findings::default();
    let mut prints = Vec::new();
    let mut readable = DataSet::default();
    for (example, print) in set.examples.iter().zip(decoded.collect::<Vec<_>>()) {
        match print {
            Ok(print) => {
                prints.push(print);
                readable.examples.push(example.clone());
            }
            Err(reason) => findings.add(unreadable(&example.name, &reason)),
        }
    }
    judge(&readable, &prints, findings)
}

/// Why a picture is left out.
pub(super) fn unreadable(name: &str, reason: &DataError) -> Finding {
    let reason = match reason {
        DataError::Picture { reason, .. } => reason.clone(),
        DataError::Read { reason, .. } => reason.to_string(),
        other => other.to_string(),
    };
    let names = vec![name.to_owned()];
    Finding::Unreadable { reason, names }
}

/// Adds to the findings what the whole set shows, or refuses it.
pub(super) fn judge(set: &DataSet, prints: &[Fingerprint], mut findings: Findings) -> Result<Vec<Finding>, DataError> {
    let usable = set.examples.len();
    if usable < MIN_PICTURES {
        let findings = findings.into_vec();
        return Err(DataError::TooFew { usable, findings });
    }
    if usable < WANTED_PICTURES {
        findings.add(Finding::TooFew { usable });
    }
    let name = |place: usize| set.examples[place].name.clone();
    for group in groups(prints) {
        let names = group.into_iter().map(name).collect();
        findings.add(Finding::TooAlike { names });
    }
    for (prompt, places) in prompts(set) {
        if places.len() * LARGEST_SHARE > usable {
            let names = places.into_iter().map(name).collect();
            findings.add(Finding::OnePrompt { prompt, names });
        }
    }
    for (place, print) in prints.iter().enumerate() {
        let names = vec![name(place)];
        if print.blank {
            findings.add(Finding::Blank { names });
        } else if print.opaque {
            findings.add(Finding::Opaque { names });
        }
    }
    Ok(findings.into_vec())
}

/// The places of each prompt's pictures, by the prompt's form for comparison.
pub(super) fn prompts(set: &DataSet) -> BTreeMap<String, Vec<usize>> {
    let mut prompts = BTreeMap::<_, Vec<_>>::new();
    for (place, example) in set.examples.iter().enumerate() {
        prompts.entry(normalised(&example.caption)).or_default().push(place);
    }
    prompts
}
