//! What `sticker inspect` says of a file or folder.

use png::text_metadata::TEXtChunk;
use serde_json::Value;

use crate::support::png_file::PngFile;
use crate::support::{Ended, Sandbox, TINY, fixture_folder, fixture_lora};

fn json(ended: &Ended) -> Value {
    ended.lines();
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn a_sticker_gives_its_recipe() {
    let sandbox = Sandbox::new();
    let made = json(&sandbox.generate(["a cat", "--seed", "7", "--negative", "dog", "--json"]));
    let inspected = json(&sandbox.run(["inspect", "a-cat-7.png", "--json"]));
    assert_eq!(inspected["kind"], "sticker");
    assert_eq!(inspected["recipe"], made["recipe"]);
    let text = sandbox.run(["inspect", "a-cat-7.png"]);
    text.lines();
    for said in ["a cat", "dog", "7", "16"] {
        assert!(text.stdout.contains(said), "{said}: {}", text.stdout);
    }
}

#[test]
fn a_sticker_without_a_recipe_is_a_picture() {
    let sandbox = Sandbox::new();
    sandbox.generate(["cat", "--seed", "7", "--no-recipe"]).lines();
    let inspected = json(&sandbox.run(["inspect", "cat-7.png", "--json"]));
    assert_eq!(inspected["kind"], "picture");
    assert_eq!((&inspected["width"], &inspected["height"]), (&16.into(), &16.into()));
}

#[test]
fn a_picture_of_another_program_gives_its_parameters() {
    let sandbox = Sandbox::new();
    let text = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 99, Size: 16x16";
    let mut picture = PngFile::plain(16);
    picture.text.push(TEXtChunk::new("parameters", text));
    picture.write(sandbox.path("a1111.png"));
    let said = sandbox.run(["inspect", "a1111.png"]);
    said.lines();
    for part in ["a cat", "dog", "Euler a", "99"] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    assert_eq!(
        json(&sandbox.run(["inspect", "a1111.png", "--json"]))["kind"],
        "picture"
    );
}

#[test]
fn a_model_folder_gives_its_facts() {
    let sandbox = Sandbox::new();
    let folder = fixture_folder(TINY);
    let inspected = json(&Ended::of(
        sandbox.command(["inspect", "--json"]).arg(&folder).output().unwrap(),
    ));
    assert_eq!(inspected["kind"], "model");
    assert!(inspected["facts"].is_object(), "{inspected}");
    let text = Ended::of(sandbox.command(["inspect"]).arg(&folder).output().unwrap());
    assert!(text.lines().len() > 3, "{}", text.stdout);
}

#[test]
fn a_lora_file_gives_its_facts() {
    let sandbox = Sandbox::new();
    for name in ["kohya.safetensors", "peft.safetensors"] {
        let inspected = json(&Ended::of(
            sandbox
                .command(["inspect", "--json"])
                .arg(fixture_lora(name))
                .output()
                .unwrap(),
        ));
        assert_eq!(inspected["kind"], "adapter", "{name}");
        assert!(inspected["facts"].is_object(), "{inspected}");
    }
}
