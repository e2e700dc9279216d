//! `sticker`: the headless face of Sticker Studio. Results go to stdout; progress, warnings and errors to stderr.
//!
//! Exit codes: 0 done, 1 a fault of this program or its device (for `recreate`: the pixels differ), 2 usage,
//! 3 a file, folder or disk that is not as needed, 130 Ctrl-C.

mod commands;
mod failure;
mod inputs;
mod interrupt;
mod jobs;
mod output;
mod progress;
mod prompts;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(
    name = "sticker",
    version,
    about = "Makes stickers with a real alpha channel from prompts, on this machine."
)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    engine::tell_warnings(|text| output::say(format_args!("warning: {text}")));
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
