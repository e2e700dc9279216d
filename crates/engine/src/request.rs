//! What a face asks for. Everything left open is filled in by [`GenerateRequest::complete`].

use std::path::PathBuf;
use std::str::FromStr;

use effects::Finish;
use serde::{Deserialize, Serialize};

use crate::choice::{OnDeviceFailure, PrecisionChoice, Style, TransparencyChoice};
use crate::{DeviceChoice, Error, SamplerName};

/// How much of a picture to begin from is made anew, when nobody says (diffusers' default).
pub const DEFAULT_STRENGTH: f32 = 0.8;

/// A request for stickers. What is `None` is taken from the model's folder, the seed from chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerateRequest {
    /// What to draw.
    pub prompt: String,
    /// What to lead away from.
    pub negative_prompt: String,
    /// A look that the model was trained with.
    pub style: Option<Style>,
    /// How many pictures. Picture `i` has the seed plus `i`.
    pub count: u32,
    /// The seed of the first picture.
    pub seed: Option<u64>,
    /// Denoising steps.
    pub num_inference_steps: Option<usize>,
    /// Classifier-free guidance; 1 is none (arXiv 2207.12598).
    pub guidance_scale: Option<f32>,
    /// Guidance rescale; 0 is none (arXiv 2305.08891, section 3.4).
    pub guidance_rescale: Option<f32>,
    /// The sampler.
    pub sampler: Option<SamplerName>,
    /// The side of the square picture in pixels.
    pub size: Option<u32>,
    /// A picture to begin from.
    pub init: Option<InitRequest>,
    /// Whether a sticker gets an alpha channel.
    pub transparency: TransparencyChoice,
    /// Adapters, all at once.
    pub loras: Vec<LoraRequest>,
    /// The model's diffusers folder; without one the built-in model.
    pub model: Option<PathBuf>,
    /// The device.
    pub device: DeviceChoice,
    /// The number format of the weights.
    pub precision: PrecisionChoice,
    /// The most memory of the GPU that the job may plan with, in bytes; without it what the driver says is free.
    pub memory_limit: Option<u64>,
    /// What to do when the GPU fails.
    pub on_device_failure: OnDeviceFailure,
    /// What is done to each picture at the end; the empty one changes nothing.
    pub effects: Finish,
}

impl Default for GenerateRequest {
    fn default() -> Self {
        Self {
            prompt: String::new(),
            negative_prompt: String::new(),
            style: None,
            count: 1,
            seed: None,
            num_inference_steps: None,
            guidance_scale: None,
            guidance_rescale: None,
            sampler: None,
            size: None,
            init: None,
            transparency: TransparencyChoice::default(),
            loras: Vec::new(),
            model: None,
            device: DeviceChoice::default(),
            precision: PrecisionChoice::default(),
            memory_limit: None,
            on_device_failure: OnDeviceFailure::default(),
            effects: Finish::default(),
        }
    }
}

impl GenerateRequest {
    /// One sticker of the built-in model.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self {
            prompt: prompt.into(),
            ..Self::default()
        }
    }
}

/// A picture to begin from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InitRequest {
    /// A PNG, JPEG or WebP file.
    pub path: PathBuf,
    /// How much is made anew: above 0, and 1 is everything.
    #[serde(default = "default_strength")]
    pub strength: f32,
}

fn default_strength() -> f32 {
    DEFAULT_STRENGTH
}

/// An adapter and how strongly it acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoraRequest {
    /// A safetensors file in kohya's or diffusers' form.
    pub path: PathBuf,
    /// 1 is the strength of its training, 0 is none.
    #[serde(default = "full_weight")]
    pub weight: f32,
    /// What a recipe calls it; without one the name of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

fn full_weight() -> f32 {
    1.0
}

/// `FILE` or `FILE:WEIGHT`. A colon that no number follows belongs to the path.
impl FromStr for LoraRequest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (path, weight) = match text.rsplit_once(':').map(|(path, weight)| (path, weight.parse())) {
            Some((path, Ok(weight))) => (path, weight),
            _ => (text, full_weight()),
        };
        if path.is_empty() {
            return Err(Error::usage(
                "an adapter is given as FILE or FILE:WEIGHT, for example blobs.safetensors:0.8",
            ));
        }
        Ok(Self {
            path: PathBuf::from(path),
            weight,
            name: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_is_a_file_with_or_without_a_weight() {
        for (text, path, weight) in [
            ("blobs.safetensors", "blobs.safetensors", 1.0),
            ("blobs.safetensors:0.8", "blobs.safetensors", 0.8),
            ("a:b.safetensors:-1", "a:b.safetensors", -1.0),
            (r"C:\loras\a.safetensors", r"C:\loras\a.safetensors", 1.0),
        ] {
            let expected = LoraRequest {
                path: path.into(),
                weight,
                name: None,
            };
            assert_eq!(text.parse(), Ok(expected));
        }
        for text in ["", ":0.5"] {
            assert!(text.parse::<LoraRequest>().is_err());
        }
    }

    #[test]
    fn a_request_in_json_may_leave_out_what_has_a_default() {
        let request: GenerateRequest = serde_json::from_str(
            r#"{"prompt": "a cat", "loras": [{"path": "a.safetensors"}], "init": {"path": "b.png"}, "device": "gpu:1"}"#,
        )
        .unwrap();
        let expected = GenerateRequest {
            loras: vec![LoraRequest {
                path: "a.safetensors".into(),
                weight: 1.0,
                name: None,
            }],
            init: Some(InitRequest {
                path: "b.png".into(),
                strength: 0.8,
            }),
            device: DeviceChoice::GpuIndex(1),
            ..GenerateRequest::new("a cat")
        };
        assert_eq!(request, expected);
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<GenerateRequest>(&json).unwrap(), request);
    }

    #[test]
    fn a_misspelled_field_is_no_silent_default() {
        assert!(serde_json::from_str::<GenerateRequest>(r#"{"promt": "a cat"}"#).is_err());
    }
}
