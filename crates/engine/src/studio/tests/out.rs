//! Stickers and adapters that leave the studio.

use std::fs;

use super::*;
use crate::read_png;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_export_replaces_nothing() {
    let bench = Bench::start();
    let ids = [
        bench.sticker("a cat"),
        bench.sticker("a cat!"),
        bench.sticker("../../etc/passwd"),
    ];
    let folder = bench.path("out");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a-cat-7.png"), "mine").unwrap();
    let exported = bench.studio().export(&ids, &folder, RecipeInside::Kept).unwrap();
    assert_eq!((exported.count, exported.folder), (3, folder.display().to_string()));
    bench
        .studio()
        .export(&ids[..1], &folder, RecipeInside::LeftOut)
        .unwrap();
    assert_eq!(
        names(&folder),
        [
            "a-cat-7-2.png",
            "a-cat-7-3.png",
            "a-cat-7-4.png",
            "a-cat-7.png",
            "etc-passwd-7.png"
        ]
    );
    assert_eq!(fs::read(folder.join("a-cat-7.png")).unwrap(), b"mine");
    let recipe = |name: &str| read_png(&folder.join(name)).unwrap().1.recipe().unwrap();
    assert_eq!(recipe("a-cat-7-2.png").unwrap().prompt, "a cat");
    assert_eq!(recipe("a-cat-7-4.png"), None);
    let left_out = read_png(&folder.join("a-cat-7-4.png")).unwrap().1;
    assert_eq!((left_out.parameters, left_out.other), (None, vec![]));
}

#[test]
fn save_as_writes_exactly_the_chosen_file() {
    let bench = Bench::start();
    let id = bench.sticker("a cat");
    let path = bench.path("my cat.png");
    fs::write(&path, "old").unwrap();
    assert_eq!(bench.studio().save_as(&id, &path, RecipeInside::Kept).unwrap(), path);
    assert_eq!(fs::read(&path).unwrap(), bench.studio().full_png(&id).unwrap());
    bench.studio().save_as(&id, &path, RecipeInside::LeftOut).unwrap();
    let (picture, metadata) = read_png(&path).unwrap();
    assert_eq!(
        (picture.rgba, metadata.recipe_json),
        (bench.studio().picture(&id).unwrap().rgba, None)
    );
}

#[test]
fn a_name_that_gets_its_ending_here_replaces_nothing() {
    let bench = Bench::start();
    let id = bench.sticker("a cat");
    fs::write(bench.path("cat.png"), "mine").unwrap();
    let saved = bench
        .studio()
        .save_as(&id, &bench.path("cat"), RecipeInside::Kept)
        .unwrap();
    assert_eq!(saved, bench.path("cat-2.png"));
    assert_eq!(fs::read(bench.path("cat.png")).unwrap(), b"mine");
    assert_eq!(
        bench
            .studio()
            .save_as(&id, &bench.path("dog"), RecipeInside::Kept)
            .unwrap(),
        bench.path("dog.png")
    );
}

#[test]
fn what_cannot_be_written_says_so_and_leaves_the_old_file() {
    let bench = Bench::start();
    let id = bench.sticker("a cat");
    fs::write(bench.path("file"), "mine").unwrap();
    let gone: StickerId = "0".repeat(26).parse().unwrap();
    for error in [
        bench
            .studio()
            .save_as(&id, &bench.path("file/x.png"), RecipeInside::Kept)
            .unwrap_err(),
        bench
            .studio()
            .export(std::slice::from_ref(&id), &bench.path("file"), RecipeInside::Kept)
            .unwrap_err(),
        bench
            .studio()
            .save_as(&gone, &bench.path("x.png"), RecipeInside::Kept)
            .unwrap_err(),
        bench
            .studio()
            .export(&[gone], &bench.path("out"), RecipeInside::Kept)
            .unwrap_err(),
    ] {
        is_sentence(&error);
    }
    fs::remove_file(bench.studio().file(&id).unwrap()).unwrap();
    let path = bench.path("mine.png");
    fs::write(&path, "mine").unwrap();
    is_sentence(&bench.studio().save_as(&id, &path, RecipeInside::Kept).unwrap_err());
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn names_for_files_are_suggested() {
    let bench = Bench::start();
    let id = bench.sticker("A Cat, ../with\\ a hat?");
    assert_eq!(bench.studio().suggested_name(&id).unwrap(), "a-cat-with-a-hat-7.png");
    let chinese = bench.sticker("一只猫");
    let name = bench.studio().suggested_name(&chinese).unwrap();
    assert!(name.ends_with("-7.png") && !name.contains(['/', '\\']), "{name}");
}
