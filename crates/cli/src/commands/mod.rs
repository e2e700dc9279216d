//! The commands, one file each.

mod bench;
mod dataset;
mod devices;
mod finish;
mod generate;
mod inspect;
mod pack;
mod recreate;
mod sheet;
mod tailor;

use crate::failure::Failure;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Make stickers from prompts
    Generate(generate::Arguments),
    /// Make a sticker again from the recipe inside its PNG and compare the pixels
    Recreate(recreate::Arguments),
    /// Give pictures an outline, a shadow and more: what makes them stickers
    Finish(finish::Arguments),
    /// Make a sticker pack that a platform takes
    Pack(pack::Arguments),
    /// Print pictures onto sheets of paper, with lines to cut along
    Sheet(sheet::Arguments),
    /// Fine-tune an adapter (LoRA) on a style set and a content set, with Style Tailoring or what it is compared with
    Tailor(tailor::Arguments),
    /// Prompts to rate, and data sets to and from other programs' forms
    Dataset(dataset::Arguments),
    /// Print the recipe of a picture, or the facts of a model folder or a LoRA file
    Inspect(inspect::Arguments),
    /// List the devices that can run a model
    Devices(devices::Arguments),
    /// Measure load time, denoising steps, decoding and memory; prints JSON
    Bench(bench::Arguments),
}

impl Command {
    /// Runs the command that was asked for.
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Self::Generate(arguments) => generate::run(arguments),
            Self::Recreate(arguments) => recreate::run(&arguments),
            Self::Finish(arguments) => finish::run(&arguments),
            Self::Pack(arguments) => pack::run(&arguments),
            Self::Sheet(arguments) => sheet::run(&arguments),
            Self::Tailor(arguments) => tailor::run(arguments),
            Self::Dataset(arguments) => dataset::run(&arguments),
            Self::Inspect(arguments) => inspect::run(&arguments),
            Self::Devices(arguments) => devices::run(&arguments),
            Self::Bench(arguments) => bench::run(&arguments),
        }
    }
}
