//! `cargo xtask run | test | ...`: the project's commands, with all set-up that a fresh machine needs.
//!
//! No dependencies, so that it is built in a second; everything it starts is a child process whose output the person sees.

mod bundle;
mod child;
mod lint;
mod page;
mod run;
mod stage;
mod system;
mod test;
mod tools;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What a command ends with; the message is one or two sentences for the person at the terminal.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  run [FILES...]      build the studio and open its window; FILES are imported
  dev                 the same with Vite's server: a change of the page shows at once
  sticker [ARGS...]   build and run the headless program `sticker ARGS`; without ARGS it makes a sheet of stickers
  test [--quick]      every check and test: lint, build, cargo test, the page, the window
  lint [--quick]      rustfmt (check only), typos, cargo-deny, clippy, svelte-check
  fmt                 format the Rust code
  bundle [--dev]      make packages to install; --dev packs the development build

  --quick             without the cargo feature `gpu` and without the window: builds in a third of the time
";

/// Which cargo features of the workspace are built.
#[derive(Clone, Copy)]
enum Features {
    /// The defaults: CPU and GPU. The one set that `run`, `test` and CI share, so that burn is compiled once.
    Default,
    /// `--quick`: without `gpu`.
    Quick,
}

impl Features {
    /// Reads the options of `test` and `lint`.
    fn from_options(options: &[String]) -> Result<Self, String> {
        match options {
            [] => Ok(Self::Default),
            [only] if only == "--quick" => Ok(Self::Quick),
            _ => Err(format!("Unknown options: {}.\n\n{USAGE}", options.join(" "))),
        }
    }

    /// The arguments that say so to cargo.
    fn cargo_arguments(self) -> &'static [&'static str] {
        match self {
            Self::Default => &[],
            Self::Quick => &["--exclude", "sticker-studio", "--no-default-features"],
        }
    }
}

/// The folder of the workspace's Cargo.toml.
fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((command, options)) => dispatch(command, options),
        None => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, options: &[String]) -> Outcome {
    match command {
        "run" => run::window(options),
        "dev" if options.is_empty() => run::dev(),
        "sticker" => run::sticker(options),
        "bundle" if options.is_empty() => bundle::bundle(bundle::Build::Shipped),
        "bundle" if options == ["--dev"] => bundle::bundle(bundle::Build::Development),
        "test" => test::test(Features::from_options(options)?),
        "lint" => lint::lint(Features::from_options(options)?),
        "fmt" if options.is_empty() => child::cargo(["fmt", "--all"]).run(),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("Unknown command: {command} {}\n\n{USAGE}", options.join(" ")).into()),
    }
}
