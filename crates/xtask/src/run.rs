//! `cargo xtask run`, `dev` and `sticker`: the programs, built and started.

use crate::{
    Outcome,
    child::{Child, cargo},
    page,
    stage::stage,
    system::{self, C_COMPILER, NODE, VULKAN_LOADER, WINDOW},
};

/// What the built-in model does well; the README's picture shows the same prompts.
const PROMPTS: [&str; 8] = [
    "cat with sunglasses",
    "panda",
    "ghost",
    "penguin with a crown",
    "avocado",
    "red heart",
    "frog",
    "hamburger",
];
const FOLDER: &str = "stickers";
const SHEET: &str = "stickers/sheet.png";

/// Builds the studio and opens its window. `files` are imported.
pub fn window(files: &[String]) -> Outcome {
    build()?;
    start("sticker-studio", files)
}

/// Opens the window on the page as Vite serves it: a change of the page shows at once.
pub fn dev() -> Outcome {
    prepare()?;
    page::install()?;
    // Without `custom-protocol`, and all else as ever.
    let features = ["sticker-studio", "cli", "engine", "diffusion", "studio-tests"]
        .map(|package| format!("{package}/gpu"))
        .join(",");
    stage("build", || {
        cargo([
            "build",
            "--workspace",
            "--bins",
            "--no-default-features",
            "--features",
            &features,
        ])
        .run()
    })?;
    let _server = page::npm(["run", "--silent", "dev"]).start()?;
    start("sticker-studio", &[])
}

/// Builds `sticker` and runs it with `arguments`; without arguments it makes a sheet of stickers.
pub fn sticker(arguments: &[String]) -> Outcome {
    build()?;
    if !arguments.is_empty() {
        return start("sticker", arguments);
    }
    let generate = [
        "generate", "--style", "3d", "--seed", "7", "--out", FOLDER, "--sheet", SHEET,
    ];
    quiet(Child::new(program("sticker")?, generate.into_iter().chain(PROMPTS))).run()?;
    println!("The stickers are in {FOLDER}/, and all of them on one sheet: {SHEET}");
    Ok(())
}

fn prepare() -> Outcome {
    system::install(&[C_COMPILER, WINDOW, NODE])?;
    if system::has_gpu()
        && let Err(error) = system::install(&[VULKAN_LOADER])
    {
        eprintln!("{error}\nUntil then the CPU is used.");
    }
    Ok(())
}

/// Builds all programs, not only the one that is started: with the same features as in `cargo xtask test`, so that nothing is
/// compiled twice.
fn build() -> Outcome {
    prepare()?;
    page::build()?;
    stage("build", || cargo(["build", "--workspace", "--bins"]).run())
}

/// Starts a program where the person is, so that typed paths mean what they say.
fn start(name: &str, arguments: &[String]) -> Outcome {
    let child = quiet(Child::new(program(name)?, arguments.iter().map(String::as_str)));
    child.in_folder(&std::env::current_dir()?).run()
}

fn program(name: &str) -> Outcome<std::path::PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(file))
}

/// Without Mesa's layer that looks for a desktop session: it complains where there is none, and the program chooses among all GPUs
/// itself.
fn quiet(child: Child) -> Child {
    child.env("NODEVICE_SELECT", "1")
}
