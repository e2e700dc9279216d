//! What `sticker generate` writes and prints.

use std::ffi::OsStr;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::png_file::PngFile;
use crate::support::{Ended, Sandbox, fixture_folder};

#[test]
fn a_sticker_is_named_by_its_prompt_and_seed() {
    let sandbox = Sandbox::new();
    let ended = sandbox.generate(["A red cat!", "-n", "2", "--seed", "7", "--out", "new/out"]);
    assert_eq!(ended.lines(), ["new/out/a-red-cat-7.png", "new/out/a-red-cat-8.png"]);
    assert_eq!(
        sandbox.names(),
        ["new", "new/out", "new/out/a-red-cat-7.png", "new/out/a-red-cat-8.png"]
    );
    let (first, second) = (
        PngFile::read(sandbox.path("new/out/a-red-cat-7.png")),
        PngFile::read(sandbox.path("new/out/a-red-cat-8.png")),
    );
    assert_eq!((first.width, first.height), (16, 16));
    assert_ne!(first.rgba, second.rgba, "another seed is another picture");
}

#[test]
fn progress_goes_to_stderr_in_plain_lines() {
    let ended = Sandbox::new().generate(["cat", "--steps", "3", "--sampler", "ddim"]);
    ended.lines();
    assert!(ended.stderr.contains("step 3 of 3"), "{}", ended.stderr);
    assert!(
        !ended.stderr.contains(['\r', '\u{1b}']),
        "no bar where there is no terminal: {:?}",
        ended.stderr
    );
}

/// `script` gives the program a terminal; it belongs to every Linux (util-linux).
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_a_bar() {
    let sandbox = Sandbox::new();
    let sticker = sandbox.generate_command(["cat", "--steps", "4", "--seed", "1"]);
    let words: Vec<_> = std::iter::once(sticker.get_program())
        .chain(sticker.get_args())
        .collect();
    let line = words.join(OsStr::new(" "));
    let mut terminal = Command::new("script");
    sandbox.prepare(&mut terminal);
    let ended = Ended::of(
        terminal
            .args(["-qec".as_ref(), line.as_os_str(), "/dev/null".as_ref()])
            .output()
            .unwrap(),
    );
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("\u{1b}[2K"),
        "lines are drawn again: {:?}",
        ended.stdout
    );
    assert!(ended.stdout.contains("./cat-1.png"), "results stay: {:?}", ended.stdout);
}

#[test]
fn every_tiny_folder_runs_with_its_own_defaults() {
    for folder in ["tiny-sd1", "tiny-sd2-v", "tiny-lcm"] {
        let sandbox = Sandbox::new();
        let mut command = sandbox.command(["generate", "cat", "--seed", "1", "--device", "cpu", "--model"]);
        let output = command.arg(fixture_folder(folder)).output().unwrap();
        assert!(
            output.status.success(),
            "{folder}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(sandbox.names(), ["cat-1.png"]);
    }
}

#[test]
fn every_sampler_runs() {
    let sandbox = Sandbox::new();
    let mut pictures = Vec::new();
    for sampler in [
        "ddim",
        "euler",
        "euler_a",
        "dpmpp_2m",
        "dpmpp_2m_karras",
        "unipc",
        "lcm",
    ] {
        sandbox
            .generate([sampler, "--seed", "3", "--steps", "3", "--sampler", sampler, "--json"])
            .lines();
        pictures.push(PngFile::read(sandbox.path(format!("{}-3.png", sampler.replace('_', "-")))).rgba);
    }
    pictures.sort();
    pictures.dedup();
    assert_eq!(pictures.len(), 7, "each takes its own way");
}

#[test]
fn the_built_in_model_knows_styles_and_gives_alpha_by_itself() {
    let sandbox = Sandbox::new();
    let asked = [
        "generate", "a cat", "--style", "3d", "--steps", "2", "--seed", "7", "--device", "cpu", "--json",
    ];
    let ended = sandbox.run(asked);
    let line: Value = serde_json::from_str(ended.lines()[0]).unwrap();
    let recipe = &line["recipe"];
    let texts = (&recipe["prompt"], &recipe["style"], &recipe["full_prompt"]);
    assert_eq!(
        texts,
        (&"a cat".into(), &"3d".into(), &"3d sticker: a cat".into()),
        "both texts are kept"
    );
    assert_eq!(recipe["alpha_source"], "decoder");
    let picture = PngFile::read(sandbox.path("a-cat-7.png"));
    assert_eq!((picture.width, picture.height), (128, 128));
    let (least, most) = (picture.alpha().min().unwrap(), picture.alpha().max().unwrap());
    assert!(least < 64 && most > 192, "alpha from {least} to {most}");
}

#[test]
fn a_sticker_is_never_overwritten() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("cat-7.png"), "a person's own file").unwrap();
    for expected in ["./cat-7-2.png", "./cat-7-3.png"] {
        assert_eq!(sandbox.generate(["cat", "--seed", "7"]).lines(), [expected]);
    }
    assert_eq!(fs::read(sandbox.path("cat-7.png")).unwrap(), b"a person's own file");
    let [second, third] = ["cat-7-2.png", "cat-7-3.png"].map(|name| PngFile::read(sandbox.path(name)).rgba);
    assert!(second == third, "the same seed gives the same pixels");
}

