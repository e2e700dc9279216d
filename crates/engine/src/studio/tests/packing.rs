//! Packs: what is in them, what the platforms say, and their files.

use std::fs;

use library::{PackChange, PackId, PackSticker};
use packs::{Platform, Problem, SheetRequest};

use super::*;

/// A pack with these stickers.
fn pack_of(bench: &Bench, prompts: &[&str]) -> PackId {
    let ids: Vec<_> = prompts.iter().map(|prompt| bench.sticker(prompt)).collect();
    let pack = bench.studio().create_pack("My cats", "me").unwrap().id;
    bench.studio().add_to_pack(&pack, &ids).unwrap();
    pack
}

fn problems(bench: &Bench, pack: &PackId, platform: Platform) -> Vec<Problem> {
    let checks = bench.studio().check_pack(pack).unwrap();
    assert_eq!(checks.len(), Platform::ALL.len());
    let check = checks.into_iter().find(|check| check.platform == platform).unwrap();
    check.findings.into_iter().map(|finding| finding.problem).collect()
}

#[test]
fn stickers_come_in_once_and_with_an_emoji_that_suits() {
    let bench = Bench::start();
    let pack = pack_of(&bench, &["a happy cat", "zzzz"]);
    let detail = bench.studio().pack(&pack).unwrap();
    let ids: Vec<_> = detail.stickers.iter().map(|entry| entry.sticker.id.clone()).collect();
    assert_eq!(detail.stickers[0].emoji.len(), 1);
    assert_eq!(detail.stickers[1].emoji, Vec::<String>::new());
    let again = bench.studio().add_to_pack(&pack, &ids).unwrap();
    assert_eq!(again, detail);
}

#[test]
fn platforms_say_what_is_wrong_and_the_fix_mends_it() {
    let bench = Bench::start();
    let pack = pack_of(&bench, &["zzzz", "yyyy", "xxxx"]);
    assert!(problems(&bench, &pack, Platform::Telegram).contains(&Problem::MissingEmoji));
    let fixed = bench.studio().fix_pack(&pack, Platform::Telegram).unwrap();
    assert_eq!(fixed.packs, std::slice::from_ref(&pack));
    assert!(!fixed.fixes.is_empty());
    assert!(!problems(&bench, &pack, Platform::Telegram).contains(&Problem::MissingEmoji));
    assert_eq!(
        bench.studio().fix_pack(&pack, Platform::Telegram).unwrap().fixes,
        Vec::<String>::new()
    );
}

#[test]
fn a_pack_that_is_too_long_becomes_several_and_loses_nothing() {
    let bench = Bench::start();
    let prompts: Vec<_> = (0..31).map(|number| format!("cat {number}")).collect();
    let prompts: Vec<_> = prompts.iter().map(String::as_str).collect();
    let pack = pack_of(&bench, &prompts);
    assert!(problems(&bench, &pack, Platform::Whatsapp).contains(&Problem::TooMany));
    let fixed = bench.studio().fix_pack(&pack, Platform::Whatsapp).unwrap();
    let counts: Vec<_> = fixed
        .packs
        .iter()
        .map(|id| bench.studio().pack(id).unwrap().stickers.len())
        .collect();
    assert_eq!(counts, [16, 15]);
    assert_eq!(fixed.packs[0], pack);
}

#[test]
fn an_export_is_whole_and_its_pack_stays_as_it_is() {
    let bench = Bench::start();
    let pack = pack_of(&bench, &["a cat", "a dog", "zzzz"]);
    let before = bench.studio().pack(&pack).unwrap();
    is_sentence(&bench.studio().last_export().unwrap_err());
    let path = bench.path("cats.wastickers");
    let exported = bench
        .studio()
        .export_pack(&pack, Platform::Whatsapp, &path)
        .unwrap()
        .unwrap();
    assert_eq!(exported.paths, [path.display().to_string()]);
    assert_eq!(exported.bytes, fs::metadata(&path).unwrap().len());
    assert_eq!(exported.stickers.len(), 3);
    assert!(!exported.fixes.is_empty(), "one had no emoji");
    assert_eq!(bench.studio().last_export().unwrap(), path);
    assert_eq!(bench.studio().pack(&pack).unwrap(), before);

    let folder = bench.path("out");
    fs::create_dir(&folder).unwrap();
    for name in ["my-cats", "my-cats-2"] {
        let exported = bench
            .studio()
            .export_pack(&pack, Platform::Folder, &folder)
            .unwrap()
            .unwrap();
        assert_eq!(exported.paths, [folder.join(name).display().to_string()]);
    }
}

#[test]
fn what_a_platform_refuses_is_not_written() {
    let bench = Bench::start();
    let pack = pack_of(&bench, &["a cat"]);
    let path = bench.path("cats.wastickers");
    let error = bench
        .studio()
        .export_pack(&pack, Platform::Whatsapp, &path)
        .unwrap_err();
    is_sentence(&error);
    assert!(!path.exists());
}

#[test]
fn a_sheet_is_written_into_a_new_folder() {
    let bench = Bench::start();
    let opaque = |name: &str, red| {
        let path = bench.path(name);
        let picture = crate::Picture {
            width: 8,
            height: 8,
            rgba: [red, 0, 0, 255].repeat(64),
        };
        crate::write_png(&path, &picture).unwrap();
        path
    };
    let imported = bench
        .studio()
        .import(&[opaque("a.png", 1), opaque("b.png", 2)])
        .imported;
    let ids: Vec<_> = imported.into_iter().map(|sticker| sticker.id).collect();
    let printed = bench
        .studio()
        .print_sheet(&ids, &SheetRequest::default(), bench.root.path())
        .unwrap()
        .unwrap();
    assert_eq!(printed.pages, 1);
    let folder = bench.path("sticker-sheet");
    assert!(fs::read(folder.join("sheet.pdf")).unwrap().starts_with(b"%PDF"));
    assert!(
        printed.paths.iter().all(|path| Path::new(path).exists()),
        "{:?}",
        printed.paths
    );
}

#[test]
fn a_change_of_what_is_gone_changes_nothing() {
    let bench = Bench::start();
    let pack = pack_of(&bench, &["a cat"]);
    let before = bench.studio().pack(&pack).unwrap();
    let change = PackChange {
        title: "Other".to_owned(),
        author: String::new(),
        cover: None,
        stickers: vec![PackSticker {
            sticker: "01arz3ndektsv4rrffq69g5fav".parse().unwrap(),
            emoji: Vec::new(),
            text: String::new(),
        }],
    };
    is_sentence(&bench.studio().change_pack(&pack, &change).unwrap_err());
    assert_eq!(bench.studio().pack(&pack).unwrap(), before);
    bench.studio().delete_pack(&pack).unwrap();
    is_sentence(&bench.studio().pack(&pack).unwrap_err());
}
