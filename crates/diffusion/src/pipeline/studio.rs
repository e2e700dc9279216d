//! `studio.json`: what a model folder may tell this program beyond what diffusers writes.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The optional file. diffusers ignores it; a folder without it gets diffusers' own defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudioHints {
    /// Denoising steps that suit the model.
    pub num_inference_steps: Option<usize>,
    /// Guidance that suits the model.
    pub guidance_scale: Option<f32>,
    /// The styles the model was trained on.
    #[serde(default)]
    pub styles: Vec<String>,
    /// How a prompt with a style reads: `{style}` and `{prompt}` are replaced.
    pub prompt_form: Option<String>,
    /// A cheap map from latents to pictures.
    pub preview: Option<PreviewMap>,
}

/// One linear map for every latent position, fitted by least squares to decoded pictures shrunk to the latents' size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewMap {
    /// For each latent channel its share of red, green, blue and alpha, in [-1, 1] pictures.
    pub factors: Vec<[f32; 4]>,
    /// Added to each.
    pub bias: [f32; 4],
}

impl StudioHints {
    /// Reads the folder's file, if there is one.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("studio.json");
        match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| Error::Json {
                path,
                reason: error.to_string(),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error::Read { path, source }),
        }
    }
}