#[test]
fn a_sticker_is_the_same_alone_or_among_others() {
    let sandbox = Sandbox::new();
    sandbox
        .generate(["cat", "-n", "5", "--seed", "5", "--steps", "3", "--out", "many"])
        .lines();
    sandbox
        .generate(["cat", "--seed", "8", "--steps", "3", "--out", "one"])
        .lines();
    let [many, one] = ["many/cat-8.png", "one/cat-8.png"].map(|name| PngFile::read(sandbox.path(name)).rgba);
    assert!(many == one);
}

#[test]
fn the_recipe_lies_in_the_file_unless_it_is_left_out() {
    let sandbox = Sandbox::new();
    let asked = ["cat", "--seed", "7", "--negative", "dog, text", "--transparent", "off"];
    sandbox.generate(asked).lines();
    let with = PngFile::read(sandbox.path("cat-7.png"));
    let parameters = &with.text[0];
    assert_eq!(parameters.keyword, "parameters");
    let beginning = "cat\nNegative prompt: dog, text\nSteps: 1, ";
    assert!(parameters.text.starts_with(beginning), "{}", parameters.text);
    assert!(parameters.text.contains("Seed: 7, Size: 16x16"), "{}", parameters.text);
    let recipe = &with.international_text[0];
    assert_eq!(recipe.keyword, "sticker_studio");
    let recipe: Value = serde_json::from_str(&recipe.get_text().unwrap()).unwrap();
    assert_eq!((&recipe["prompt"], &recipe["seed"]), (&"cat".into(), &7.into()));

    sandbox
        .generate(asked.iter().chain(&["--no-recipe", "--out", "private"]))
        .lines();
    let without = PngFile::read(sandbox.path("private/cat-7.png"));
    assert!(without.text.is_empty() && without.international_text.is_empty());
    assert!(with.rgba == without.rgba);
}

#[test]
fn json_gives_an_object_a_line() {
    let sandbox = Sandbox::new();
    let ended = sandbox.generate(["cat", "-n", "2", "--seed", "7", "--sheet", "sheet.png", "--json"]);
    let lines: Vec<Value> = ended
        .lines()
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1]["path"], "./cat-8.png");
    assert_eq!(
        (&lines[1]["recipe"]["prompt"], &lines[1]["recipe"]["seed"]),
        (&"cat".into(), &8.into())
    );
    assert_eq!(lines[2]["sheet"], "sheet.png");
}

#[test]
fn a_sheet_shows_all_stickers_and_replaces_the_former_one() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("sheet.png"), "the former sheet").unwrap();
    let ended = sandbox.generate([
        "cat",
        "dog",
        "-n",
        "2",
        "--seed",
        "1",
        "--sheet",
        "sheet.png",
        "--out",
        "out",
    ]);
    assert_eq!(
        ended.lines(),
        [
            "out/cat-1.png",
            "out/cat-2.png",
            "out/dog-1.png",
            "out/dog-2.png",
            "sheet.png"
        ]
    );
    let sheet = PngFile::read(sandbox.path("sheet.png"));
    assert!(
        sheet.width >= 32 && sheet.height >= 32,
        "two by two of 16x16: {}x{}",
        sheet.width,
        sheet.height
    );
    assert!(
        sheet.text.is_empty() && sheet.international_text.is_empty(),
        "a sheet is no sticker"
    );
    assert_eq!(sandbox.names().len(), 6, "{:?}", sandbox.names());
}

#[test]
fn prompts_come_from_the_command_line_then_from_a_file() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("prompts.txt"), "# animals\r\n\r\na dog\r\n  a fox  \r\n").unwrap();
    let ended = sandbox.generate(["a cat", "--prompts", "prompts.txt", "--seed", "1"]);
    assert_eq!(ended.lines(), ["./a-cat-1.png", "./a-dog-1.png", "./a-fox-1.png"]);
}

