//! The form of the Create screen: what a person fills in, before it becomes the requests of a job.

mod expansion;
mod moods;
mod wildcards;

use library::{AdapterId, Bucket, StickerId};
use serde::{Deserialize, Serialize};

use crate::{SamplerName, Style};

pub(crate) use expansion::{Expansion, FieldError};
pub(crate) use moods::{MOODS, with_article};
pub(super) use wildcards::escape;

/// The form as it stands. What is `None` is taken from the model, the seed from chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Draft {
    /// What to draw. Wildcards: `{red|blue} cat`.
    pub prompt: String,
    /// What to lead away from.
    pub negative_prompt: String,
    /// A look that the model was trained with.
    #[cfg_attr(feature = "bindings", specta(type = Option<String>))]
    pub style: Option<Style>,
    /// The bucket of the idea that the prompt came from, as long as it was not edited.
    pub bucket: Option<Bucket>,
    /// Pictures; for moods and grids: pictures per cell.
    pub count: u32,
    /// Locked; without one a new seed each time.
    pub seed: Option<u32>,
    /// Denoising steps.
    pub steps: Option<u32>,
    /// Classifier-free guidance.
    #[cfg_attr(feature = "bindings", specta(type = Option<u32>))]
    pub guidance: Option<f32>,
    /// The sampler.
    #[cfg_attr(feature = "bindings", specta(type = Option<String>))]
    pub sampler: Option<SamplerName>,
    /// The side of the square picture in pixels.
    pub size: Option<u32>,
    /// Whether the picture gets an alpha channel; without one it keeps the ground that the model draws.
    pub transparent: bool,
    /// A model that the person added; without one the built-in model.
    pub model: Option<String>,
    /// Adapters, all at once.
    pub adapters: Vec<AdapterUse>,
    /// A sticker to begin from.
    pub start: Option<StartPicture>,
    /// One prompt, or one character in several moods, or a grid over settings.
    pub plan: Plan,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            prompt: String::new(),
            negative_prompt: String::new(),
            style: None,
            bucket: None,
            count: 4,
            seed: None,
            steps: None,
            guidance: None,
            sampler: None,
            size: None,
            transparent: true,
            model: None,
            adapters: Vec::new(),
            start: None,
            plan: Plan::Single {},
        }
    }
}

/// An adapter of the library and how strongly it acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdapterUse {
    /// Which one.
    pub id: AdapterId,
    /// 1 is the strength of its training, 0 is none.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub weight: f32,
}

/// A sticker of the library to begin from (image-to-image).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartPicture {
    /// Which one.
    pub sticker: StickerId,
    /// How much is made anew: above 0, and 1 is everything.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub strength: f32,
}

/// What one job makes of a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Plan {
    /// The prompt, as many times as `count` says, each time with the next seed.
    Single {},
    /// One character in several moods, all from the same seed.
    Moods {
        /// Words such as "happy", put before the character.
        moods: Vec<String>,
    },
    /// The same seed under every combination of one or two settings.
    Grid {
        /// From left to right.
        columns: Axis,
        /// From top to bottom.
        rows: Option<Axis>,
    },
}

/// A setting and the values it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Axis {
    /// What changes.
    pub setting: AxisSetting,
    /// The adapter whose weight changes.
    pub adapter: Option<AdapterId>,
    /// In the order shown.
    #[cfg_attr(feature = "bindings", specta(type = Vec<u32>))]
    pub values: Vec<f64>,
}

/// What may change along a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum AxisSetting {
    /// The seed.
    Seed,
    /// Denoising steps.
    Steps,
    /// Classifier-free guidance.
    Guidance,
    /// How much of the start picture is made anew.
    Strength,
    /// The weight of one adapter.
    AdapterWeight,
}

/// What a draft would make, and why it cannot be submitted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DraftCheck {
    /// How many pictures this makes.
    pub pictures: u32,
    /// The first prompts after wildcards and moods.
    pub prompts: Vec<String>,
    /// What is wrong, if anything is.
    pub problem: Option<FieldProblem>,
}

/// What is wrong with one field of the form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// A field of [`Draft`], in the page's spelling.
    pub field: String,
    /// One sentence.
    pub message: String,
}
