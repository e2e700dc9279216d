//! `sticker recreate`: the same picture again, or what differs.

use std::path::Path;

use serde_json::Value;

use crate::support::png_file::PngFile;
use crate::support::{Ended, Sandbox, TINY, fixture_folder, fixture_lora};

/// `sticker recreate` with the tiny model on the CPU.
fn recreate(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    let mut command = sandbox.command(["recreate", "--device", "cpu", "--model"]);
    Ended::of(command.arg(fixture_folder(TINY)).args(arguments).output().unwrap())
}

#[test]
fn the_same_pixels_come_out_again() {
    let sandbox = Sandbox::new();
    sandbox
        .generate([
            "a cat",
            "-n",
            "3",
            "--seed",
            "7",
            "--steps",
            "4",
            "--sampler",
            "euler_a",
            "--negative",
            "dog",
        ])
        .lines();
    let before = sandbox.names();
    let ended = recreate(&sandbox, &["a-cat-9.png"]);
    assert!(ended.lines()[0].contains("identical"), "{}", ended.stdout);
    assert_eq!(sandbox.names(), before, "nothing is written unless --out asks for it");
}

#[test]
fn the_built_in_model_is_found_by_itself() {
    let sandbox = Sandbox::new();
    sandbox
        .run([
            "generate", "cat", "--style", "3d", "--seed", "7", "--steps", "2", "--device", "cpu",
        ])
        .lines();
    let ended = sandbox.run(["recreate", "cat-7.png", "--device", "cpu"]);
    assert!(ended.lines()[0].contains("identical"), "{}", ended.stdout);
}

#[test]
fn the_new_picture_can_be_kept() {
    let sandbox = Sandbox::new();
    sandbox.generate(["cat", "--seed", "7"]).lines();
    let ended = recreate(&sandbox, &["cat-7.png", "--out", "."]);
    assert_eq!(
        ended.lines().last(),
        Some(&"./cat-7-2.png"),
        "the original is not overwritten"
    );
    let [original, again] = ["cat-7.png", "cat-7-2.png"].map(|name| PngFile::read(sandbox.path(name)));
    assert!(original.rgba == again.rgba);
    recreate(&sandbox, &["cat-7-2.png"]).lines();
}

#[test]
fn other_pixels_are_counted() {
    let sandbox = Sandbox::new();
    sandbox.generate(["cat", "--seed", "7"]).lines();
    let mut picture = PngFile::read(sandbox.path("cat-7.png"));
    picture.rgba[0] ^= 64;
    picture.write(sandbox.path("touched.png"));
    let ended = recreate(&sandbox, &["touched.png"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(!ended.stdout.contains("identical"), "{}", ended.stdout);
    assert!(ended.stdout.contains("64"), "by how much: {}", ended.stdout);

    let ended = recreate(&sandbox, &["touched.png", "--json"]);
    assert_eq!(ended.code, Some(1));
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["identical"], false);
    assert!(report["path"].is_null());
}

#[test]
fn another_model_is_said() {
    let sandbox = Sandbox::new();
    sandbox.generate(["cat", "--seed", "7"]).lines();
    let ended = sandbox.run(["recreate", "cat-7.png", "--device", "cpu"]);
    ended.failed(3, TINY).naming(Path::new("cat-7.png"));
}

#[test]
fn adapters_and_the_picture_to_begin_with_are_asked_for() {
    let sandbox = Sandbox::new();
    PngFile::plain(16).write(sandbox.path("in.png"));
    let lora = fixture_lora("kohya.safetensors");
    let mut command = sandbox.generate_command(["cat", "--seed", "7", "--steps", "4", "--init", "in.png", "--lora"]);
    Ended::of(command.arg(format!("{}:0.7", lora.display())).output().unwrap()).lines();

    let lora = lora.to_str().unwrap();
    recreate(&sandbox, &["cat-7.png", "--init", "in.png"]).failed(3, "kohya");
    recreate(&sandbox, &["cat-7.png", "--lora", lora]).failed(3, "picture");
    let ended = recreate(&sandbox, &["cat-7.png", "--lora", lora, "--init", "in.png"]);
    assert!(ended.lines()[0].contains("identical"), "{}", ended.stdout);
}

#[test]
fn an_out_folder_that_cannot_be_written_is_found_before_the_work() {
    let sandbox = Sandbox::new();
    sandbox.generate(["cat", "--seed", "7"]).lines();
    recreate(&sandbox, &["cat-7.png", "--out", "cat-7.png"])
        .failed(3, "folder")
        .naming(Path::new("cat-7.png"));
}
