//! Checks a request and fills in what it left open, so that nothing about the picture is decided later.

mod limits;

use std::path::{Path, PathBuf};

use diffusion::pipeline::PLAIN_BACKGROUND;
use effects::Finish;

pub(crate) use limits::MAX_PROMPT_BYTES;
pub(crate) use limits::check_effect_of_strength;
use limits::check_size;
pub use limits::{MAX_COUNT, MAX_GUIDANCE, MAX_SIZE, MAX_STEPS};

use crate::choice::{OnDeviceFailure, PrecisionChoice, Style, TransparencyChoice};
use crate::model_traits::ModelTraits;
use crate::picture::{fit_into, read_hashed_picture};
use crate::{DeviceChoice, Error, GenerateRequest, InitReference, LoraRequest, Picture, SamplerName};

/// A request with everything decided: the same completed request gives the same pictures.
#[derive(Clone, Debug)]
pub struct CompletedRequest {
    /// The prompt as it was typed.
    pub prompt: String,
    /// The style that was chosen.
    pub style: Option<Style>,
    /// The prompt that the model is given.
    pub full_prompt: String,
    /// What is led away from.
    pub negative_prompt: String,
    /// How many pictures.
    pub count: u32,
    /// The seed of the first picture.
    pub seed: u64,
    /// Denoising steps.
    pub num_inference_steps: usize,
    /// Classifier-free guidance.
    pub guidance_scale: f32,
    /// Guidance rescale.
    pub guidance_rescale: f32,
    /// The sampler.
    pub sampler: SamplerName,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The picture to begin from.
    pub init: Option<CompletedInit>,
    /// Whether a sticker gets an alpha channel.
    pub transparency: TransparencyChoice,
    /// Adapters.
    pub loras: Vec<LoraRequest>,
    /// The model's folder.
    pub model: PathBuf,
    /// The name of the model.
    pub model_name: String,
    /// The device as asked for.
    pub device: DeviceChoice,
    /// The number format of the weights as asked for.
    pub precision: PrecisionChoice,
    /// See [`GenerateRequest::memory_limit`].
    pub memory_limit: Option<u64>,
    /// What to do when the GPU fails.
    pub on_device_failure: OnDeviceFailure,
    /// What is done to each picture at the end.
    pub effects: Finish,
    /// What a person should know about how the request was completed.
    pub notes: Vec<String>,
}

/// A picture to begin from, read and of the right size.
#[derive(Clone, Debug)]
pub struct CompletedInit {
    /// Straight-alpha sRGB of the size of the picture to make.
    pub picture: Picture,
    /// How a recipe names it.
    pub reference: InitReference,
}

impl CompletedRequest {
    /// The seed of every picture.
    pub fn seeds(&self) -> Vec<u64> {
        (0..u64::from(self.count)).map(|index| self.seed + index).collect()
    }
}

impl GenerateRequest {
    /// Checks every value and fills in what was left open from the model's folder. Reads the folder's configuration and
    /// the picture to begin from, but no weights.
    ///
    /// # Errors
    /// One sentence about the first value that cannot be used.
    pub fn complete(&self) -> Result<CompletedRequest, Error> {
        // What needs no file comes first, so that a slip of the hand is told at once.
        self.check()?;
        self.complete_for(ModelTraits::read(self.model.as_deref())?)
    }

    fn complete_for(&self, model: ModelTraits) -> Result<CompletedRequest, Error> {
        let size = self.size.unwrap_or(model.size);
        check_size(size, model.size_multiple)?;
        let num_inference_steps = self.num_inference_steps.unwrap_or(model.num_inference_steps);
        let mut notes = Vec::new();
        let init = match &self.init {
            Some(init) => {
                check_effect_of_strength(init.strength, num_inference_steps)?;
                Some(complete_init(&init.path, init.strength, size, &mut notes)?)
            }
            None => None,
        };
        Ok(CompletedRequest {
            prompt: self.prompt.clone(),
            style: self.style,
            full_prompt: full_prompt(self, &model)?,
            negative_prompt: self.negative_prompt.clone(),
            count: self.count,
            seed: match self.seed {
                Some(seed) => seed,
                None => random_seed(self.count)?,
            },
            num_inference_steps,
            guidance_scale: self.guidance_scale.unwrap_or(model.guidance_scale),
            guidance_rescale: self.guidance_rescale.unwrap_or(model.guidance_rescale),
            sampler: self.sampler.unwrap_or(model.sampler),
            width: size,
            height: size,
            init,
            transparency: self.transparency,
            loras: self.loras.clone(),
            model: model.folder,
            model_name: model.name,
            device: self.device,
            precision: self.precision,
            memory_limit: self.memory_limit,
            on_device_failure: self.on_device_failure,
            effects: self.effects.clone(),
            notes,
        })
    }
}

/// The prompt in the form of the model's training, and with a plain ground where the alpha is to be cut out of it.
fn full_prompt(request: &GenerateRequest, model: &ModelTraits) -> Result<String, Error> {
    let mut full = match (request.style, &model.prompt_form) {
        (None, _) => request.prompt.clone(),
        // The prompt goes in last: braces in it are its own.
        (Some(style), Some(form)) if model.styles.iter().any(|known| known == style.as_str()) => form
            .replace("{style}", style.as_str())
            .replace("{prompt}", &request.prompt),
        (Some(style), _) => return Err(unknown_style(style, model)),
    };
    if request.transparency == TransparencyChoice::Auto && !model.native_alpha {
        full.push_str(PLAIN_BACKGROUND);
    }
    Ok(full)
}

fn unknown_style(style: Style, model: &ModelTraits) -> Error {
    let known = if model.styles.is_empty() {
        "it was trained with none; describe the look in the prompt".to_owned()
    } else {
        format!("use {}", model.styles.join(", "))
    };
    Error::usage(format!(
        "this model does not know the style {style}: {known}: {}",
        model.folder.display()
    ))
}

fn complete_init(path: &Path, strength: f32, size: u32, notes: &mut Vec<String>) -> Result<CompletedInit, Error> {
    let (picture, sha256) = read_hashed_picture(path)?;
    if (picture.width, picture.height) != (size, size) {
        notes.push(format!(
            "the picture to begin from has {} x {} pixels and was fitted into {size} x {size}: {}",
            picture.width,
            picture.height,
            path.display()
        ));
    }
    Ok(CompletedInit {
        picture: fit_into(picture, size, size),
        reference: InitReference { sha256, strength },
    })
}

/// A seed of 32 bits: the generator uses no more, and every tool can hold it. Room is left for the other pictures'.
fn random_seed(count: u32) -> Result<u64, Error> {
    let random = getrandom::u32()
        .map_err(|reason| Error::internal(format!("the system gave no random seed ({reason}); choose one")))?;
    Ok(u64::from(random.min(u32::MAX - count)))
}

#[cfg(test)]
pub(crate) mod tests;
