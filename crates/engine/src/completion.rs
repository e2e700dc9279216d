//! Checks a request and fills in what it left open, so that nothing about the picture is decided later.

use std::path::{Path, PathBuf};

use diffusion::pipeline::PLAIN_BACKGROUND;

use crate::choice::{OnDeviceFailure, PrecisionChoice, Style, TransparencyChoice};
use crate::model_traits::ModelTraits;
use crate::picture::{fit_into, read_hashed_picture};
use crate::{DeviceChoice, Error, GenerateRequest, InitReference, LoraRequest, Picture, SamplerName};

/// One job makes no more pictures than this.
pub const MAX_COUNT: u32 = 1000;
/// Denoising steps; a schedule has 1000 timesteps.
pub const MAX_STEPS: usize = 1000;
/// More guidance than this only burns the picture.
pub const MAX_GUIDANCE: f32 = 100.0;
/// Pixels a side.
pub const MAX_SIZE: u32 = 2048;
/// A prompt longer than this is no prompt; a model reads some dozen words of it.
const MAX_PROMPT_BYTES: usize = 20_000;

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
    /// What to do when the GPU fails.
    pub on_device_failure: OnDeviceFailure,
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

    fn check(&self) -> Result<(), Error> {
        check_prompt("prompt", &self.prompt)?;
        check_prompt("negative prompt", &self.negative_prompt)?;
        check_range("the count", self.count, 1, MAX_COUNT)?;
        if let Some(steps) = self.num_inference_steps {
            check_range("the number of steps", steps, 1, MAX_STEPS)?;
        }
        if let Some(guidance) = self.guidance_scale {
            check_range("guidance", guidance, 0.0, MAX_GUIDANCE)?;
        }
        if let Some(rescale) = self.guidance_rescale {
            check_range("guidance rescale", rescale, 0.0, 1.0)?;
        }
        if self
            .seed
            .is_some_and(|seed| seed.checked_add(u64::from(self.count) - 1).is_none())
        {
            return Err(Error::usage(
                "the seed is too large for this count: picture i has the seed plus i",
            ));
        }
        if let Some(init) = &self.init {
            check_strength(init.strength)?;
        }
        self.loras.iter().try_for_each(check_lora)
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
            on_device_failure: self.on_device_failure,
            notes,
        })
    }
}

fn check_prompt(what: &str, prompt: &str) -> Result<(), Error> {
    if prompt.len() > MAX_PROMPT_BYTES {
        return Err(Error::usage(format!(
            "the {what} is longer than {MAX_PROMPT_BYTES} bytes; use a shorter one"
        )));
    }
    if prompt.contains('\0') {
        return Err(Error::usage(format!("the {what} holds a NUL character; remove it")));
    }
    Ok(())
}

/// NaN is in no range.
fn check_range<T: PartialOrd + std::fmt::Display>(what: &str, value: T, least: T, most: T) -> Result<(), Error> {
    if value >= least && value <= most {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{what} is {value}; use a value from {least} to {most}"
    )))
}

fn check_strength(strength: f32) -> Result<(), Error> {
    if strength > 0.0 && strength <= 1.0 {
        return Ok(());
    }
    Err(Error::usage(format!(
        "the strength is {strength}; use a value above 0 and up to 1"
    )))
}

/// The last `steps * strength` steps are made (diffusers' `get_timesteps`), and there must be one.
fn check_effect_of_strength(strength: f32, steps: usize) -> Result<(), Error> {
    if (steps as f32 * strength) as usize >= 1 {
        return Ok(());
    }
    Err(Error::usage(format!(
        "a strength of {strength} leaves none of {steps} steps; use a strength of {} or more, or more steps",
        1.0 / steps as f32
    )))
}

fn check_lora(lora: &LoraRequest) -> Result<(), Error> {
    if !lora.weight.is_finite() {
        return Err(Error::usage(format!(
            "the weight of an adapter is {}; use a number: {}",
            lora.weight,
            lora.path.display()
        )));
    }
    if !lora.path.is_file() {
        return Err(Error::input(format!(
            "there is no such adapter file: {}",
            lora.path.display()
        )));
    }
    Ok(())
}

