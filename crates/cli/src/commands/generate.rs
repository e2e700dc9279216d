//! `sticker generate`: prompts become PNG files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{
    AlphaKind, DEFAULT_STRENGTH, DeviceChoice, Error, GenerateRequest, InitRequest, LoraRequest, OnDeviceFailure,
    Picture, PrecisionChoice, Recipe, RecipeInPng, SamplerName, SheetOptions, Style, TransparencyChoice,
};
use serde::Serialize;

use crate::failure::Failure;
use crate::jobs::{self, Finished};
use crate::progress::Progress;
use crate::{output, prompts};

#[derive(clap::Args)]
#[command(allow_negative_numbers = true)]
pub struct Arguments {
    /// What to draw
    #[arg(value_name = "PROMPT", required_unless_present = "prompt_file")]
    prompts: Vec<String>,

    /// Read more prompts from a file or from standard input, one a line; blank lines and # comments are skipped
    #[arg(long = "prompts", value_name = "FILE|-")]
    prompt_file: Option<PathBuf>,

    /// How many stickers of each prompt
    #[arg(short = 'n', long, value_name = "N", default_value_t = 1)]
    count: u32,

    /// The seed of each prompt's first sticker; the next ones have the next seeds [default: a random one]
    #[arg(long, value_name = "SEED")]
    seed: Option<u64>,

    /// Denoising steps [default: the model's own]
    #[arg(long, value_name = "N")]
    steps: Option<usize>,

    /// How strictly to follow the prompt (guidance_scale) [default: the model's own]
    #[arg(long, value_name = "G")]
    guidance: Option<f32>,

    /// What the picture should not show
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    negative: String,

    /// Write the prompt in the form that the built-in model was trained with
    #[arg(long, value_name = "3d|flat|noto")]
    style: Option<Style>,

    #[arg(long, value_name = "SAMPLER", help = sampler_help())]
    sampler: Option<SamplerName>,

    /// Width and height in pixels [default: the model's own]
    #[arg(long, value_name = "PIXELS")]
    size: Option<u32>,

    /// Begin with this picture (image-to-image)
    #[arg(long, value_name = "FILE")]
    init: Option<PathBuf>,

    /// How much of --init to change, above 0 and at most 1
    #[arg(long, value_name = "S", default_value_t = DEFAULT_STRENGTH, requires = "init")]
    strength: f32,

    /// Give the sticker an alpha channel, or leave the model's picture untouched
    #[arg(long, value_name = "auto|off", default_value_t)]
    transparent: TransparencyChoice,

    /// The model, a diffusers folder [default: the built-in model]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,

    /// Apply a LoRA, with a weight after the last colon if it is not 1; may be given several times
    #[arg(long = "lora", value_name = "FILE[:WEIGHT]")]
    loras: Vec<LoraRequest>,

    /// Where to run
    #[arg(long, value_name = "auto|cpu|gpu|gpu:N", default_value_t)]
    device: DeviceChoice,

    /// The number format of the weights
    #[arg(long, value_name = "auto|f32|f16", default_value_t)]
    precision: PrecisionChoice,

    /// The most memory of the GPU to plan with, in MiB [default: what its driver says is free]
    #[arg(long, value_name = "MIB")]
    memory: Option<u64>,

    /// When the GPU runs out of memory or is lost: try again smaller, on the CPU, or not at all
    #[arg(long, value_name = "smaller|cpu|fail", default_value_t)]
    on_device_failure: OnDeviceFailure,

    /// The folder for the stickers, made when missing
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,

    /// Also write all stickers of this run on one sheet, replacing this PNG if it exists
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,

    /// Leave the recipe out of the PNGs; the prompt stays private, but the sticker cannot be recreated
    #[arg(long)]
    no_recipe: bool,

