//! Files that are made to do harm, or just broken. Each is refused with a sentence, and keeps no other file out.

use std::fs;

use super::*;
use crate::recipe::tests::recipe;
use crate::{Recipe, encode_png};

fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = !0_u32;
    for byte in name.iter().chain(data) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
    }
    [
        &(data.len() as u32).to_be_bytes()[..],
        &name,
        data,
        &(!crc).to_be_bytes(),
    ]
    .concat()
}

/// The beginning of a PNG that says it has so many pixels a side.
fn header(side: u32) -> Vec<u8> {
    let facts = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(*b"IHDR", &facts),
        &chunk(*b"IDAT", &[0x78, 0x9c]),
        &chunk(*b"IEND", &[]),
    ]
    .concat()
}

fn webp(side: u32) -> Vec<u8> {
    let bits = (side - 1) | (side - 1) << 14;
    let lossless = [&[0x2f][..], &bits.to_le_bytes(), &[0; 3]].concat();
    let chunk = [&b"VP8L"[..], &(lossless.len() as u32).to_le_bytes(), &lossless].concat();
    [&b"RIFF"[..], &(chunk.len() as u32 + 4).to_le_bytes(), b"WEBP", &chunk].concat()
}

#[test]
fn broken_and_hostile_files_are_refused() {
    let bench = Bench::start();
    let good = encode_png(&fake::pattern("good", 1, 32), None).unwrap();
    let mut damaged = good.clone();
    damaged[60..80].fill(0xaa);
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("empty.png", vec![]),
        ("text.png", b"hello".to_vec()),
        ("program.png", b"\x7fELF\x02\x01\x01".to_vec()),
        ("page.png", b"<html><svg onload=alert(1)></html>".to_vec()),
        ("gif.png", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec()),
        ("magic only.png", good[..8].to_vec()),
        ("truncated.png", good[..good.len() / 2].to_vec()),
        ("damaged.png", damaged),
        ("huge.png", header(50_000)),
        ("largest.png", header(i32::MAX as u32)),
        ("too large.png", header(5_000)),
        ("huge.webp", webp(16_383)),
        ("jpeg.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec()),
        ("broken.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><g>".to_vec()),
        ("packed.svgz", b"\x1f\x8b\x08\x00".to_vec()),
    ];
    let mut paths = Vec::new();
    for (name, bytes) in &files {
        fs::write(bench.path(name), bytes).unwrap();
        paths.push(bench.path(name));
    }
    let folder = bench.path("folder.png");
    fs::create_dir(&folder).unwrap();
    paths.extend([folder, bench.path("absent.png"), bench.path("data/library.sqlite")]);
    let last = bench.path("good.png");
    fs::write(&last, &good).unwrap();
    paths.push(last);

    let began = Instant::now();
    let report = bench.studio().import(&paths);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(report.imported.len(), 1, "the good one behind them comes in");
    let refused: Vec<_> = report.refused.iter().map(|file| file.name.as_str()).collect();
    let mut expected: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    expected.extend(["folder.png", "absent.png", "library.sqlite"]);
    assert_eq!(refused, expected);
    for (file, path) in report.refused.iter().zip(&paths) {
        is_sentence(&Error::input(file.reason.clone()));
        assert!(
            file.reason.ends_with(&path.display().to_string()),
            "the path comes last: {}",
            file.reason
        );
    }
    assert_eq!(bench.stickers().len(), 1);
    assert_eq!(
        fs::read_dir(bench.path("data/parts")).unwrap().count(),
        0,
        "nothing is left lying about"
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_not_read() {
    let bench = Bench::start();
    let pipe = bench.path("pipe.png");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .is_ok_and(|status| status.success())
    );
    let link = bench.path("zero.png");
    std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
    let report = bench.studio().import(&[pipe, link]);
    assert_eq!(report.refused.len(), 2);
    assert!(
        report
            .refused
            .iter()
            .all(|file| file.reason.starts_with("this is no file")),
        "{report:?}"
    );
}

#[test]
fn a_wrong_recipe_is_left_behind_and_the_picture_comes_in() {
    let bench = Bench::start();
    let long = Recipe {
        prompt: "x".repeat(1 << 20),
        ..recipe()
    };
    fs::write(
        bench.path("long.png"),
        encode_png(&fake::pattern("long", 1, 8), Some(&long)).unwrap(),
    )
    .unwrap();
    let later = recipe().to_json().unwrap().replacen(":1,", ":2,", 1);
    for (name, text) in [
        ("later", later.as_str()),
        ("damaged", "{"),
        ("other", r#"{"sticker_studio_recipe":1}"#),
    ] {
        let mut encoder = png::Encoder::new(fs::File::create(bench.path(&format!("{name}.png"))).unwrap(), 8, 8);
        encoder.set_color(png::ColorType::Rgba);
        encoder
            .add_itxt_chunk("sticker_studio".to_owned(), text.to_owned())
            .unwrap();
        encoder
            .write_header()
            .unwrap()
            .write_image_data(&fake::pattern(name, 1, 8).rgba)
            .unwrap();
    }
    let names = ["long", "later", "damaged", "other"];
    let report = bench
        .studio()
        .import(&names.map(|name| bench.path(&format!("{name}.png"))));
    assert_eq!(report.refused, []);
    // The first has a text for other programs, too, which is short.
    let prompts = ["3d sticker: a red cat", "later", "damaged", "other"];
    for (sticker, prompt) in report.imported.iter().zip(prompts) {
        let detail = bench.studio().sticker(&sticker.id).unwrap();
        assert_eq!((detail.recipe, detail.sticker.prompt.as_str()), (None, prompt));
    }
}

#[test]
fn numbers_of_a_foreign_recipe_are_checked_when_they_are_used() {
    let bench = Bench::start();
    for (name, recipe) in [
        (
            "seed",
            Recipe {
                seed: u64::MAX,
                ..recipe()
            },
        ),
        (
            "steps",
            Recipe {
                num_inference_steps: usize::MAX,
                ..recipe()
            },
        ),
        (
            "size",
            Recipe {
                width: u32::MAX,
                height: u32::MAX,
                ..recipe()
            },
        ),
        (
            "guidance",
            Recipe {
                guidance_scale: 1e9,
                ..recipe()
            },
        ),
    ] {
        let path = bench.path(&format!("{name}.png"));
        fs::write(&path, encode_png(&fake::pattern(name, 1, 8), Some(&recipe)).unwrap()).unwrap();
        let report = bench.studio().import(&[path]);
        assert_eq!(report.refused, []);
        let id = report.imported[0].id.clone();
        assert!(bench.studio().sticker(&id).unwrap().recipe.is_some());
        // Whatever comes of it, it is an answer.
        for error in [
            bench.studio().recreate(&id).err(),
            bench.studio().variations(&id, 2).err(),
        ]
        .iter()
        .flatten()
        {
            is_sentence(error);
        }
        bench.studio().draft_of(&id).unwrap();
    }
}
