//! Tells what a file or folder is: a sticker, another picture, a model, an adapter.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use diffusion::lora::{LoraFacts, LoraFormat};
use diffusion::pipeline::{ModelFacts, ModelFolder};
use serde::Serialize;

use crate::png_metadata::{is_png, read_png};
use crate::{A1111Parameters, Error, ParametersText, PngMetadata, Recipe, read_picture};

/// A text longer than this is shown by its beginning.
const SHOWN_CHARACTERS: usize = 300;

/// What a file or folder is. `Display` gives lines for a person, serde all of it.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Inspection {
    /// A sticker of this program.
    Sticker {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// How to make it again.
        recipe: Box<Recipe>,
    },
    /// Another picture.
    Picture {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// What another generator wrote about it.
        parameters: Option<ParametersText>,
        /// Other texts, each with its keyword.
        texts: Vec<(String, String)>,
    },
    /// A diffusers folder.
    Model {
        /// What it says about itself.
        facts: Box<ModelFacts>,
    },
    /// A LoRA file.
    Adapter {
        /// What it says about itself.
        facts: Box<LoraFacts>,
    },
}

/// Looks at a file or folder. A model's and an adapter's bytes are all read once, for their hash.
///
/// # Errors
/// When it cannot be read or is none of these.
pub fn inspect(path: &Path) -> Result<Inspection, Error> {
    if path.is_dir() {
        return Ok(Inspection::Model {
            facts: Box::new(ModelFolder::open(path)?.facts()?),
        });
    }
    if begins_as_png(path)? {
        let (_, metadata) = read_png(path)?;
        return png(metadata).map_err(|reason| Error::input(format!("{reason}: {}", path.display())));
    }
    if path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("safetensors"))
    {
        let facts = LoraFacts::open(path).map_err(diffusion::Error::from)?;
        return Ok(Inspection::Adapter { facts: Box::new(facts) });
    }
    let picture = read_picture(path)?;
    Ok(Inspection::Picture {
        width: picture.width,
        height: picture.height,
        parameters: None,
        texts: Vec::new(),
    })
}

fn begins_as_png(path: &Path) -> Result<bool, Error> {
    let failed = |reason| Error::file("could not read the file", path, &reason);
    let mut beginning = Vec::new();
    File::open(path)
        .map_err(failed)?
        .take(8)
        .read_to_end(&mut beginning)
        .map_err(failed)?;
    Ok(is_png(&beginning))
}

fn png(metadata: PngMetadata) -> Result<Inspection, Error> {
    let (width, height) = (metadata.width, metadata.height);
    if let Some(recipe) = metadata.recipe()? {
        return Ok(Inspection::Sticker {
            width,
            height,
            recipe: Box::new(recipe),
        });
    }
    let parameters = metadata.parameters.as_deref().map(ParametersText::parse);
    Ok(Inspection::Picture {
        width,
        height,
        parameters,
        texts: metadata.other,
    })
}

impl fmt::Display for Inspection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = match self {
            Self::Sticker { width, height, recipe } => sticker_lines(*width, *height, recipe),
            Self::Picture {
                width,
                height,
                parameters,
                texts,
            } => {
                let mut lines = vec![line("picture", format!("{width} x {height} pixels"))];
                lines.extend(parameters.iter().flat_map(parameters_lines));
                lines.extend(texts.iter().map(|(keyword, text)| line(keyword, shortened(text))));
                lines
            }
            Self::Model { facts } => model_lines(facts),
            Self::Adapter { facts } => adapter_lines(facts),
        };
        formatter.write_str(&lines.join("\n"))
    }
}

fn line(name: &str, value: impl fmt::Display) -> String {
    format!("{name}: {value}")
}

fn shortened(text: &str) -> String {
    let mut beginning: String = text.chars().take(SHOWN_CHARACTERS).collect();
    if beginning.len() < text.len() {
        beginning.push_str(" ...");
    }
    beginning
}

fn sticker_lines(width: u32, height: u32, recipe: &Recipe) -> Vec<String> {
    let mut lines = vec![
        line("sticker", format!("{width} x {height} pixels")),
        line("prompt", &recipe.prompt),
    ];
    if recipe.full_prompt != recipe.prompt {
        lines.push(line("full prompt", &recipe.full_prompt));
    }
    if let Some(style) = recipe.style {
        lines.push(line("style", style));
    }
    if !recipe.negative_prompt.is_empty() {
        lines.push(line("negative prompt", &recipe.negative_prompt));
    }
    lines.extend([
        line("seed", recipe.seed),
        line("sampler", recipe.sampler),
        line("steps", recipe.num_inference_steps),
        line("guidance", recipe.guidance_scale),
    ]);
    if recipe.guidance_rescale != 0.0 {
        lines.push(line("guidance rescale", recipe.guidance_rescale));
    }
    if let Some(init) = &recipe.init {
        lines.push(line(
            "begun from",
            format!("sha256 {}, strength {}", init.sha256, init.strength),
        ));
    }
    lines.push(line(
        "model",
        format!("{}, sha256 {}", recipe.model.name, recipe.model.sha256),
    ));
    lines.extend(recipe.adapters.iter().map(|adapter| {
        line(
            "adapter",
            format!("{}, weight {}, sha256 {}", adapter.name, adapter.weight, adapter.sha256),
        )
    }));
    lines.extend([
        line("alpha from", recipe.alpha_source),
        line("made on", format!("{}, {}", recipe.device, recipe.precision)),
        line("program", format!("Sticker Studio {}", recipe.program_version)),
    ]);
    lines
}