fn check_size(size: u32, multiple: u32) -> Result<(), Error> {
    let largest = MAX_SIZE - MAX_SIZE % multiple;
    if size == 0 || size > MAX_SIZE {
        return Err(Error::usage(format!(
            "the size is {size}; use a multiple of {multiple} from {multiple} to {largest}"
        )));
    }
    if !size.is_multiple_of(multiple) {
        let below = (size - size % multiple).max(multiple);
        return Err(Error::usage(format!(
            "the size is {size}, and this model makes multiples of {multiple}; use {below} or {}",
            (below + multiple).min(largest)
        )));
    }
    Ok(())
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
pub(crate) mod tests {
    use super::*;
    use crate::{ErrorCode, InitRequest};

    /// Any completed request.
    pub(crate) fn completed() -> CompletedRequest {
        complete(&cat()).unwrap()
    }

    fn traits() -> ModelTraits {
        ModelTraits {
            folder: "models/toy".into(),
            name: "toy".into(),
            styles: vec!["3d".into(), "flat".into()],
            prompt_form: Some("{style} sticker: {prompt}".into()),
            native_alpha: true,
            size: 128,
            size_multiple: 8,
            num_inference_steps: 25,
            guidance_scale: 4.0,
            guidance_rescale: 0.0,
            sampler: SamplerName::Ddim,
        }
    }

    fn complete(request: &GenerateRequest) -> Result<CompletedRequest, Error> {
        request.check()?;
        request.complete_for(traits())
    }

    fn refusal(request: GenerateRequest) -> String {
        let error = complete(&request).expect_err("this request is to be refused");
        assert_eq!(error.code, ErrorCode::Usage, "{error}");
        error.message
    }

    fn cat() -> GenerateRequest {
        GenerateRequest::new("a cat")
    }

    #[test]
    fn what_is_left_open_comes_from_the_model() {
        let completed = complete(&cat()).unwrap();
        assert_eq!((completed.num_inference_steps, completed.guidance_scale), (25, 4.0));
        assert_eq!(
            (completed.width, completed.height, completed.sampler),
            (128, 128, SamplerName::Ddim)
        );
        assert_eq!(
            (completed.full_prompt.as_str(), completed.model_name.as_str()),
            ("a cat", "toy")
        );
        assert!(completed.seed <= u64::from(u32::MAX));
    }

    #[test]
    fn what_is_given_stays() {
        let request = GenerateRequest {
            style: Some(Style::Flat),
            count: 3,
            seed: Some(7),
            num_inference_steps: Some(4),
            guidance_scale: Some(1.0),
            guidance_rescale: Some(0.7),
            sampler: Some(SamplerName::EulerA),
            size: Some(64),
            ..cat()
        };
        let completed = complete(&request).unwrap();
        assert_eq!(completed.seeds(), [7, 8, 9]);
        assert_eq!(
            (completed.num_inference_steps, completed.guidance_scale, completed.width),
            (4, 1.0, 64)
        );
        assert_eq!(
            (completed.sampler, completed.guidance_rescale),
            (SamplerName::EulerA, 0.7)
        );
        assert_eq!(
            (completed.prompt.as_str(), completed.full_prompt.as_str()),
            ("a cat", "flat sticker: a cat")
        );
    }

    #[test]
    fn seeds_of_chance_differ() {
        let seeds = [(); 4].map(|()| complete(&cat()).unwrap().seed);
        assert!(seeds.iter().any(|&seed| seed != seeds[0]), "{seeds:?}");
    }

    #[test]
    fn values_outside_their_range_are_refused() {
        for (request, beginning) in [
            (
                GenerateRequest { count: 0, ..cat() },
                "the count is 0; use a value from 1 to 1000",
            ),
            (GenerateRequest { count: 1001, ..cat() }, "the count is 1001;"),
            (
                GenerateRequest {
                    num_inference_steps: Some(0),
                    ..cat()
                },
                "the number of steps is 0;",
            ),
            (
                GenerateRequest {
                    num_inference_steps: Some(1001),
                    ..cat()
                },
                "the number of steps is 1001;",
            ),
            (
                GenerateRequest {
                    guidance_scale: Some(f32::NAN),
                    ..cat()
                },
                "guidance is NaN;",
            ),
            (
                GenerateRequest {
                    guidance_scale: Some(-1.0),
                    ..cat()
                },
                "guidance is -1;",
            ),
            (
                GenerateRequest {
                    guidance_scale: Some(f32::INFINITY),
                    ..cat()
                },
                "guidance is inf;",
            ),
            (
                GenerateRequest {
                    guidance_rescale: Some(1.5),
                    ..cat()
                },
                "guidance rescale is 1.5;",
            ),
            (
                GenerateRequest { size: Some(0), ..cat() },
                "the size is 0; use a multiple of 8 from 8 to 2048",
            ),
            (
                GenerateRequest {
                    size: Some(4096),
                    ..cat()
                },
                "the size is 4096;",
            ),
            (
                GenerateRequest {
                    size: Some(100),
                    ..cat()
                },
                "the size is 100, and this model makes multiples of 8; use 96 or 104",
            ),
            (
                GenerateRequest { size: Some(3), ..cat() },
                "the size is 3, and this model makes multiples of 8; use 8 or 16",
            ),
            (
                GenerateRequest {
                    seed: Some(u64::MAX),
                    count: 2,
                    ..cat()
                },
                "the seed is too large",
            ),
            (
                GenerateRequest {
                    prompt: "a\0b".into(),
                    ..cat()
                },
                "the prompt holds a NUL character",
            ),
            (
                GenerateRequest {
                    negative_prompt: "x".repeat(20_001),
                    ..cat()
                },
                "the negative prompt is longer",
            ),
        ] {
            let message = refusal(request);
            assert!(message.starts_with(beginning), "{message}");
        }
        assert!(
            complete(&GenerateRequest {
                seed: Some(u64::MAX),
                ..cat()
            })
            .is_ok(),
            "one picture has room"
        );
    }

    #[test]
    fn a_style_that_the_model_does_not_know_is_refused() {
        assert_eq!(
            refusal(GenerateRequest {
                style: Some(Style::Noto),
                ..cat()
            }),
            "this model does not know the style noto: use 3d, flat: models/toy"
        );
        let request = GenerateRequest {
            style: Some(Style::Flat),
            ..cat()
        };
        let error = request
            .complete_for(ModelTraits {
                styles: vec![],
                prompt_form: None,
                ..traits()
            })
            .unwrap_err();
        assert!(
            error.message.contains("it was trained with none; describe the look"),
            "{error}"
        );
    }

    #[test]
    fn braces_in_a_prompt_are_its_own() {
        let request = GenerateRequest {
            style: Some(Style::Flat),
            ..GenerateRequest::new("{style} {prompt}")
        };
        assert_eq!(
            complete(&request).unwrap().full_prompt,
            "flat sticker: {style} {prompt}"
        );
    }

    #[test]
    fn a_model_without_alpha_is_asked_for_a_plain_ground_unless_none_is_to_be_cut_out() {
        let complete = |transparency| {
            let request = GenerateRequest { transparency, ..cat() };
            request
                .complete_for(ModelTraits {
                    native_alpha: false,
                    ..traits()
                })
                .unwrap()
                .full_prompt
        };
        assert_eq!(complete(TransparencyChoice::Auto), format!("a cat{PLAIN_BACKGROUND}"));
        assert_eq!(complete(TransparencyChoice::Off), "a cat");
    }

    #[test]
    fn a_strength_must_leave_a_step() {
        let with = |strength, steps| GenerateRequest {
            init: Some(InitRequest {
                path: "absent.png".into(),
                strength,
            }),
            num_inference_steps: Some(steps),
            ..cat()
        };
        for strength in [0.0, -0.1, 1.1, f32::NAN] {
            assert!(refusal(with(strength, 25)).starts_with("the strength is "));
        }
        assert_eq!(
            refusal(with(0.2, 4)),
            "a strength of 0.2 leaves none of 4 steps; use a strength of 0.25 or more, or more steps"
        );
    }

    #[test]
    fn an_init_picture_is_fitted_and_said_so() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("init.png");
        let picture = Picture {
            width: 4,
            height: 2,
            rgba: [9, 9, 9, 255].repeat(8),
        };
        crate::write_png(&path, &picture).unwrap();
        let request = GenerateRequest {
            init: Some(InitRequest { path, strength: 0.5 }),
            size: Some(16),
            ..cat()
        };
        let completed = complete(&request).unwrap();
        let init = completed.init.unwrap();
        assert_eq!(
            (init.picture.width, init.picture.height, init.reference.sha256.len()),
            (16, 16, 64)
        );
        assert!(
            completed.notes[0].starts_with("the picture to begin from has 4 x 2 pixels"),
            "{:?}",
            completed.notes
        );
    }

    #[test]
    fn an_absent_file_is_an_input_error() {
        let lora = LoraRequest {
            path: "absent.safetensors".into(),
            weight: 1.0,
        };
        let error = complete(&GenerateRequest {
            loras: vec![lora.clone()],
            ..cat()
        })
        .unwrap_err();
        assert_eq!(
            (error.code, error.message.as_str()),
            (ErrorCode::Input, "there is no such adapter file: absent.safetensors")
        );
        let endless = LoraRequest {
            weight: f32::INFINITY,
            ..lora
        };
        assert!(
            refusal(GenerateRequest {
                loras: vec![endless],
                ..cat()
            })
            .starts_with("the weight of an adapter is inf;")
        );
    }
}
