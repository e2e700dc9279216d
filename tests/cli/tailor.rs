//! `sticker tailor` and `sticker dataset`: sets of pictures become adapters and other programs' data sets.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::png_file::PngFile;
use crate::support::{Ended, Sandbox, TINY, fixture_folder};

/// Steps that take long enough to be interrupted in.
const LONG: &str = "400";

/// A sandbox with the sets `style` and `content`, of `count` pictures each.
fn sets(count: u32) -> Sandbox {
    let sandbox = Sandbox::new();
    for (set, hue) in [("style", 200), ("content", 40)] {
        fs::create_dir(sandbox.path(set)).unwrap();
        for number in 0..count {
            let side = 32;
            let inside = |x: u32, y: u32| (4..28 - number % 9).contains(&x) && (3..20 + number % 7).contains(&y);
            let color = [hue, (number * 37 % 256) as u8, 255 - hue, 255];
            let pixels = (0..side * side).flat_map(|at| if inside(at % side, at / side) { color } else { [0; 4] });
            let file = format!("{set}/{number:02}");
            PngFile {
                rgba: pixels.collect(),
                ..PngFile::plain(side)
            }
            .write(sandbox.path(format!("{file}.png")));
            fs::write(sandbox.path(format!("{file}.txt")), format!("thing {number}")).unwrap();
        }
    }
    sandbox
}

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let sets = [
        "tailor",
        "--style-set",
        "style",
        "--content-set",
        "content",
        "--device",
        "cpu",
    ];
    [&sets[..], more].concat()
}

/// `sticker tailor` on the tiny model with `more` arguments.
fn tailor(sandbox: &Sandbox, more: &[&str]) -> Ended {
    Ended::of(command(sandbox, more).output().unwrap())
}

fn command(sandbox: &Sandbox, more: &[&str]) -> std::process::Command {
    let mut command = sandbox.command(arguments(&["--rank", "2", "--batch-size", "2"]));
    command.arg("--model").arg(fixture_folder(TINY)).args(more);
    // Its own cache: what one test has encoded, another shall encode, too.
    command.env("STICKER_CACHE_DIR", sandbox.path("cache"));
    command
}

