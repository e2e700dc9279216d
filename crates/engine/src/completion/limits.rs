//! The bounds of a request, each with the sentence that says so.

use crate::{Error, GenerateRequest, LoraRequest};

/// One job makes no more pictures than this.
pub const MAX_COUNT: u32 = 1000;
/// Denoising steps; a schedule has 1000 timesteps.
pub const MAX_STEPS: usize = 1000;
/// More guidance than this only burns the picture.
pub const MAX_GUIDANCE: f32 = 100.0;
/// Pixels a side.
pub const MAX_SIZE: u32 = 2048;
/// A prompt longer than this is no prompt; a model reads some dozen words of it.
pub(crate) const MAX_PROMPT_BYTES: usize = 20_000;

impl GenerateRequest {
    /// Checks what can be checked without the model.
    pub(crate) fn check(&self) -> Result<(), Error> {
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
        self.effects.check()?;
        self.loras.iter().try_for_each(check_lora)
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
pub(crate) fn check_effect_of_strength(strength: f32, steps: usize) -> Result<(), Error> {
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

/// A picture's side, for a model that makes multiples of `multiple`.
pub(crate) fn check_size(size: u32, multiple: u32) -> Result<(), Error> {
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
