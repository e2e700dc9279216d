//! kohya's data set configuration (sd-scripts, docs/config_README-en.md): `[general]`, `[[datasets]]` and `[[datasets.subsets]]`, where a
//! subset's value comes before its data set's and that before the general one. Options of augmentation and of batches do not concern
//! what a picture shows and are passed over.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use toml::Table;

use super::super::captions::{Sidecar, in_entry, kohya_sidecar, sidecar, tidy};
use super::super::finding::Findings;
use super::super::{DataError, Finding};
use super::candidate::{Candidate, name};
use super::kohya_folders::tell_repeats;
use super::{has_suffix, walk};

/// How far a configuration may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Only to its own folder and those in it: it was found, not named.
    Folder,
    /// Anywhere: the person named it, and such files usually have whole paths.
    Anywhere,
}

/// The configuration that lies in a folder itself, if one does.
pub(super) fn config_in(root: &Path, found: &[PathBuf]) -> Result<Option<PathBuf>, DataError> {
    let near = found
        .iter()
        .filter(|file| file.parent() == Some(root) && has_suffix(file, "toml"));
    let is_config = |file: &&PathBuf| parsed(file).is_ok_and(|table| tables(&table, "datasets").next().is_some());
    let mut configs = near.filter(is_config);
    match (configs.next(), configs.next()) {
        (Some(_), Some(_)) => Err(DataError::listing(
            root,
            "there are several data set configurations; name the TOML to read",
        )),
        (config, _) => Ok(config.cloned()),
    }
}

/// The pictures of all subsets.
pub(super) fn candidates(config: &Path, reach: Reach, findings: &mut Findings) -> Result<Vec<Candidate>, DataError> {
    let root = config.parent().unwrap_or(Path::new("."));
    let table = parsed(config)?;
    let mut candidates = Vec::new();
    let mut repeats = Vec::new();
    let mut seen = HashSet::new();
    for subset in subsets(config, reach, &table)? {
        let folder = name(root, &subset.folder);
        if subset.regularisation {
            findings.add(Finding::Regularisation { names: vec![folder] });
            continue;
        }
        repeats.push((folder, subset.repeats));
        for candidate in subset.candidates(root)? {
            if seen.insert(candidate.name.clone()) {
                candidates.push(candidate);
            } else {
                let names = vec![candidate.name];
                findings.add(Finding::Repeated { names });
            }
        }
    }
    tell_repeats(&repeats, findings);
    Ok(candidates)
}

fn parsed(config: &Path) -> Result<Table, DataError> {
    let bytes = fs::read(config).map_err(|reason| DataError::read(config, reason))?;
    let text =
        String::from_utf8(bytes).map_err(|_| DataError::listing(config, "the configuration is no UTF-8 text"))?;
    let parsed = text.trim_start_matches('\u{feff}').parse();
    parsed.map_err(|reason: toml::de::Error| {
        let reason = reason.message().to_owned();
        DataError::listing(config, format!("the configuration is no TOML ({reason})"))
    })
}

fn tables<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = &'t Table> {
    let array = table.get(key).and_then(toml::Value::as_array);
    array.into_iter().flatten().filter_map(toml::Value::as_table)
}

/// What concerns us of a `[[datasets.subsets]]`.
struct Subset {
    folder: PathBuf,
    class_tokens: Option<String>,
    caption_extension: Option<String>,
    prefix: Option<String>,
    suffix: Option<String>,
    repeats: u32,
    regularisation: bool,
    /// The captions of kohya's fine-tuning method.
    metadata: Option<Map<String, Value>>,
}

fn subsets(config: &Path, reach: Reach, table: &Table) -> Result<Vec<Subset>, DataError> {
    let general = table.get("general").and_then(toml::Value::as_table);
    let mut subsets = Vec::new();
    for dataset in tables(table, "datasets") {
        for subset in tables(dataset, "subsets") {
            let levels: Vec<_> = [Some(subset), Some(dataset), general].into_iter().flatten().collect();
            subsets.push(Subset::of(config, reach, &levels)?);
        }
    }
    if subsets.is_empty() {
        return Err(DataError::listing(
            config,
            "the configuration has no [[datasets.subsets]]",
        ));
    }
    Ok(subsets)
}

