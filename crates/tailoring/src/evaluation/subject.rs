//! The rows' models and adapters, found, hashed and checked before anything is drawn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use diffusion::lora::{LoraFacts, LoraFile};
use diffusion::pipeline::{LoadOptions, ModelFolder, Pipeline};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::error::{EvaluationError, Result};
use super::plan::{Evaluation, PROMPT, RowPlan};
use crate::training::hexadecimal;

/// Part of every folder's name: pictures drawn in another way are other pictures.
const FORMAT: u32 = 1;
/// Hexadecimal digits of a hash in names: 64 bits.
const DIGITS: usize = 16;
/// Where our own adapters name their base.
const BASE: &str = "sticker_studio.model_sha256";

/// One row, ready to be drawn.
pub struct Subject {
    /// The row's name in messages.
    pub name: String,
    /// What is drawn with.
    pub model: ModelFolder,
    /// Over its weights files.
    pub model_sha256: String,
    /// The adapter's file and hash.
    pub adapter: Option<(PathBuf, String)>,
    prompt_form: String,
    folder: PathBuf,
}

/// Finds what `plan` names, each model hashed once: first the rows, then the sweep.
pub fn subjects(evaluation: &Evaluation, options: &LoadOptions) -> Result<Vec<Subject>> {
    let mut models = BTreeMap::new();
    let rows = evaluation.rows.iter().chain(&evaluation.sweep);
    rows.map(|row| Subject::new(evaluation, row, options, &mut models))
        .collect()
}

impl Subject {
    fn new(
        evaluation: &Evaluation,
        row: &RowPlan,
        options: &LoadOptions,
        models: &mut BTreeMap<PathBuf, (ModelFolder, String)>,
    ) -> Result<Self> {
        let name = row.display_name();
        let (model, model_sha256) =
            model(evaluation, row, models).map_err(|error| EvaluationError::row(&name, error))?;
        let adapter = match &row.adapter {
            Some(path) => Some((path.clone(), adapter_hash(&name, path, &model_sha256)?)),
            None => None,
        };
        let defaults = model.defaults();
        let key = json!([
            FORMAT,
            model_sha256,
            adapter.as_ref().map(|(_, hash)| hash),
            defaults,
            format!("{:?}", options.precision)
        ]);
        let kind = if adapter.is_some() { "adapter" } else { "model" };
        Ok(Self {
            folder: evaluation
                .pictures
                .join(format!("{kind}-{}", digest(key.to_string().as_bytes()))),
            prompt_form: row.prompt_form.clone().unwrap_or_else(|| PROMPT.to_owned()),
            name,
            model,
            model_sha256,
            adapter,
        })
    }

    /// What is drawn for a prompt.
    pub fn prompt(&self, prompt: &str) -> String {
        self.prompt_form.replace(PROMPT, prompt)
    }

    /// Where the picture of a prompt and a seed is kept. Rows of the same model and adapter share it.
    pub fn file(&self, prompt: &str, seed: u64) -> PathBuf {
        let prompt = digest(self.prompt(prompt).as_bytes());
        self.folder.join(format!("{prompt}-{seed}.png"))
    }

    /// Puts the adapter onto the row's model, or takes off what was on it.
    ///
    /// # Errors
    /// An adapter that does not fit, in whole or in part.
    pub fn attach(&self, pipeline: &mut Pipeline) -> Result<()> {
        let failed = |error| EvaluationError::row(&self.name, error);
        let Some((path, _)) = &self.adapter else {
            pipeline.set_loras(&[]).map_err(failed)?;
            return Ok(());
        };
        let paths = pipeline.module_paths();
        let file = LoraFile::open(path, &paths).map_err(|error| EvaluationError::row(&self.name, error))?;
        if let Some(first) = file.unknown.first() {
            return Err(EvaluationError::Unknown {
                row: self.name.clone(),
                count: file.unknown.len(),
                first: first.clone(),
                path: path.clone(),
            });
        }
        pipeline.set_loras(&[(file, 1.0)]).map_err(failed)?;
        Ok(())
    }
}

fn model(
    evaluation: &Evaluation,
    row: &RowPlan,
    models: &mut BTreeMap<PathBuf, (ModelFolder, String)>,
) -> diffusion::Result<(ModelFolder, String)> {
    let path = row.model.as_deref().unwrap_or(evaluation.model.path());
    if let Some(known) = models.get(path) {
        return Ok(known.clone());
    }
    let model = match &row.model {
        Some(path) => ModelFolder::open(path)?,
        None => evaluation.model.clone(),
    };
    let hash = model.sha256()?;
    models.insert(path.to_owned(), (model.clone(), hash.clone()));
    Ok((model, hash))
}

/// The file's hash. An adapter that names another base than the row's is refused.
fn adapter_hash(name: &str, path: &Path, model_sha256: &str) -> Result<String> {
    let facts = LoraFacts::open(path).map_err(|error| EvaluationError::row(name, error))?;
    let base = facts.metadata.get(BASE);
    if let Some(found) = base.filter(|base| *base != model_sha256) {
        let short = |hash: &str| hash.chars().take(DIGITS).collect();
        return Err(EvaluationError::OtherModel {
            row: name.to_owned(),
            found: short(found),
            wanted: short(model_sha256),
            path: path.to_owned(),
        });
    }
    Ok(facts.sha256)
}

fn digest(bytes: &[u8]) -> String {
    let mut digits = hexadecimal(&Sha256::digest(bytes));
    digits.truncate(DIGITS);
    digits
}
