//! `sticker pack` and `sticker sheet`: pictures become files for platforms and for paper.

use std::fs;

use crate::support::Sandbox;
use crate::support::png_file::PngFile;

/// A folder `in` with so many pictures, all different.
fn pictures(count: u32) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("in")).unwrap();
    for number in 0..count {
        let side = 96;
        let inside = |place: u32| {
            (8..side - 8).contains(&(place % side)) && (8..side - 8 - number % 9).contains(&(place / side))
        };
        let color = [(number * 40 % 256) as u8, 90, 200, 255];
        PngFile {
            rgba: (0..side * side)
                .flat_map(|place| if inside(place) { color } else { [0; 4] })
                .collect(),
            ..PngFile::plain(side)
        }
        .write(sandbox.path(format!("in/cat {number:03}.png")));
    }
    sandbox
}

const WHATSAPP: [&str; 8] = [
    "pack",
    "in",
    "--platform",
    "whatsapp",
    "--title",
    "Cats",
    "--author",
    "me",
];

fn whatsapp<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&WHATSAPP[..], more].concat()
}

#[test]
fn a_folder_becomes_the_usual_container_and_every_fix_is_told() {
    let sandbox = pictures(3);
    let ended = sandbox.run(whatsapp(&["--out", "cats"]));
    assert_eq!(ended.lines(), ["cats.wastickers"]);
    assert!(ended.stderr.contains("fixed: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("emoji"), "{}", ended.stderr);
    assert!(fs::read(sandbox.path("cats.wastickers")).unwrap().starts_with(b"PK"));
}

#[test]
fn the_same_pictures_give_the_same_file() {
    let sandbox = pictures(4);
    for name in ["one.wastickers", "two.wastickers"] {
        sandbox.run(whatsapp(&["--out", name])).lines();
    }
    assert_eq!(
        fs::read(sandbox.path("one.wastickers")).unwrap(),
        fs::read(sandbox.path("two.wastickers")).unwrap()
    );
}

#[test]
fn a_pack_over_the_limit_splits_evenly() {
    let sandbox = pictures(31);
    let ended = sandbox.run(whatsapp(&["--out", "cats.wastickers", "--json"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let of_pack = |pack: u64| {
        report["stickers"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["pack"] == pack)
            .count()
    };
    assert_eq!((of_pack(0), of_pack(1)), (16, 15));
    assert!(sandbox.path("cats-1.wastickers").exists() && sandbox.path("cats-2.wastickers").exists());
}

#[test]
fn strict_refuses_and_writes_nothing() {
    let sandbox = pictures(3);
    let before = sandbox.names();
    sandbox
        .run(whatsapp(&["--out", "cats", "--strict"]))
        .failed(3, "would not take this pack as it is");
    assert_eq!(sandbox.names(), before);
}

#[test]
fn too_few_pictures_cannot_be_mended() {
    let sandbox = pictures(2);
    let ended = sandbox.run(whatsapp(&["--out", "cats"]));
    assert_eq!(
        (ended.code, sandbox.path("cats.wastickers").exists()),
        (Some(3), false),
        "{}",
        ended.stderr
    );
}

#[test]
fn every_platform_takes_what_the_fixes_make_of_a_folder() {
    // A number that LINE takes.
    let sandbox = pictures(8);
    for platform in [
        "telegram",
        "whatsapp",
        "signal",
        "discord",
        "discord-emoji",
        "imessage",
        "line",
        "slack",
        "viber",
        "mastodon",
        "misskey",
        "folder",
        "sticker-convert",
    ] {
        let out = format!("out-{platform}");
        let ended = sandbox.run([
            "pack",
            "in",
            "--platform",
            platform,
            "--title",
            "Cats",
            "--author",
            "me",
            "--out",
            &out,
        ]);
        let lines = ended.lines();
        assert!(
            !lines.is_empty() && lines.iter().all(|line| sandbox.path(line).exists()),
            "{platform}: {lines:?}"
        );
    }
}

#[test]
fn an_unknown_platform_names_the_known_ones() {
    let sandbox = pictures(1);
    let ended = sandbox.run(["pack", "in", "--platform", "icq", "--out", "x"]);
    ended.failed(2, "telegram, whatsapp, signal");
}

#[test]
fn an_id_that_is_not_in_the_library_is_told() {
    let sandbox = pictures(1);
    let mut command = sandbox.command([
        "pack",
        "01arz3ndektsv4rrffq69g5fav",
        "--platform",
        "folder",
        "--out",
        "x",
    ]);
    let output = command
        .env("STICKER_STUDIO_HOME", sandbox.path("home"))
        .output()
        .unwrap();
    let ended = crate::support::Ended::of(output);
    ended.failed(3, "there is no sticker 01arz3ndektsv4rrffq69g5fav in the library");
}

#[test]
fn a_sheet_has_its_pdf_its_pages_and_its_cut_lines() {
    let sandbox = pictures(5);
    let ended = sandbox.run([
        "sheet", "in", "--out", "sheet", "--paper", "letter", "--size", "40", "--copies", "2",
    ]);
    assert!(!ended.lines().is_empty());
    assert!(fs::read(sandbox.path("sheet/sheet.pdf")).unwrap().starts_with(b"%PDF"));
    let svg = fs::read_to_string(sandbox.path("sheet/cut-1.svg")).unwrap();
    assert_eq!(svg.matches("<path").count(), 10, "{svg}");
    sandbox
        .run(["sheet", "in", "--out", "wide", "--size", "4000"])
        .failed(2, "");
    assert!(!sandbox.path("wide").exists());
}
