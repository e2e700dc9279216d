//! `sticker finish`: pictures become stickers.

use std::fs;

use crate::support::png_file::PngFile;
use crate::support::{Sandbox, fixture_folder};

/// A red disc on transparent ground.
fn disc(side: u32) -> PngFile {
    let middle = f64::from(side) / 2.0;
    let pixel = |place: u32| {
        let (x, y) = (f64::from(place % side) + 0.5, f64::from(place / side) + 0.5);
        if (x - middle).hypot(y - middle) < middle * 0.7 {
            [200, 30, 30, 255]
        } else {
            [0; 4]
        }
    };
    PngFile {
        rgba: (0..side * side).flat_map(pixel).collect(),
        ..PngFile::plain(side)
    }
}

fn alpha(picture: &PngFile, x: u32, y: u32) -> u8 {
    picture.rgba[((y * picture.width + x) * 4 + 3) as usize]
}

#[test]
fn files_and_folders_become_stickers_of_the_same_names() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("in")).unwrap();
    for name in ["in/cat.png", "in/dog.png", "one.png"] {
        disc(64).write(sandbox.path(name));
    }
    let ended = sandbox.run(["finish", "in", "one.png", "--out", "out", "--device", "cpu"]);
    assert_eq!(ended.lines(), ["out/cat.png", "out/dog.png", "out/one.png"]);
    let sticker = PngFile::read(sandbox.path("out/cat.png"));
    assert_eq!((sticker.width, sticker.height), (512, 512));
    assert_eq!(alpha(&sticker, 0, 0), 0);
    assert_eq!(alpha(&sticker, 256, 256), 255);
    // The outline is white, and it is around the disc.
    let row = (0..512).map(|x| &sticker.rgba[((256 * 512 + x) * 4) as usize..][..4]);
    let first = row.into_iter().find(|pixel| pixel[3] == 255).unwrap();
    assert!(first[..3].iter().all(|&value| value > 240), "{first:?}");
}

#[test]
fn nothing_is_overwritten() {
    let sandbox = Sandbox::new();
    disc(64).write(sandbox.path("cat.png"));
    let before = fs::read(sandbox.path("cat.png")).unwrap();
    let ended = sandbox.run(["finish", "cat.png", "--out", ".", "--device", "cpu"]);
    assert_eq!(ended.lines(), ["./cat-2.png"]);
    assert_eq!(fs::read(sandbox.path("cat.png")).unwrap(), before);
}

#[test]
fn an_empty_picture_passes_through_with_a_warning() {
    let sandbox = Sandbox::new();
    PngFile {
        rgba: vec![0; 64 * 64 * 4],
        ..PngFile::plain(64)
    }
    .write(sandbox.path("empty.png"));
    let ended = sandbox.run(["finish", "empty.png", "--out", "out", "--device", "cpu"]);
    assert_eq!(ended.lines(), ["out/empty.png"]);
    assert!(
        ended.stderr.contains("warning: the picture is empty"),
        "{}",
        ended.stderr
    );
    let passed = PngFile::read(sandbox.path("out/empty.png"));
    assert_eq!((passed.width, passed.rgba.iter().max()), (64, Some(&0)));
}

#[test]
fn a_recipe_goes_along_with_the_effects() {
    let sandbox = Sandbox::new();
    sandbox.generate(["a cat", "--seed", "1", "--out", "made"]).lines();
    let name = "made/a-cat-1.png";
    let finished = sandbox.run(["finish", name, "--out", "out", "--device", "cpu"]);
    let path = finished.lines()[0].to_owned();
    let inspected = sandbox.run(["inspect", &path, "--json"]);
    assert!(inspected.stdout.contains("\"outline\""), "{}", inspected.stdout);
    let model = fixture_folder(crate::support::TINY);
    let again = sandbox
        .command(["recreate", &path, "--device", "cpu", "--model"])
        .arg(model)
        .output()
        .unwrap();
    assert_eq!(
        again.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&again.stderr)
    );
}

#[test]
fn presets_come_by_name_or_from_a_file() {
    let sandbox = Sandbox::new();
    disc(64).write(sandbox.path("cat.png"));
    fs::write(
        sandbox.path("mine.json"),
        r##"{"edits":[],"effects":[{"kind":"outline","width":4,"bridge":0,"color":"#00ff00","corners":"round"}]}"##,
    )
    .unwrap();
    let run = |preset: &str| {
        sandbox.run([
            "finish", "cat.png", "--preset", preset, "--out", "out", "--device", "cpu",
        ])
    };
    let own = PngFile::read(sandbox.path(run("mine.json").lines()[0]));
    assert!(own.width > 64 && own.rgba.chunks_exact(4).any(|pixel| pixel == [0, 255, 0, 255]));
    run("clean").lines();
    run("sparkle").failed(2, "there is no preset 'sparkle'; use die-cut, ");
    fs::write(sandbox.path("wrong.json"), "{}").unwrap();
    run("wrong.json").failed(3, "could not read the preset");
    fs::write(
        sandbox.path("wild.json"),
        r#"{"edits":[],"effects":[{"kind":"scale","side":1}]}"#,
    )
    .unwrap();
    run("wild.json").failed(2, "side of the effect scale is 1");
}

#[test]
fn a_wallpaper_shows_how_it_looks_in_a_chat() {
    let sandbox = Sandbox::new();
    disc(64).write(sandbox.path("cat.png"));
    let ended = sandbox.run([
        "finish",
        "cat.png",
        "--out",
        "out",
        "--device",
        "cpu",
        "--wallpaper",
        "dark-pattern",
    ]);
    let shown = PngFile::read(sandbox.path(ended.lines()[0]));
    assert!(shown.alpha().all(|alpha| alpha == 255));
}

#[test]
fn a_bad_file_does_not_keep_the_others_out() {
    let sandbox = Sandbox::new();
    disc(64).write(sandbox.path("cat.png"));
    fs::write(sandbox.path("note.png"), "hello").unwrap();
    let ended = sandbox.run(["finish", "note.png", "cat.png", "--out", "out", "--device", "cpu"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(3), "out/cat.png\n"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("note.png") && ended.stderr.contains("1 of 2 pictures"),
        "{}",
        ended.stderr
    );
}

#[test]
fn what_is_no_picture_is_told_with_its_path() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("note.png"), "hello").unwrap();
    let run = |input: &str| sandbox.run(["finish", input, "--out", "out", "--device", "cpu"]);
    run("note.png").failed(3, "note.png");
    run("absent.png").failed(3, "absent.png");
    fs::create_dir(sandbox.path("empty")).unwrap();
    run("empty").failed(3, "there is no PNG, JPEG, WebP or SVG file in this folder: empty");
}
