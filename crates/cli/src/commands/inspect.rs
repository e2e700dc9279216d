//! `sticker inspect`: what a file or folder says about itself.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::output;

#[derive(clap::Args)]
pub struct Arguments {
    /// A picture, a LoRA file or a model folder
    #[arg(value_name = "FILE|DIR")]
    path: PathBuf,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let inspection = engine::inspect(&arguments.path)?;
    if arguments.json {
        output::json(&inspection)
    } else {
        output::text(inspection)
    }
}