fn parameters_lines(parameters: &ParametersText) -> Vec<String> {
    match parameters {
        ParametersText::Json(json) => vec![line("parameters", shortened(&json.to_string()))],
        ParametersText::A1111(A1111Parameters {
            prompt,
            negative_prompt,
            settings,
        }) => {
            let mut lines = vec![line("prompt", shortened(prompt))];
            if !negative_prompt.is_empty() {
                lines.push(line("negative prompt", shortened(negative_prompt)));
            }
            lines.extend(settings.iter().map(|(key, value)| line(key, shortened(value))));
            lines
        }
    }
}

fn model_lines(facts: &ModelFacts) -> Vec<String> {
    let styles = if facts.styles.is_empty() {
        "none".to_owned()
    } else {
        facts.styles.join(", ")
    };
    let defaults = &facts.defaults;
    vec![
        line("model", &facts.name),
        line("sampler", format!("{} ({})", facts.sampler, facts.prediction_type)),
        line(
            "defaults",
            format!(
                "{} steps, guidance {}, {} x {} pixels",
                defaults.num_inference_steps, defaults.guidance_scale, defaults.size, defaults.size
            ),
        ),
        line("styles", styles),
        line(
            "alpha",
            if facts.native_alpha {
                "from the autoencoder"
            } else {
                "none of its own"
            },
        ),
        line("latent channels", facts.latent_channels),
        line("cross attention", facts.cross_attention_dim),
        line("prompt tokens", facts.prompt_tokens),
        line("weights", format!("{:.1} MB", facts.weights_bytes as f64 / 1e6)),
        line("sha256", &facts.sha256),
    ]
}

fn form(format: LoraFormat) -> &'static str {
    match format {
        LoraFormat::Kohya => "named as by kohya's sd-scripts",
        LoraFormat::Peft => "named as by PEFT and diffusers",
        LoraFormat::Diffusers => "named as by older versions of diffusers",
    }
}

fn adapter_lines(facts: &LoraFacts) -> Vec<String> {
    let ranks = facts.ranks.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let mut lines = vec![
        line("adapter", format!("LoRA, {}", form(facts.format))),
        line("modules", facts.modules),
        line("rank", ranks),
        line("tensors", facts.tensors),
        line("sha256", &facts.sha256),
    ];
    lines.extend(facts.metadata.iter().map(|(key, value)| line(key, shortened(value))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::tests::recipe;
    use crate::{Picture, RecipeInPng, save_sticker};

    fn saved(metadata: RecipeInPng) -> Inspection {
        let root = tempfile::tempdir().unwrap();
        let picture = Picture {
            width: 2,
            height: 1,
            rgba: vec![7; 8],
        };
        inspect(&save_sticker(root.path(), &picture, &recipe(), metadata).unwrap()).unwrap()
    }

    #[test]
    fn a_sticker_shows_its_recipe() {
        let inspection = saved(RecipeInPng::Written);
        let text = inspection.to_string();
        assert!(
            text.starts_with("sticker: 2 x 1 pixels\nprompt: a red cat\nfull prompt: 3d sticker: a red cat\n"),
            "{text}"
        );
        assert!(
            text.contains("\nseed: 8\nsampler: ddim\nsteps: 25\nguidance: 4\n"),
            "{text}"
        );
        let json = serde_json::to_value(&inspection).unwrap();
        assert_eq!(
            (&json["kind"], &json["recipe"]["sticker_studio_recipe"]),
            (&"sticker".into(), &1.into())
        );
    }

    #[test]
    fn a_picture_without_a_recipe_is_only_a_picture() {
        assert_eq!(saved(RecipeInPng::LeftOut).to_string(), "picture: 2 x 1 pixels");
    }

    #[test]
    fn the_parameters_of_another_program_are_taken_apart() {
        let metadata = PngMetadata {
            width: 512,
            height: 512,
            parameters: Some("a dog\nSteps: 20, Sampler: Euler, Seed: 1, Size: 512x512".into()),
            other: vec![("workflow".into(), "x".repeat(1000))],
            ..PngMetadata::default()
        };
        let text = png(metadata).unwrap().to_string();
        assert!(
            text.starts_with("picture: 512 x 512 pixels\nprompt: a dog\nSteps: 20\nSampler: Euler\n"),
            "{text}"
        );
        assert!(text.ends_with("xxx ...") && text.len() < 500, "{text}");
    }

    #[test]
    fn what_is_nothing_of_all_this_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let note = root.path().join("note.txt");
        std::fs::write(&note, "hello").unwrap();
        for path in [note.as_path(), root.path(), &root.path().join("absent")] {
            assert_eq!(
                inspect(path).unwrap_err().code,
                crate::ErrorCode::Input,
                "{}",
                path.display()
            );
        }
    }
}