    /// Print one JSON object a line (path and recipe of a sticker) instead of paths
    #[arg(long)]
    json: bool,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Sticker { path: &'a Path, recipe: &'a Recipe },
    Sheet { sheet: &'a Path },
}

fn sampler_help() -> String {
    format!(
        "{} [default: the model's own]",
        SamplerName::OFFERED.map(SamplerName::as_str).join(", ")
    )
}

pub fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let prompts = prompts::gather(std::mem::take(&mut arguments.prompts), arguments.prompt_file.as_deref())?;
    engine::check_out_folder(&arguments.out)?;
    if let Some(sheet) = &arguments.sheet {
        check_sheet(sheet)?;
    }
    let requests = prompts.into_iter().map(|prompt| arguments.request(prompt)).collect();

    let mut pictures = Vec::new();
    jobs::run(requests, &mut Progress::on_stderr(), |sticker, progress| {
        let path = arguments.save(&sticker)?;
        if is_opaque_against_the_wish(&sticker.recipe) {
            let path = path.display();
            progress.warn(format_args!(
                "no alpha: the background was not plain enough to cut it out: {path}"
            ));
        }
        progress.aside(|| {
            arguments.print(&Line::Sticker {
                path: &path,
                recipe: &sticker.recipe,
            })
        })?;
        if arguments.sheet.is_some() {
            pictures.push(sticker.picture);
        }
        Ok(())
    })?;

    if let Some(sheet) = &arguments.sheet {
        write_sheet(sheet, pictures)?;
        arguments.print(&Line::Sheet { sheet })?;
    }
    Ok(())
}

impl Arguments {
    fn request(&self, prompt: String) -> GenerateRequest {
        GenerateRequest {
            negative_prompt: self.negative.clone(),
            style: self.style,
            count: self.count,
            seed: self.seed,
            num_inference_steps: self.steps,
            guidance_scale: self.guidance,
            sampler: self.sampler,
            size: self.size,
            init: self.init.clone().map(|path| InitRequest {
                path,
                strength: self.strength,
            }),
            transparency: self.transparent,
            loras: self.loras.clone(),
            model: self.model.clone(),
            device: self.device,
            precision: self.precision,
            memory_limit: self.memory.map(|mebibytes| mebibytes.saturating_mul(1 << 20)),
            on_device_failure: self.on_device_failure,
            ..GenerateRequest::new(prompt)
        }
    }

    fn save(&self, sticker: &Finished) -> Result<PathBuf, Error> {
        let metadata = if self.no_recipe {
            RecipeInPng::LeftOut
        } else {
            RecipeInPng::Written
        };
        engine::save_sticker(&self.out, &sticker.picture, &sticker.recipe, metadata)
    }

    fn print(&self, line: &Line<'_>) -> Result<(), Failure> {
        match line {
            _ if self.json => output::json_line(line),
            Line::Sticker { path, .. } | Line::Sheet { sheet: path } => output::text(path.display()),
        }
    }
}

fn is_opaque_against_the_wish(recipe: &Recipe) -> bool {
    recipe.transparency == TransparencyChoice::Auto && recipe.alpha_source == AlphaKind::None
}

/// Finds out before the work whether the sheet can be written.
fn check_sheet(path: &Path) -> Result<(), Error> {
    if path.is_dir() || path.file_name().is_none() {
        return Err(Error::input(format!(
            "the sheet needs the name of a file, and this is a folder: {}",
            path.display()
        )));
    }
    engine::check_out_folder(folder_of(path))
}

/// The folder that a path lies in; `.` for a bare name.
fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn write_sheet(path: &Path, pictures: Vec<Arc<Picture>>) -> Result<(), Error> {
    let pictures: Vec<Picture> = pictures.into_iter().map(Arc::unwrap_or_clone).collect();
    engine::write_png(path, &engine::contact_sheet(&pictures, &SheetOptions::default())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_sheet_name_lies_in_the_working_folder() {
        assert_eq!(folder_of(Path::new("sheet.png")), Path::new("."));
        assert_eq!(folder_of(Path::new("a/sheet.png")), Path::new("a"));
    }
}