#[test]
fn an_adapter_comes_out_that_changes_the_pictures() {
    let sandbox = sets(5);
    let ended = tailor(
        &sandbox,
        &[
            "--steps",
            "4",
            "--learning-rate",
            "0.05",
            "--validate",
            "thing 1",
            "--validate-every",
            "2",
            "--out",
            "a.safetensors",
        ],
    );
    assert_eq!(ended.lines(), ["a.safetensors"]);
    assert!(
        ended.stderr.contains("5 content and 5 style pictures, 0 held out"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("warning: style set: "),
        "five pictures are few: {}",
        ended.stderr
    );
    for name in ["run.json", "request.json", "log.jsonl", "adapter.safetensors"] {
        assert!(sandbox.path("a.run").join(name).is_file(), "{name}");
    }
    let samples = ["000000", "000002", "000004"]
        .map(|step| PngFile::read(sandbox.path(format!("a.run/samples/step-{step}-0-0.png"))).rgba);
    assert_ne!(samples[0], samples[2]);
    let facts = sandbox.run(["inspect", "a.safetensors"]);
    assert!(facts.lines().join("\n").contains("networks.lora"), "{}", facts.stdout);
    sandbox.generate(["thing", "--seed", "1", "--out", "plain"]).lines();
    sandbox
        .generate(["thing", "--seed", "1", "--out", "adapted", "--lora", "a.safetensors:4"])
        .lines();
    let picture = |folder: &str| {
        let file = fs::read_dir(sandbox.path(folder))
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        PngFile::read(file).rgba
    };
    assert_ne!(picture("plain"), picture("adapted"));
}

#[test]
fn an_interrupted_and_a_killed_training_end_with_the_same_bytes() {
    let sandbox = sets(4);
    let settings = [
        "--steps",
        LONG,
        "--checkpoint-every",
        "20",
        "--ema-decay",
        "0.9",
        "--rank-dropout",
        "0.2",
    ];
    tailor(&sandbox, &[&settings[..], &["--out", "whole.safetensors"]].concat()).lines();

    let mut child = command(&sandbox, &[&settings[..], &["--out", "parts.safetensors"]].concat())
        .stdout(Stdio::null())
        .stderr(fs::File::create(sandbox.path("stderr")).unwrap())
        .spawn()
        .unwrap();
    wait_for(&sandbox.path("parts.run/checkpoint.safetensors"), &mut child);
    assert!(
        std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let told = fs::read_to_string(sandbox.path("stderr")).unwrap();
    assert!(told.contains("go on with: sticker tailor --resume parts.run"), "{told}");
    assert!(!sandbox.path("parts.safetensors").exists());

    let resume = [
        "tailor",
        "--resume",
        "parts.run",
        "--device",
        "cpu",
        "--out",
        "parts.safetensors",
    ];
    let resumed = || {
        let mut command = sandbox.command(resume);
        command.env("STICKER_CACHE_DIR", sandbox.path("cache"));
        command
    };
    let before = fs::read(sandbox.path("parts.run/checkpoint.safetensors")).unwrap();
    let mut child = resumed().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    while fs::read(sandbox.path("parts.run/checkpoint.safetensors")).is_ok_and(|now| now == before) {
        assert!(Instant::now() < deadline, "no further checkpoint");
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    if !sandbox.path("parts.safetensors").exists() {
        assert_eq!(Ended::of(resumed().output().unwrap()).lines(), ["parts.safetensors"]);
    }
    let [whole, parts] = ["whole.safetensors", "parts.safetensors"].map(|name| fs::read(sandbox.path(name)).unwrap());
    // What differs is the time at which the two began, in the header's text.
    let tensors = |bytes: &[u8]| bytes[8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize..].to_vec();
    assert!(tensors(&whole) == tensors(&parts), "the adapters differ");
}

fn wait_for(path: &Path, child: &mut Child) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !path.exists() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it could be interrupted"
        );
        assert!(Instant::now() < deadline, "no checkpoint");
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn bad_input_gets_a_sentence_and_leaves_nothing() {
    let sandbox = sets(4);
    for (more, code, sentence) in [
        (
            vec!["--cut", "1"],
            2,
            "the cut T' at 1 of the timesteps leaves one set without any",
        ),
        (vec!["--rank", "4000"], 2, "rank 4000 is above the width"),
        (vec!["--steps", "0"], 2, "the number of steps is 0"),
        (vec!["--held-out", "1"], 2, "--held-out must be 0 or more"),
        (vec!["--learning-rate", "0"], 2, "the learning rate is 0"),
    ] {
        let mut command = sandbox.command(arguments(&[]));
        command
            .arg("--model")
            .arg(fixture_folder(TINY))
            .args(&more)
            .args(["--out", "a.safetensors"]);
        Ended::of(command.output().unwrap()).failed(code, sentence);
        assert!(!sandbox.path("a.safetensors").exists());
        assert!(!sandbox.path("a.run/run.json").exists());
    }
}

#[test]
fn bad_sets_get_a_sentence() {
    let sandbox = sets(3);
    tailor(&sandbox, &["--out", "a.safetensors"]).failed(3, "3");
    let none = [
        "tailor",
        "--style-set",
        "nowhere",
        "--content-set",
        "content",
        "--out",
        "a.safetensors",
    ];
    sandbox.run(none).failed(3, "");
    fs::create_dir(sandbox.path("empty")).unwrap();
    let empty = [
        "tailor",
        "--style-set",
        "empty",
        "--content-set",
        "empty",
        "--out",
        "a.safetensors",
    ];
    sandbox.run(empty).failed(3, "no pictures were found");
    let sandbox = sets(4);
    for number in 0..4 {
        fs::remove_file(sandbox.path(format!("style/{number:02}.txt"))).unwrap();
    }
    tailor(&sandbox, &["--out", "a.safetensors"]).failed(3, "caption");
    let only_style = ["tailor", "--style-set", "content", "--out", "a.safetensors"];
    sandbox
        .run(only_style)
        .failed(2, "the content set has 0 pictures; style_tailoring needs at least 4");
}

#[test]
fn a_run_is_not_overwritten_and_another_base_is_told() {
    let sandbox = sets(4);
    tailor(&sandbox, &["--steps", "1", "--out", "a.safetensors"]).lines();
    tailor(&sandbox, &["--steps", "1", "--out", "a.safetensors"]).failed(2, "there is a run of this name already");
    let other = sandbox.run([
        "generate",
        "cat",
        "--steps",
        "1",
        "--device",
        "cpu",
        "--lora",
        "a.safetensors",
    ]);
    assert_ne!(other.code, Some(0));
    assert!(other.stderr.contains("another"), "{}", other.stderr);
    sandbox
        .run(["tailor", "--resume", "style", "--out", "b.safetensors"])
        .failed(3, "not the folder of a training");
}

#[test]
fn a_run_for_a_larger_machine_holds_everything() {
    let sandbox = sets(8);
    let ended = tailor(&sandbox, &["--held-out", "0.25", "--export-run", "larger"]);
    assert_eq!(ended.lines(), ["larger"]);
    let settings: serde_json::Value =
        serde_json::from_slice(&fs::read(sandbox.path("larger/settings.json")).unwrap()).unwrap();
    assert_eq!(settings["objective"], "style_tailoring");
    assert_eq!(settings["rank"], 2);
    assert_eq!(settings["model"]["unet_sha256"].as_str().unwrap().len(), 64);
    assert!(
        fs::read_to_string(sandbox.path("larger/train.py"))
            .unwrap()
            .contains("accelerate")
    );
    for set in ["content", "style"] {
        let archive = fs::read(sandbox.path(format!("larger/{set}/00000.tar"))).unwrap();
        let text = String::from_utf8_lossy(&archive);
        assert_eq!(text.matches("\"held_out\":true").count(), 2, "{set}");
        assert_eq!(text.matches("\"held_out\":false").count(), 6, "{set}");
    }
    tailor(&sandbox, &["--export-run", "larger"]).failed(2, "there is something of this name already");
}

#[test]
fn sets_go_to_other_forms_and_back() {
    let sandbox = sets(6);
    for format in ["image_folder", "kohya", "web_dataset"] {
        sandbox
            .run(["dataset", "export", "style", "--format", format, "--out", format])
            .lines();
        assert_eq!(
            sandbox.run(["dataset", "check", format]).lines(),
            ["6 pictures, 6 captions"],
            "{format}"
        );
    }
    sandbox
        .run(["dataset", "export", "style", "--out", "kohya"])
        .failed(3, "");
}

#[test]
fn prompts_are_different_and_repeatable() {
    let sandbox = Sandbox::new();
    let prompts = |more: &[&str]| sandbox.run([&["dataset", "prompts"], more].concat()).lines().join("\n");
    let drawn = prompts(&["-n", "30", "--seed", "5"]);
    assert_eq!(drawn, prompts(&["-n", "30", "--seed", "5"]));
    let mut lines: Vec<_> = drawn.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 30);
    assert_ne!(drawn, prompts(&["-n", "30", "--seed", "5", "--simple"]));
    assert_eq!(prompts(&["-n", "4", "--bucket", "pair"]).lines().count(), 4);
}
