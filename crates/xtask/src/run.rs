//! `cargo xtask run`: the program, started. Until the studio's window exists, that is a sheet of stickers from the CLI.

use crate::{
    Outcome,
    child::{Child, cargo},
    stage::stage,
    system::{self, C_COMPILER, VULKAN_LOADER},
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

/// Builds `sticker` and runs it with `arguments`; without arguments it makes the sheet.
pub fn run(arguments: &[String]) -> Outcome {
    system::install(&[C_COMPILER])?;
    if system::has_gpu()
        && let Err(error) = system::install(&[VULKAN_LOADER])
    {
        eprintln!("{error}\nUntil then the CPU is used.");
    }
    // All programs, not only this one: with the same features as in `cargo xtask test`, so that nothing is compiled twice.
    stage("build", || cargo(["build", "--workspace", "--bins"]).run())?;
    let sticker = std::env::current_exe()?.with_file_name(format!("sticker{}", std::env::consts::EXE_SUFFIX));
    if !arguments.is_empty() {
        // Where the person is, so that typed paths mean what they say.
        let child = quiet(Child::new(sticker, arguments.iter().map(String::as_str)));
        return child.in_folder(&std::env::current_dir()?).run();
    }
    let generate = [
        "generate", "--style", "3d", "--seed", "7", "--out", FOLDER, "--sheet", SHEET,
    ];
    quiet(Child::new(sticker, generate.into_iter().chain(PROMPTS))).run()?;
    println!("The stickers are in {FOLDER}/, and all of them on one sheet: {SHEET}");
    Ok(())
}

/// Without Mesa's layer that looks for a desktop session: it complains where there is none, and the program chooses among all GPUs
/// itself.
fn quiet(child: Child) -> Child {
    child.env("NODEVICE_SELECT", "1")
}
