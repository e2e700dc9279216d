//! A sticker and its recipe as a page shows them.

use library::{SetId, Sticker, StickerRecord};
use serde::Serialize;

use crate::{Recipe, Style};

/// Everything known of one sticker.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct StickerDetail {
    /// What a list shows, too.
    pub sticker: Sticker,
    /// Its tags.
    pub tags: Vec<String>,
    /// The style sets it is in.
    pub sets: Vec<SetId>,
    /// Of its file.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub bytes: u64,
    /// Of its file.
    pub sha256: String,
    /// How to make it again.
    pub recipe: Option<RecipeView>,
    /// What another program wrote into the file (A1111 `parameters`), when there is no recipe of ours.
    pub parameters: Option<String>,
}

/// A recipe as a page shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct RecipeView {
    /// The model's name.
    pub model: String,
    /// Over its weights.
    pub model_sha256: String,
    /// In the order they were given.
    pub adapters: Vec<RecipeAdapter>,
    /// As it was typed.
    pub prompt: String,
    /// As the model was given it.
    pub full_prompt: String,
    /// What was led away from.
    pub negative_prompt: String,
    /// The look that was chosen.
    #[cfg_attr(feature = "bindings", specta(type = Option<String>))]
    pub style: Option<Style>,
    /// Of this picture.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub seed: u64,
    /// The sampler.
    pub sampler: String,
    /// Denoising steps.
    pub steps: u32,
    /// Classifier-free guidance.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub guidance: f32,
    /// Guidance rescale.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub guidance_rescale: f32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The picture it began from.
    pub start: Option<RecipeStart>,
    /// `decoder`, `cutout` or `none`.
    pub alpha: String,
    /// What computed it.
    pub device: String,
    /// The number format of the weights.
    pub precision: String,
    /// The version of the program.
    pub program: String,
    /// The recipe as JSON, to copy.
    pub json: String,
}

/// An adapter of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct RecipeAdapter {
    /// Its name.
    pub name: String,
    /// Of its file.
    pub sha256: String,
    /// How strongly it acted.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub weight: f32,
}

/// The picture that a sticker began from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct RecipeStart {
    /// Of its file.
    pub sha256: String,
    /// How much was made anew.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub strength: f32,
}

/// A recipe that cannot be read is left out: the sticker is still a picture.
pub(super) fn detail(record: StickerRecord) -> StickerDetail {
    let recipe = record.recipe.as_deref().and_then(|json| match Recipe::from_json(json) {
        Ok(recipe) => Some(view(recipe, json)),
        Err(error) => {
            log::warn!("{}: {error}", record.sticker.id);
            None
        }
    });
    StickerDetail {
        sticker: record.sticker,
        tags: record.tags,
        sets: record.sets,
        bytes: record.bytes,
        sha256: record.sha256,
        recipe,
        parameters: record.parameters,
    }
}

fn view(recipe: Recipe, json: &str) -> RecipeView {
    let adapter = |adapter: crate::AdapterReference| RecipeAdapter {
        name: adapter.name,
        sha256: adapter.sha256,
        weight: adapter.weight,
    };
    RecipeView {
        model: recipe.model.name,
        model_sha256: recipe.model.sha256,
        adapters: recipe.adapters.into_iter().map(adapter).collect(),
        prompt: recipe.prompt,
        full_prompt: recipe.full_prompt,
        negative_prompt: recipe.negative_prompt,
        style: recipe.style,
        seed: recipe.seed,
        sampler: recipe.sampler.to_string(),
        steps: recipe.num_inference_steps as u32,
        guidance: recipe.guidance_scale,
        guidance_rescale: recipe.guidance_rescale,
        width: recipe.width,
        height: recipe.height,
        start: recipe.init.map(|init| RecipeStart {
            sha256: init.sha256,
            strength: init.strength,
        }),
        alpha: recipe.alpha_source.to_string(),
        device: recipe.device,
        precision: recipe.precision.to_string(),
        program: recipe.program_version,
        json: json.to_owned(),
    }
}
