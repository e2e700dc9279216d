use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::sync::Mutex;

use image::{Rgba, RgbaImage};
use serde_json::Value;

use super::*;
use crate::{Measured, Unwatched};

/// A disc whose colour the key says.
fn picture(key: &str) -> Result<RgbaImage, Error> {
    if !key.starts_with('k') {
        return Err(Error::Usage(format!("there is no {key}")));
    }
    let shade = key.bytes().map(u32::from).sum::<u32>() % 200;
    Ok(RgbaImage::from_fn(150, 140, |x, y| {
        let alpha = (60.5 - (f64::from(x) - 74.5).hypot(f64::from(y) - 69.5)).clamp(0.0, 1.0) * 255.0;
        Rgba([shade as u8, 90, 30 + (x / 5) as u8, alpha as u8])
    }))
}

fn pack(count: usize) -> Pack {
    let sticker = |number: usize| Sticker {
        key: format!("k{number}"),
        name: if number == 1 {
            "cover me".to_owned()
        } else {
            format!("Katze/{number}")
        },
        emoji: vec!["😺".to_owned()],
        text: "eine <Katze> & mehr".to_owned(),
        measured: Measured::of(&picture("k").unwrap()),
    };
    Pack {
        title: "Katzen & Co".to_owned(),
        author: "Jo".to_owned(),
        cover: Some(1),
        stickers: (0..count).map(sticker).collect(),
    }
}

fn write_to(out: &Path, platform: Platform) -> Written {
    write(&[pack(3)], platform, &picture, out, &Unwatched).unwrap()
}

/// Every file under a folder, or in an archive, by its path.
fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let bytes = if path.is_dir() {
        Vec::new()
    } else {
        fs::read(path).unwrap()
    };
    let mut found = BTreeMap::new();
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for place in 0..archive.len() {
            let mut file = archive.by_index(place).unwrap();
            let mut read = Vec::new();
            file.read_to_end(&mut read).unwrap();
            found.insert(file.name().unwrap().into_owned(), read);
        }
    } else if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() {
                found.extend(
                    files(&entry.path())
                        .into_iter()
                        .map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)),
                );
            } else {
                found.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    } else {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
        for file in archive.entries().unwrap() {
            let mut file = file.unwrap();
            let mut read = Vec::new();
            file.read_to_end(&mut read).unwrap();
            found.insert(file.path().unwrap().to_str().unwrap().to_owned(), read);
        }
    }
    found
}

