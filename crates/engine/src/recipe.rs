//! The recipe: everything needed to make a sticker again.

use effects::Finish;
use serde::{Deserialize, Serialize};

use crate::choice::{AlphaKind, Precision, Style, TransparencyChoice};
use crate::{Error, SamplerName};

/// The version this program writes.
pub const RECIPE_VERSION: u32 = 1;

/// Everything needed to make a sticker again. Its JSON lies in the sticker's PNG file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// [`RECIPE_VERSION`]. Its key in the JSON tells what the JSON is.
    #[serde(rename = "sticker_studio_recipe")]
    pub version: u32,
    /// The version of the program that made the sticker.
    pub program_version: String,
    /// The model.
    pub model: ModelReference,
    /// The adapters, in the order they were given.
    pub adapters: Vec<AdapterReference>,
    /// The prompt as it was typed.
    pub prompt: String,
    /// The style that was chosen.
    pub style: Option<Style>,
    /// The prompt that the model was given.
    pub full_prompt: String,
    /// What the picture is led away from.
    pub negative_prompt: String,
    /// The seed of this picture alone.
    pub seed: u64,
    /// The place of this picture in its job, from 0. Its seed is the job's plus this.
    pub index: u32,
    /// The sampler.
    pub sampler: SamplerName,
    /// Denoising steps.
    pub num_inference_steps: usize,
    /// Classifier-free guidance (arXiv 2207.12598).
    pub guidance_scale: f32,
    /// Guidance rescale (arXiv 2305.08891, section 3.4).
    pub guidance_rescale: f32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The picture it began from.
    pub init: Option<InitReference>,
    /// What was asked for.
    pub transparency: TransparencyChoice,
    /// Where the alpha channel came from.
    pub alpha_source: AlphaKind,
    /// The device that computed it.
    pub device: String,
    /// The number format of the weights.
    pub precision: Precision,
    /// What was done to the picture at the end. `width` and `height` are the picture's before.
    #[serde(default, skip_serializing_if = "Finish::is_empty")]
    pub effects: Finish,
}

/// A model, known by its weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelReference {
    /// The name of its folder, or `built-in`.
    pub name: String,
    /// SHA-256 over its weights, in hexadecimal digits.
    pub sha256: String,
}

/// An adapter (LoRA), known by its file's bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdapterReference {
    /// The name of its file, without the ending.
    pub name: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// How strongly it acts.
    pub weight: f32,
}

/// A picture to begin from, known by its file's bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InitReference {
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// How much is made anew: 1 is everything.
    pub strength: f32,
}

/// What is read first, so that a recipe of a later program is told from a damaged one.
#[derive(Deserialize)]
struct Versioned {
    sticker_studio_recipe: u32,
}

impl Recipe {
    /// The recipe as one line of JSON.
    ///
    /// # Errors
    /// When a number in it is not finite.
    pub fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|reason| Error::internal(format!("could not write a recipe: {reason}")))
    }

    /// Reads a recipe from its JSON.
    ///
    /// # Errors
    /// When it is no recipe, a damaged one, or one that a later version of this program wrote.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let damaged = |reason| Error::input(format!("the sticker's recipe is damaged: {reason}"));
        let versioned: Versioned = serde_json::from_str(text).map_err(damaged)?;
        if versioned.sticker_studio_recipe != RECIPE_VERSION {
            return Err(Error::input(format!(
                "the recipe has version {}, and this program reads version {RECIPE_VERSION}; use a newer Sticker Studio",
                versioned.sticker_studio_recipe
            )));
        }
        serde_json::from_str(text).map_err(damaged)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn recipe() -> Recipe {
        Recipe {
            version: RECIPE_VERSION,
            program_version: "0.1.0".into(),
            model: ModelReference {
                name: "built-in".into(),
                sha256: "ab".repeat(32),
            },
            adapters: vec![],
            prompt: "a red cat".into(),
            style: Some(Style::ThreeD),
            full_prompt: "3d sticker: a red cat".into(),
            negative_prompt: String::new(),
            seed: 8,
            index: 1,
            sampler: SamplerName::Ddim,
            num_inference_steps: 25,
            guidance_scale: 4.0,
            guidance_rescale: 0.0,
            width: 128,
            height: 128,
            init: None,
            transparency: TransparencyChoice::Auto,
            alpha_source: AlphaKind::Decoder,
            device: "CPU".into(),
            precision: Precision::F32,
            effects: Finish::default(),
        }
    }

    fn full_recipe() -> Recipe {
        Recipe {
            adapters: vec![AdapterReference {
                name: "blobs".into(),
                sha256: "cd".repeat(32),
                weight: 0.8,
            }],
            prompt: "一只猫 😀 \"quoted\"\nsecond line".into(),
            style: None,
            seed: u64::MAX,
            init: Some(InitReference {
                sha256: "ef".repeat(32),
                strength: 0.6,
            }),
            transparency: TransparencyChoice::Off,
            alpha_source: AlphaKind::None,
            precision: Precision::F16,
            effects: effects::presets().swap_remove(0).1,
            ..recipe()
        }
    }

    #[test]
    fn a_recipe_survives_its_json() {
        for recipe in [recipe(), full_recipe()] {
            assert_eq!(Recipe::from_json(&recipe.to_json().unwrap()), Ok(recipe));
        }
    }

    #[test]
    fn the_json_begins_with_its_version_and_keeps_short_numbers() {
        let json = full_recipe().to_json().unwrap();
        assert!(json.starts_with(r#"{"sticker_studio_recipe":1,"#), "{json}");
        assert!(
            json.contains(r#""weight":0.8"#) && json.contains(r#""strength":0.6"#),
            "{json}"
        );
        assert!(json.contains(r#""sampler":"ddim""#), "{json}");
    }

    #[test]
    fn a_later_version_is_told_from_a_damaged_recipe() {
        let later = r#"{"sticker_studio_recipe": 2, "something": "else"}"#;
        assert!(
            Recipe::from_json(later)
                .unwrap_err()
                .message
                .contains("newer Sticker Studio")
        );
        for damaged in [
            "",
            "{}",
            r#"{"sticker_studio_recipe": 1}"#,
            "[1]",
            r#"{"sticker_studio_recipe": "x"}"#,
        ] {
            assert!(
                Recipe::from_json(damaged).unwrap_err().message.contains("damaged"),
                "{damaged}"
            );
        }
    }

    #[test]
    fn infinite_numbers_do_not_break_the_round_trip_unseen() {
        let recipe = Recipe {
            guidance_scale: f32::INFINITY,
            ..recipe()
        };
        assert!(recipe.to_json().and_then(|json| Recipe::from_json(&json)).is_err());
    }
}
