//! The `parameters` text that AUTOMATIC1111's web UI writes into its pictures, and most other tools read
//! (`modules/infotext_utils.py`): the prompt's lines, `Negative prompt:`, and a last line of `Key: value` pairs.

use std::sync::LazyLock;

use regex::Regex;

use crate::{Recipe, SamplerName};

/// A last line with fewer pairs than this belongs to the prompt.
const MIN_PAIRS: usize = 3;
const NEGATIVE: &str = "Negative prompt:";
/// What a reader takes for a key that is not there.
const ASSUMED: [(&str, &str); 3] = [("Clip skip", "1"), ("RNG", "GPU"), ("Schedule type", "Automatic")];

/// One `Key: value` pair; the value may be a JSON string.
static PAIR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)"#).ok());

/// What a `parameters` text says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct A1111Parameters {
    /// The prompt, with `<lora:NAME:WEIGHT>` marks as they stand.
    pub prompt: String,
    /// The negative prompt, empty without one.
    pub negative_prompt: String,
    /// The pairs of the last line in their order, unquoted; `Size: 512x256` is `Size-1` and `Size-2`.
    pub settings: Vec<(String, String)>,
}

/// A `parameters` text: SwarmUI and Fooocus write JSON there, A1111 and most others their own form.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParametersText {
    /// A JSON object.
    Json(serde_json::Value),
    /// A1111's form.
    A1111(A1111Parameters),
}

impl ParametersText {
    /// Reads a `parameters` text. Every text is something: one without pairs is a prompt.
    pub fn parse(text: &str) -> Self {
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(json) if json.is_object() => Self::Json(json),
            _ => Self::A1111(A1111Parameters::parse(text)),
        }
    }
}

impl A1111Parameters {
    /// The value of `key`, or what A1111 assumes when it is not there.
    pub fn setting(&self, key: &str) -> Option<&str> {
        let written = self
            .settings
            .iter()
            .find(|(written, _)| written == key)
            .map(|(_, value)| value.as_str());
        written.or_else(|| {
            ASSUMED
                .iter()
                .find(|(assumed, _)| *assumed == key)
                .map(|(_, value)| *value)
        })
    }

    fn parse(text: &str) -> Self {
        let mut lines: Vec<&str> = text.trim().lines().collect();
        let settings = match lines.last().map(|last| pairs(last)) {
            Some(pairs) if pairs.len() >= MIN_PAIRS => {
                lines.pop();
                pairs
            }
            _ => Vec::new(),
        };
        let (mut prompt, mut negative_prompt) = (Vec::new(), None::<Vec<&str>>);
        for line in lines.into_iter().map(str::trim) {
            match (line.strip_prefix(NEGATIVE), &mut negative_prompt) {
                (Some(rest), negative) => negative.get_or_insert_default().push(rest.trim()),
                (None, Some(negative)) => negative.push(line),
                (None, None) => prompt.push(line),
            }
        }
        Self {
            prompt: prompt.join("\n"),
            negative_prompt: negative_prompt.unwrap_or_default().join("\n"),
            settings: settings
                .into_iter()
                .flat_map(|(key, value)| split_size(key, value))
                .collect(),
        }
    }
}

fn pairs(line: &str) -> Vec<(String, String)> {
    let Some(pair) = &*PAIR else { return Vec::new() };
    pair.captures_iter(line)
        .map(|found| (found[1].to_owned(), unquoted(found[2].trim())))
        .collect()
}

/// A value that is a JSON string is that string; any other is itself.
fn unquoted(value: &str) -> String {
    let is_quoted = value.starts_with('"') && value.ends_with('"');
    let inner = is_quoted.then(|| serde_json::from_str(value).ok()).flatten();
    inner.unwrap_or_else(|| value.to_owned())
}

fn split_size(key: String, value: String) -> Vec<(String, String)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match value.split_once('x') {
        Some((width, height)) if digits(width) && digits(height) => {
            vec![
                (format!("{key}-1"), width.to_owned()),
                (format!("{key}-2"), height.to_owned()),
            ]
        }
        _ => vec![(key, value)],
    }
}

/// A value with a comma, a newline or a colon is written as a JSON string.
fn quoted(value: &str) -> String {
    if value.contains([',', '\n', ':']) {
        serde_json::Value::from(value).to_string()
    } else {
        value.to_owned()
    }
}

impl Recipe {
    /// The recipe as A1111's `parameters` text. Adapters are named in the prompt as A1111's own are.
    pub fn to_a1111(&self) -> String {
        let marks = self
            .adapters
            .iter()
            .map(|adapter| format!(" <lora:{}:{}>", adapter.name, adapter.weight));
        let negative = match self.negative_prompt.as_str() {
            "" => String::new(),
            negative => format!("\n{NEGATIVE} {negative}"),
        };
        let pairs = self
            .settings()
            .into_iter()
            .map(|(key, value)| format!("{key}: {}", quoted(&value)));
        let pairs = pairs.collect::<Vec<_>>().join(", ");
        format!("{}{}{negative}\n{pairs}", self.full_prompt, marks.collect::<String>())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let (sampler, schedule) = a1111_sampler(self.sampler);
        let mut settings = vec![
            ("Steps", self.num_inference_steps.to_string()),
            ("Sampler", sampler.to_owned()),
            ("Schedule type", schedule.to_owned()),
            ("CFG scale", self.guidance_scale.to_string()),
            ("Seed", self.seed.to_string()),
            ("Size", format!("{}x{}", self.width, self.height)),
            ("Model hash", self.model.sha256.chars().take(10).collect()),
            ("Model", self.model.name.clone()),
        ];
        if let Some(init) = &self.init {
            settings.push(("Denoising strength", init.strength.to_string()));
        }
        // The noise is that of PyTorch's generator on the CPU.
        settings.push(("RNG", "CPU".to_owned()));
        if !self.adapters.is_empty() {
            let hash = |sha256: &str| sha256.chars().take(12).collect::<String>();
            let hashes = self
                .adapters
                .iter()
                .map(|adapter| format!("{}: {}", adapter.name, hash(&adapter.sha256)));
            settings.push(("Lora hashes", hashes.collect::<Vec<_>>().join(", ")));
        }
        settings.push(("Version", format!("Sticker Studio {}", self.program_version)));
        settings
    }
}