fn size(bytes: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory(bytes).unwrap();
    (picture.width(), picture.height())
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    files.keys().map(String::as_str).collect()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn every_platform_gets_files_that_it_takes_and_the_same_bytes_each_time() {
    let root = tempfile::tempdir().unwrap();
    for platform in Platform::ALL {
        let limits = platform.limits();
        let written = write_to(&root.path().join(format!("{platform}-a")), platform);
        let again = write_to(&root.path().join(format!("{platform}-b")), platform);
        assert!(
            written.paths[0]
                .to_str()
                .unwrap()
                .ends_with(&format!("-a{}", limits.suffix))
        );
        let found = files(&written.paths[0]);
        assert_eq!(found, files(&again.paths[0]), "{platform}");
        if written.paths[0].is_file() {
            assert_eq!(
                fs::read(&written.paths[0]).unwrap(),
                fs::read(&again.paths[0]).unwrap(),
                "{platform}"
            );
            assert_eq!(fs::metadata(&written.paths[0]).unwrap().len(), written.bytes);
        }
        assert_eq!(written.stickers.len(), 3);
        for sticker in &written.stickers {
            let bytes = &found[&sticker.file];
            assert_eq!(
                (size(bytes), bytes.len() as u32),
                ((sticker.width, sticker.height), sticker.bytes),
                "{platform}"
            );
            assert!(limits.still.canvas.takes(sticker.width, sticker.height), "{platform}");
            assert!(
                limits.still.budget.is_none_or(|budget| sticker.bytes <= budget),
                "{platform}"
            );
        }
        for cover in limits.covers {
            // In .wastickers the tray icon is called cover.png.
            let name = if platform == Platform::Whatsapp {
                "cover.png"
            } else {
                cover.name
            };
            let (_, bytes) = found
                .iter()
                .find(|(path, _)| path.rsplit('/').next() == Some(name))
                .unwrap();
            assert_eq!(Some(size(bytes)), cover.still.canvas.bounds(), "{platform} {name}");
        }
    }
}

#[test]
fn a_wastickers_file_has_title_author_cover_and_numbered_png() {
    let root = tempfile::tempdir().unwrap();
    let found = files(&write_to(&root.path().join("cats"), Platform::Whatsapp).paths[0]);
    assert_eq!(
        names(&found),
        [
            "01_Katze_0.png",
            "02_cover_me.png",
            "03_Katze_2.png",
            "author.txt",
            "cover.png",
            "title.txt"
        ]
    );
    assert_eq!(
        (text(&found["title.txt"]), text(&found["author.txt"])),
        ("Katzen & Co\n", "Jo\n")
    );
}

#[test]
fn whatsapps_folder_is_what_its_sample_app_reads() {
    let root = tempfile::tempdir().unwrap();
    let found = files(&write_to(&root.path().join("cats/"), Platform::Whatsapp).paths[0]);
    let contents = json(&found["contents.json"]);
    let pack = &contents["sticker_packs"][0];
    let folder = pack["identifier"].as_str().unwrap();
    assert!(
        folder.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
        "{folder}"
    );
    assert_eq!(
        (&pack["name"], &pack["publisher"]),
        (&"Katzen & Co".into(), &"Jo".into())
    );
    assert_eq!(pack["animated_sticker_pack"], false);
    assert_eq!(
        size(&found[&format!("{folder}/{}", pack["tray_image_file"].as_str().unwrap())]),
        (96, 96)
    );
    for sticker in pack["stickers"].as_array().unwrap() {
        let file = &found[&format!("{folder}/{}", sticker["image_file"].as_str().unwrap())];
        assert_eq!((size(file), file.starts_with(b"RIFF")), ((512, 512), true));
        assert_eq!(sticker["emojis"], Value::from(vec!["😺"]));
        assert_eq!(sticker["accessibility_text"], "eine <Katze> & mehr");
    }
}

#[test]
fn telegrams_folder_says_which_emoji_each_file_stands_for() {
    let root = tempfile::tempdir().unwrap();
    let found = files(&write_to(&root.path().join("cats"), Platform::Telegram).paths[0]);
    assert_eq!(text(&found["title.txt"]), "Katzen & Co");
    let emoji = json(&found["emoji.txt"]);
    assert_eq!(emoji.as_object().unwrap().len(), 3);
    assert_eq!(emoji["02_cover_me"], "😺");
    assert_eq!(size(&found["02_cover_me.png"]), (512, 512));
}

#[test]
fn line_and_viber_files_are_numbers() {
    let root = tempfile::tempdir().unwrap();
    let line = files(&write_to(&root.path().join("l"), Platform::Line).paths[0]);
    assert_eq!(names(&line), ["01.png", "02.png", "03.png", "main.png", "tab.png"]);
    let viber = files(&write_to(&root.path().join("v"), Platform::Viber).paths[0]);
    assert_eq!(names(&viber), ["00.png", "01.png", "02.png", "cover.png"]);
}

#[test]
fn misskeys_meta_names_every_file() {
    let root = tempfile::tempdir().unwrap();
    let found = files(&write_to(&root.path().join("m"), Platform::Misskey).paths[0]);
    let meta = json(&found["meta.json"]);
    assert_eq!(meta["metaVersion"], 2);
    for item in meta["emojis"].as_array().unwrap() {
        assert!(item["downloaded"] == true && found.contains_key(item["fileName"].as_str().unwrap()));
        assert_eq!(item["emoji"]["category"], "Katzen & Co");
    }
    assert_eq!(meta["emojis"][0]["emoji"]["name"], "katze_0");
}

#[test]
fn an_xcode_project_lists_its_stickers_in_order_and_has_opaque_icons() {
    let root = tempfile::tempdir().unwrap();
    let found = files(&write_to(&root.path().join("i"), Platform::Imessage).paths[0]);
    let catalog = "Katzen_Co StickerPackExtension/Stickers.xcstickers";
    let list = json(&found[&format!("{catalog}/Sticker Pack.stickerpack/Contents.json")]);
    let stickers: Vec<_> = list["stickers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["filename"])
        .collect();
    assert_eq!(stickers, ["Katze_0.sticker", "cover_me.sticker", "Katze_2.sticker"]);
    let one = json(&found[&format!("{catalog}/Sticker Pack.stickerpack/cover_me.sticker/Contents.json")]);
    assert_eq!(one["properties"]["filename"], "cover_me.png");
    let icons = json(&found[&format!("{catalog}/iMessage App Icon.stickersiconset/Contents.json")]);
    for icon in icons["images"].as_array().unwrap() {
        let path = format!(
            "{catalog}/iMessage App Icon.stickersiconset/{}",
            icon["filename"].as_str().unwrap()
        );
        let picture = image::load_from_memory(&found[&path]).unwrap().to_rgba8();
        assert!(picture.pixels().all(|pixel| pixel.0[3] == 255), "{path}");
    }
    let filled = [
        "Katzen_Co/Info.plist",
        "Katzen_Co StickerPackExtension/Info.plist",
        "Katzen_Co.xcodeproj/project.pbxproj",
    ];
    assert!(filled.iter().all(|path| !text(&found[*path]).contains('@')));
    assert!(text(&found["Katzen_Co/Info.plist"]).contains("<string>Katzen &amp; Co</string>"));
    assert!(text(&found["Katzen_Co.xcodeproj/project.pbxproj"]).contains("\"com.example.jo.katzen-co\""));
}

#[test]
fn a_plain_folder_keeps_the_pictures_and_all_that_is_known() {
    let root = tempfile::tempdir().unwrap();
    let found = files(&write_to(&root.path().join("f"), Platform::Folder).paths[0]);
    let picture = image::load_from_memory(&found["cover_me.png"]).unwrap().to_rgba8();
    let visible = |picture: &RgbaImage| {
        picture
            .pixels()
            .filter(|pixel| pixel.0[3] > 0)
            .copied()
            .collect::<Vec<_>>()
    };
    assert_eq!(visible(&picture), visible(&super::tests::picture("k1").unwrap()));
    let known = json(&found["pack.json"]);
    assert_eq!(
        (&known["title"], &known["cover"]),
        (&"Katzen & Co".into(), &"cover_me.png".into())
    );
    assert_eq!(known["stickers"][2]["file"], "Katze_2.png");
}

#[test]
fn several_packs_get_numbers() {
    let root = tempfile::tempdir().unwrap();
    let packs = [pack(3), pack(4)];
    let written = write(&packs, Platform::Mastodon, &picture, &root.path().join("x"), &Unwatched).unwrap();
    assert_eq!(
        written.paths,
        [root.path().join("x-1.tar.gz"), root.path().join("x-2.tar.gz")]
    );
    assert_eq!(written.stickers.iter().filter(|sticker| sticker.pack == 1).count(), 4);
    assert_eq!(
        names(&files(&written.paths[0])),
        ["Katze_0.png", "Katze_2.png", "cover_me.png"]
    );
}

#[test]
fn stopping_at_any_step_and_a_picture_that_fails_leave_nothing_behind() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("new/cats.zip");
    let packs = [pack(2), pack(2)];
    for last in 0..=6 {
        let stop = |done: u32, of: u32| {
            assert_eq!(of, 6);
            if done >= last {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let stopped = write(&packs, Platform::Telegram, &picture, &out, &stop);
        assert_eq!(stopped, Err(Error::Stopped), "{last}");
        let left = fs::read_dir(root.path().join("new")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{last}");
    }
    let fails = |key: &str| {
        if key == "k1" {
            Err(Error::Usage("gone".to_owned()))
        } else {
            picture(key)
        }
    };
    assert_eq!(
        write(&packs, Platform::Folder, &fails, &out, &Unwatched),
        Err(Error::Usage("gone".to_owned()))
    );
    let empty = |key: &str| {
        if key == "k1" {
            Ok(RgbaImage::new(4, 4))
        } else {
            picture(key)
        }
    };
    let error = write(&packs, Platform::Line, &empty, &out, &Unwatched).unwrap_err();
    assert!(error.to_string().contains("'cover me'"), "{error}");
}

#[test]
fn every_step_is_told_once() {
    let root = tempfile::tempdir().unwrap();
    let heard = Mutex::new(Vec::new());
    let watch = |done: u32, _: u32| {
        heard.lock().unwrap().push(done);
        ControlFlow::Continue(())
    };
    write(&[pack(5)], Platform::Line, &picture, &root.path().join("x"), &watch).unwrap();
    let mut heard = heard.into_inner().unwrap();
    heard.sort_unstable();
    assert_eq!(heard, [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn what_stands_in_the_way_is_found_before_anything_is_read() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("mine.txt"), "x").unwrap();
    let unread = |key: &str| -> Result<RgbaImage, Error> { panic!("{key} was read") };
    for (packs, out) in [
        (vec![pack(1)], root.path().join("")),
        (vec![], root.path().join("a")),
        (vec![pack(0)], root.path().join("a")),
    ] {
        let refused = write(&packs, Platform::Folder, &unread, &out, &Unwatched);
        assert!(matches!(refused, Err(Error::Usage(_))), "{refused:?}");
    }
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_nobody_named_is_never_replaced() {
    let root = tempfile::tempdir().unwrap();
    let mine = ["cats-2.wastickers", "dogs.wastickers"].map(|name| root.path().join(name));
    for path in &mine {
        fs::write(path, "mine").unwrap();
    }
    let unread = |key: &str| -> Result<RgbaImage, Error> { panic!("{key} was read") };
    for (packs, out) in [(vec![pack(3), pack(3)], "cats.wastickers"), (vec![pack(3)], "dogs")] {
        let refused = write(&packs, Platform::Whatsapp, &unread, &root.path().join(out), &Unwatched).unwrap_err();
        assert!(matches!(&refused, Error::Usage(_)), "{refused:?}");
        assert!(
            refused.to_string().contains("already; choose another name"),
            "{refused}"
        );
    }
    assert!(mine.iter().all(|path| fs::read(path).unwrap() == b"mine"));
    write_to(&mine[1], Platform::Whatsapp);
    assert!(fs::read(&mine[1]).unwrap().starts_with(b"PK"));
}

#[test]
fn without_losses_nothing_is_written_of_a_pack_with_a_sticker_that_does_not_fit() {
    let root = tempfile::tempdir().unwrap();
    let noise = |key: &str| {
        let shade = |x: u32, y: u32| (x * 7919 + y * 104_729 + x * y * 31).wrapping_mul(2_654_435_761) >> 24;
        Ok(RgbaImage::from_fn(512, 512, |x, y| {
            let shade = if key == "k0" { 90 } else { shade(x, y) as u8 };
            Rgba([shade, shade ^ 0x55, 255 - shade, 255])
        }))
    };
    let out = root.path().join("cats");
    let refused = write_lossless(&[pack(3)], Platform::Whatsapp, &noise, &out, &Unwatched).unwrap_err();
    assert!(matches!(&refused, Error::Refused(_)), "{refused:?}");
    let text = refused.to_string();
    assert!(
        text.starts_with("'cover me' does not fit in 100000 bytes without loss ("),
        "{text}"
    );
    assert!(text.contains(" % alike), nor does 1 other; "), "{text}");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    let easy = write_lossless(&[pack(3)], Platform::Whatsapp, &picture, &out, &Unwatched).unwrap();
    assert!(easy.paths[0].is_file());
}