#[test]
fn prompts_come_from_standard_input() {
    let sandbox = Sandbox::new();
    let ended = sandbox.generate_from("a dog\n\n# no\n一只猫\n".as_bytes(), ["--prompts", "-", "--seed", "1"]);
    assert_eq!(ended.lines(), ["./a-dog-1.png", "./一只猫-1.png"]);
}

#[test]
fn an_empty_prompt_makes_a_sticker_too() {
    assert_eq!(
        Sandbox::new().generate(["", "--seed", "1"]).lines(),
        ["./sticker-1.png"]
    );
}

#[test]
fn without_a_seed_each_run_draws_one() {
    let sandbox = Sandbox::new();
    let seeds: Vec<Value> = (0..2)
        .map(|_| {
            let ended = sandbox.generate(["cat", "--json"]);
            let line: Value = serde_json::from_str(ended.lines()[0]).unwrap();
            assert_eq!(
                line["path"],
                format!("./cat-{}.png", line["recipe"]["seed"]),
                "the seed is known afterwards"
            );
            line["recipe"]["seed"].clone()
        })
        .collect();
    assert_ne!(seeds[0], seeds[1]);
}

#[test]
fn a_prompt_past_the_token_limit_is_cut_with_a_warning() {
    let sandbox = Sandbox::new();
    let warnings = |prompt: &str| {
        let ended = sandbox.generate([prompt, "--seed", "1", "--transparent", "off"]);
        assert_eq!(ended.lines().len(), 1);
        let warnings = ended.stderr.lines().filter(|line| line.starts_with("warning: "));
        warnings.map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(warnings("a red cat").is_empty());
    let found = warnings(&"a red cat and ".repeat(40));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("longer than the model reads"), "{found:?}");
    assert!(
        found[0].contains("a red cat and"),
        "what was left out is said: {found:?}"
    );
}

#[test]
fn a_model_without_alpha_is_asked_for_a_plain_background_unless_transparency_is_off() {
    let sandbox = Sandbox::new();
    let made = |more: &[&str]| {
        let ended = sandbox.generate(["cat", "--seed", "4", "--json"].iter().chain(more));
        let line: Value = serde_json::from_str(ended.lines()[0]).unwrap();
        (line["recipe"].clone(), ended.stderr)
    };
    let (asked, said) = made(&["--out", "auto"]);
    assert!(
        asked["full_prompt"]
            .as_str()
            .unwrap()
            .contains("plain white background"),
        "{asked}"
    );
    // A random model does not paint one.
    assert_eq!(asked["alpha_source"], "none");
    assert!(
        said.contains("warning: no alpha: the background was not plain enough to cut it out: auto/cat-4.png"),
        "{said}"
    );

    let (off, said) = made(&["--out", "off", "--transparent", "off"]);
    assert_eq!(
        (&off["full_prompt"], &off["alpha_source"]),
        (&"cat".into(), &"none".into())
    );
    assert!(!said.contains("warning: "), "it was asked for: {said}");
    assert!(
        PngFile::read(sandbox.path("off/cat-4.png"))
            .alpha()
            .all(|alpha| alpha == 255)
    );
}

#[test]
fn a_size_of_ones_own() {
    let sandbox = Sandbox::new();
    sandbox.generate(["cat", "--seed", "1", "--size", "24"]).lines();
    let picture = PngFile::read(sandbox.path("cat-1.png"));
    assert_eq!((picture.width, picture.height), (24, 24));
}

#[test]
fn a_picture_to_begin_with_leads_to_another_sticker() {
    let sandbox = Sandbox::new();
    PngFile::plain(16).write(sandbox.path("in.png"));
    let picture = |more: &[&str]| {
        let ended = sandbox.generate(["cat", "--seed", "1", "--steps", "4", "--json"].iter().chain(more));
        let line: Value = serde_json::from_str(ended.lines()[0]).unwrap();
        (
            PngFile::read(sandbox.path(line["path"].as_str().unwrap())).rgba,
            line["recipe"]["init"].clone(),
        )
    };
    let (alone, no_init) = picture(&[]);
    let (begun, init) = picture(&["--init", "in.png", "--strength", "0.5"]);
    assert!(no_init.is_null());
    assert_eq!(init["strength"], 0.5);
    assert!(alone != begun);
}