impl Subset {
    fn of(config: &Path, reach: Reach, levels: &[&Table]) -> Result<Self, DataError> {
        let value = |key: &str| levels.iter().find_map(|level| level.get(key));
        let text = |key: &str| match value(key) {
            None => Ok(None),
            Some(toml::Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(DataError::listing(config, format!("'{key}' is no text"))),
        };
        let Some(folder) = text("image_dir")? else {
            return Err(DataError::listing(config, "a subset has no 'image_dir'"));
        };
        let metadata = text("metadata_file")?
            .map(|file| metadata(&place(config, reach, &file)?))
            .transpose()?;
        let caption_extension = text("caption_extension")?;
        if caption_extension
            .as_ref()
            .is_some_and(|suffix| suffix.contains(['/', '\\']))
        {
            return Err(DataError::listing(
                config,
                "'caption_extension' is no suffix such as .txt",
            ));
        }
        let repeats = value("num_repeats").and_then(toml::Value::as_integer).unwrap_or(1);
        Ok(Self {
            folder: place(config, reach, &folder)?,
            class_tokens: text("class_tokens")?.as_deref().and_then(tidy),
            caption_extension,
            prefix: text("caption_prefix")?,
            suffix: text("caption_suffix")?,
            repeats: u32::try_from(repeats).unwrap_or(1),
            regularisation: value("is_reg").and_then(toml::Value::as_bool).unwrap_or(false),
            metadata,
        })
    }

    /// The pictures that lie in the folder itself; kohya's tools look no deeper.
    fn candidates(&self, root: &Path) -> Result<Vec<Candidate>, DataError> {
        let pictures = walk::pictures_in(&self.folder)?.into_iter();
        Ok(pictures.map(|file| self.candidate(root, file)).collect())
    }

    fn candidate(&self, root: &Path, file: PathBuf) -> Candidate {
        let listed = self
            .metadata
            .as_ref()
            .and_then(|metadata| listed(metadata, &self.folder, &file));
        let beside = match &self.caption_extension {
            _ if listed.is_some() => Sidecar::None,
            Some(extension) => kohya_sidecar(&file, extension),
            None => sidecar(&file),
        };
        let mut candidate = Candidate::beside(root, file, listed, beside);
        let caption = candidate.caption.take().or_else(|| self.class_tokens.clone());
        candidate.caption = caption.map(|caption| {
            let parts = [self.prefix.clone(), Some(caption), self.suffix.clone()];
            parts
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        });
        candidate.bucket.clone_from(&self.class_tokens);
        candidate
    }
}

/// A path of the configuration, relative to the folder that it is in.
fn place(config: &Path, reach: Reach, given: &str) -> Result<PathBuf, DataError> {
    let root = config.parent().unwrap_or(Path::new("."));
    match (walk::inside(root, given), reach) {
        (Some(inside), _) => Ok(inside),
        (None, Reach::Anywhere) => Ok(root.join(given)),
        (None, Reach::Folder) => Err(DataError::Outside {
            name: given.to_owned(),
            path: config.to_owned(),
        }),
    }
}

fn metadata(file: &Path) -> Result<Map<String, Value>, DataError> {
    let bytes = fs::read(file).map_err(|reason| DataError::read(file, reason))?;
    serde_json::from_slice(&bytes)
        .map_err(|reason| DataError::listing(file, format!("the list is no JSON object ({reason})")))
}

/// A picture's caption and tags, by its path, its path in the folder, or either without its suffix.
fn listed(metadata: &Map<String, Value>, folder: &Path, file: &Path) -> Option<String> {
    let inside = file.strip_prefix(folder).ok()?;
    let keys = [
        file.to_owned(),
        inside.to_owned(),
        file.with_extension(""),
        inside.with_extension(""),
    ];
    let entry = keys.iter().find_map(|key| metadata.get(key.to_str()?))?.as_object()?;
    let tags = entry.get("tags").and_then(Value::as_str).and_then(tidy);
    let parts: Vec<_> = [in_entry(entry), tags].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
