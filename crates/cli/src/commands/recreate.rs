//! `sticker recreate`: the recipe inside a PNG, made again and compared.

use std::path::PathBuf;

use engine::{Comparison, DeviceChoice, Error, Original, RecipeInPng, RecreationFiles};
use serde::Serialize;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::{jobs, output};

#[derive(clap::Args)]
pub struct Arguments {
    /// A sticker with its recipe inside
    #[arg(value_name = "FILE.png")]
    file: PathBuf,

    /// Also keep the new picture in this folder, made when missing
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// The model's folder, when the sticker was not made with the built-in model
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,

    /// A LoRA that the recipe names; its weight is in the recipe; may be given several times
    #[arg(long = "lora", value_name = "FILE")]
    loras: Vec<PathBuf>,

    /// The picture that the sticker began with (image-to-image)
    #[arg(long, value_name = "FILE")]
    init: Option<PathBuf>,

    /// Where to run; another device than the original's may give slightly other pixels
    #[arg(long, value_name = "auto|cpu|gpu|gpu:N", default_value_t)]
    device: DeviceChoice,

    /// Print the comparison as JSON
    #[arg(long)]
    json: bool,
}

/// The result with `--json`.
#[derive(Serialize)]
struct Report<'a> {
    identical: bool,
    #[serde(flatten)]
    comparison: &'a Comparison,
    path: Option<&'a PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let original = Original::open(&arguments.file)?;
    if let Some(folder) = &arguments.out {
        engine::check_out_folder(folder)?;
    }
    let request = original.request(&arguments.files())?;

    let mut made = None;
    jobs::run(vec![request], &mut Progress::on_stderr(), |sticker, _| {
        made = Some(sticker);
        Ok(())
    })?;
    let made = made.ok_or_else(|| Error::internal("the engine made no picture; please report this"))?;

    let path = match &arguments.out {
        Some(folder) => Some(engine::save_sticker(
            folder,
            &made.picture,
            &made.recipe,
            RecipeInPng::Written,
        )?),
        None => None,
    };
    arguments.print(&original.compare(&made.picture, &made.recipe), path.as_ref())
}

impl Arguments {
    fn files(&self) -> RecreationFiles {
        RecreationFiles {
            model: self.model.clone(),
            loras: self.loras.clone(),
            init: self.init.clone(),
            device: self.device,
        }
    }

    fn print(&self, comparison: &Comparison, path: Option<&PathBuf>) -> Result<(), Failure> {
        let identical = comparison.is_identical();
        if self.json {
            output::json_line(&Report {
                identical,
                comparison,
                path,
            })?;
        } else {
            output::text(comparison)?;
            if let Some(path) = path {
                output::text(path.display())?;
            }
        }
        if identical { Ok(()) } else { Err(Failure::Different) }
    }
}
