//! The models of a studio: the built-in one, and folders that the person added.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diffusion::pipeline::ModelFolder;
use diffusion::weights::SafetensorsFile;
use serde::Serialize;

use super::settings::AddedModel;
use crate::model_traits::{BUILT_IN, ModelTraits};
use crate::{Error, MAX_COUNT, MAX_GUIDANCE, MAX_SIZE, MAX_STEPS, SamplerName, built_in_model};

/// A model that can be chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// By which a draft names it.
    pub id: String,
    /// The name of its folder.
    pub name: String,
    /// Whether it came with the program.
    pub built_in: bool,
    /// Where it is.
    pub folder: String,
    /// Over all its weights.
    pub sha256: String,
    /// What its card says.
    pub licence: Option<String>,
    /// The side of its pictures in pixels; 0 when it cannot be read.
    pub size: u32,
    /// Whether it draws alpha itself.
    pub native_alpha: bool,
    /// Of all its weights.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub bytes: u64,
    /// Why it cannot be used now.
    pub problem: Option<String>,
}

/// What a form may ask of a model, and what it stands for where it asks nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ModelOptions {
    /// The model's name.
    pub model: String,
    /// Looks it was trained with.
    pub styles: Vec<String>,
    /// All samplers.
    pub samplers: Vec<String>,
    /// Denoising steps.
    pub steps: u32,
    /// Classifier-free guidance.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub guidance: f32,
    /// Its sampler.
    pub sampler: String,
    /// Pixels a side.
    pub size: u32,
    /// What every side is a multiple of.
    pub size_multiple: u32,
    /// Pictures of one job.
    pub max_count: u32,
    /// Steps.
    pub max_steps: u32,
    /// Guidance.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub max_guidance: f32,
    /// Pixels a side.
    pub max_size: u32,
    /// Whether it draws alpha itself.
    pub native_alpha: bool,
}

/// What a form may ask of the model in `folder`, or of the built-in one.
///
/// # Errors
/// When it cannot be read.
pub(super) fn options(folder: Option<&Path>) -> Result<ModelOptions, Error> {
    let model = ModelTraits::read(folder)?;
    Ok(ModelOptions {
        model: model.name,
        styles: model.styles,
        samplers: SamplerName::OFFERED.iter().map(ToString::to_string).collect(),
        steps: model.num_inference_steps as u32,
        guidance: model.guidance_scale,
        sampler: model.sampler.to_string(),
        size: model.size,
        size_multiple: model.size_multiple,
        max_count: MAX_COUNT,
        max_steps: MAX_STEPS as u32,
        max_guidance: MAX_GUIDANCE,
        max_size: MAX_SIZE,
        native_alpha: model.native_alpha,
    })
}

/// The built-in model. Its hash is taken once in the life of the program.
pub(super) fn built_in() -> Model {
    static CHECKED: OnceLock<Result<AddedModel, Error>> = OnceLock::new();
    match built_in_model() {
        Ok(folder) => match CHECKED.get_or_init(|| check(&folder)) {
            Ok(checked) => model(BUILT_IN, checked),
            Err(error) => broken(&folder, error),
        },
        Err(error) => broken(Path::new(""), &error),
    }
}

fn broken(folder: &Path, error: &Error) -> Model {
    let unread = AddedModel {
        folder: folder.to_path_buf(),
        name: BUILT_IN.to_owned(),
        sha256: String::new(),
        licence: None,
        bytes: 0,
    };
    Model {
        problem: Some(error.message.clone()),
        ..model(BUILT_IN, &unread)
    }
}

/// An added model as it is now.
pub(super) fn added(model: &AddedModel) -> Model {
    self::model(&id(model), model)
}

/// By which a draft names an added model: the beginning of its hash.
pub(super) fn id(model: &AddedModel) -> String {
    model.sha256.chars().take(16).collect()
}

fn model(id: &str, checked: &AddedModel) -> Model {
    let traits = ModelTraits::read(Some(&checked.folder));
    Model {
        id: id.to_owned(),
        name: if id == BUILT_IN {
            BUILT_IN.to_owned()
        } else {
            checked.name.clone()
        },
        built_in: id == BUILT_IN,
        folder: checked.folder.display().to_string(),
        sha256: checked.sha256.clone(),
        licence: checked.licence.clone(),
        size: traits.as_ref().map_or(0, |traits| traits.size),
        native_alpha: traits.as_ref().is_ok_and(|traits| traits.native_alpha),
        bytes: checked.bytes,
        problem: traits.err().map(|error| error.message),
    }
}

/// Reads a folder as far as it can be checked without running it: configuration, the weights' headers, their hash.
///
/// # Errors
/// When this program cannot run what is in it.
pub(super) fn check(folder: &Path) -> Result<AddedModel, Error> {
    let opened = ModelFolder::open(folder)?;
    for file in opened.weights_files() {
        // One that was not copied to its end is told now, not by a job.
        SafetensorsFile::open(file)?;
    }
    let facts = opened.facts()?;
    Ok(AddedModel {
        folder: absolute(folder),
        name: facts.name,
        sha256: facts.sha256,
        licence: licence(folder),
        bytes: facts.weights_bytes,
    })
}

fn absolute(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf())
}

/// What the model's card says (the `license:` of its README's front matter), else the first line of a licence file.
fn licence(folder: &Path) -> Option<String> {
    let beginning = |name: &str| {
        let text = fs::read(folder.join(name)).ok()?;
        Some(String::from_utf8_lossy(&text[..text.len().min(8192)]).into_owned())
    };
    let stated = beginning("README.md").and_then(|card| {
        let front = card.strip_prefix("---")?.split("\n---").next()?.to_owned();
        let line = front
            .lines()
            .find_map(|line| line.strip_prefix("license:").map(str::to_owned))?;
        Some(line.trim().trim_matches(['"', '\'']).to_owned())
    });
    let first_line = |name| {
        let text = beginning(name)?;
        text.lines()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .map(str::to_owned)
    };
    stated
        .or_else(|| {
            ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE"]
                .into_iter()
                .find_map(first_line)
        })
        .filter(|licence| !licence.is_empty())
        .map(|licence| licence.chars().take(120).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_read_from_the_card_or_a_file() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(licence(root.path()), None);
        fs::write(root.path().join("LICENSE"), "\n CreativeML Open RAIL-M\n\nmore").unwrap();
        assert_eq!(licence(root.path()), Some("CreativeML Open RAIL-M".into()));
        fs::write(
            root.path().join("README.md"),
            "---\nlicense: \"apache-2.0\"\ntags: [x]\n---\n# A model\n",
        )
        .unwrap();
        assert_eq!(licence(root.path()), Some("apache-2.0".into()));
    }

    #[test]
    fn the_built_in_model_is_listed_with_its_hash() {
        let model = built_in();
        assert_eq!((model.problem, model.sha256.len(), model.built_in), (None, 64, true));
    }
}
