//! `sticker finish`: pictures become stickers with an outline and a shadow, or whatever a preset says.

use std::path::{Path, PathBuf};

use engine::effects::{Finish, Wallpaper};
use engine::{DeviceChoice, Error, ErrorCode, FinishJob, Finisher};
use serde::Serialize;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::{interrupt, output};

#[derive(clap::Args)]
pub struct Arguments {
    /// Pictures, or folders of pictures
    #[arg(value_name = "IN", required = true)]
    inputs: Vec<PathBuf>,

    #[arg(long, value_name = "NAME|FILE.json", default_value = "die-cut", help = preset_help())]
    preset: String,

    /// The folder for the finished pictures, made when missing; they keep their names
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Put the finished stickers on a chat's wallpaper, to see how they look there
    #[arg(long, value_enum)]
    wallpaper: Option<WallpaperChoice>,

    /// Where to compute; the pictures are the same but for rounding
    #[arg(long, value_name = "auto|cpu|gpu|gpu:N", default_value_t)]
    device: DeviceChoice,

    /// Print one JSON object a line (input, path and warnings) instead of paths
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum WallpaperChoice {
    Light,
    Dark,
    Pattern,
    DarkPattern,
}

impl From<WallpaperChoice> for Wallpaper {
    fn from(choice: WallpaperChoice) -> Self {
        match choice {
            WallpaperChoice::Light => Self::Light,
            WallpaperChoice::Dark => Self::Dark,
            WallpaperChoice::Pattern => Self::Pattern,
            WallpaperChoice::DarkPattern => Self::DarkPattern,
        }
    }
}

/// One line of the output with `--json`.
#[derive(Serialize)]
struct Line<'a> {
    input: &'a Path,
    path: &'a Path,
    warnings: &'a [String],
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let job = FinishJob {
        finish: preset(&arguments.preset)?,
        wallpaper: arguments.wallpaper.map(Wallpaper::from),
    };
    let files = engine::picture_files(&arguments.inputs)?;
    engine::check_out_folder(&arguments.out)?;
    let mut finisher = Finisher::open(arguments.device)?;
    let interrupted = interrupt::listen()?;
    let mut progress = Progress::on_stderr();
    let mut refused = 0;
    for (done, file) in files.iter().enumerate() {
        if !interrupted.is_empty() {
            return Err(Failure::Interrupted {
                finished: done,
                asked: files.len(),
            });
        }
        progress.step(done + 1, files.len(), "finishing");
        let finished = match engine::finish_file(&mut finisher, file, &job, &arguments.out) {
            Ok(finished) => finished,
            Err(error) if files.len() > 1 && error.code == ErrorCode::Input => {
                progress.warn(error);
                refused += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        for warning in &finished.warnings {
            progress.warn(format_args!("{warning}: {}", file.display()));
        }
        progress.aside(|| {
            if arguments.json {
                output::json_line(&Line {
                    input: file,
                    path: &finished.path,
                    warnings: &finished.warnings,
                })
            } else {
                output::text(finished.path.display())
            }
        })?;
    }
    match refused {
        0 => Ok(()),
        refused => Err(Error::input(format!(
            "{refused} of {} pictures could not be finished; the others are done",
            files.len()
        ))
        .into()),
    }
}

/// The finish of this name, or in this file.
fn preset(name: &str) -> Result<Finish, Error> {
    let built_in = engine::effects::presets();
    if let Some((_, finish)) = built_in.iter().find(|(known, _)| *known == name) {
        return Ok(finish.clone());
    }
    let path = Path::new(name);
    if !path.exists() {
        return Err(Error::usage(format!(
            "there is no preset '{name}'; use {}, or a JSON file",
            names().join(", ")
        )));
    }
    let read = |reason: &dyn std::fmt::Display| {
        Error::input(format!("could not read the preset ({reason}): {}", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|reason| read(&reason))?;
    let finish: Finish = serde_json::from_str(&text).map_err(|reason| read(&reason))?;
    finish.check()?;
    Ok(finish)
}

fn names() -> Vec<&'static str> {
    engine::effects::presets().into_iter().map(|(name, _)| name).collect()
}

fn preset_help() -> String {
    format!(
        "What to do: {}, or a file with a recipe's `effects`",
        names().join(", ")
    )
}