/// A1111's name of a sampler and of its noise schedule.
fn a1111_sampler(sampler: SamplerName) -> (&'static str, &'static str) {
    match sampler {
        SamplerName::Ddim => ("DDIM", "Automatic"),
        SamplerName::Euler => ("Euler", "Automatic"),
        SamplerName::EulerA => ("Euler a", "Automatic"),
        SamplerName::DpmppTwoM => ("DPM++ 2M", "Automatic"),
        SamplerName::DpmppTwoMKarras => ("DPM++ 2M", "Karras"),
        SamplerName::Unipc => ("UniPC", "Automatic"),
        SamplerName::Lcm => ("LCM", "Automatic"),
        // A1111's name of the same solver.
        SamplerName::Pndm => ("PLMS", "Automatic"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::tests::recipe;
    use crate::{AdapterReference, InitReference};

    fn a1111(text: &str) -> A1111Parameters {
        match ParametersText::parse(text) {
            ParametersText::A1111(parameters) => parameters,
            ParametersText::Json(json) => panic!("taken for JSON: {json}"),
        }
    }

    #[test]
    fn a_recipe_is_written_in_the_form_of_a1111() {
        let recipe = Recipe {
            negative_prompt: "blurry, text".into(),
            ..recipe()
        };
        assert_eq!(
            recipe.to_a1111(),
            "3d sticker: a red cat\nNegative prompt: blurry, text\nSteps: 25, Sampler: DDIM, Schedule type: Automatic, \
             CFG scale: 4, Seed: 8, Size: 128x128, Model hash: ababababab, Model: built-in, RNG: CPU, \
             Version: Sticker Studio 0.1.0"
        );
    }

    #[test]
    fn adapters_strength_and_odd_names_are_quoted_so_that_they_are_read_back() {
        let adapter = |name: &str, digit: &str, weight| AdapterReference {
            name: name.into(),
            sha256: digit.repeat(64),
            weight,
        };
        let recipe = Recipe {
            sampler: SamplerName::DpmppTwoMKarras,
            guidance_scale: 4.5,
            adapters: vec![adapter("blobs", "c", 0.8), adapter("lines", "d", -1.0)],
            init: Some(InitReference {
                sha256: "e".repeat(64),
                strength: 0.6,
            }),
            model: crate::ModelReference {
                name: "my: \"best\", model".into(),
                sha256: "0".repeat(64),
            },
            ..recipe()
        };
        let text = recipe.to_a1111();
        assert!(
            text.starts_with("3d sticker: a red cat <lora:blobs:0.8> <lora:lines:-1>\nSteps: 25, "),
            "{text}"
        );
        assert!(
            text.contains(r#"Model: "my: \"best\", model", Denoising strength: 0.6"#),
            "{text}"
        );
        assert!(
            text.contains(r#"Lora hashes: "blobs: cccccccccccc, lines: dddddddddddd", "#),
            "{text}"
        );
        let read = a1111(&text);
        assert_eq!(read.prompt, "3d sticker: a red cat <lora:blobs:0.8> <lora:lines:-1>");
        assert_eq!(read.setting("Model"), Some("my: \"best\", model"));
        assert_eq!(
            read.setting("Lora hashes"),
            Some("blobs: cccccccccccc, lines: dddddddddddd")
        );
        assert_eq!(
            (read.setting("Sampler"), read.setting("Schedule type")),
            (Some("DPM++ 2M"), Some("Karras"))
        );
        assert_eq!(
            (read.setting("Size-1"), read.setting("Size-2"), read.setting("Size")),
            (Some("128"), Some("128"), None)
        );
    }

    #[test]
    fn a_text_of_a1111_itself_is_read() {
        let read = a1111(
            "a cat,\nsitting\nNegative prompt: dog\nbad\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, \
             Size: 512x768, Model hash: 6ce0161689, Model: v1-5, Lora hashes: \"a: 1234\", Version: v1.10.1",
        );
        assert_eq!(
            (read.prompt.as_str(), read.negative_prompt.as_str()),
            ("a cat,\nsitting", "dog\nbad")
        );
        assert_eq!(
            (read.setting("Size-1"), read.setting("Size-2")),
            (Some("512"), Some("768"))
        );
        assert_eq!(
            (read.setting("RNG"), read.setting("Clip skip")),
            (Some("GPU"), Some("1")),
            "as A1111 assumes"
        );
    }

    #[test]
    fn a_last_line_with_two_pairs_is_prompt() {
        let read = a1111("a cat\nMood: happy, Place: home");
        assert_eq!(read.prompt, "a cat\nMood: happy, Place: home");
        assert!(read.settings.is_empty());
        assert_eq!(a1111("").prompt, "");
    }

    #[test]
    fn json_in_parameters_is_told_apart() {
        assert!(matches!(
            ParametersText::parse(r#"{"sui_image_params": {"prompt": "cat"}}"#),
            ParametersText::Json(_)
        ));
        assert_eq!(a1111("{a|b} cat").prompt, "{a|b} cat", "a wildcard prompt is no JSON");
        assert_eq!(a1111("7").prompt, "7", "nor is a number a set of parameters");
    }
}
