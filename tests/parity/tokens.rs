//! Token ids of 200 prompts, against `tokenizers` (the built-in model's) and transformers' `CLIPTokenizer`.

use diffusion::text_encoder::Tokenizer;
use serde_json::Value;

use crate::agreement::{built_in_model, fixtures, size};

/// Checks all prompts of one column, and that every prompt that was cut says so.
fn check(column: &str, tokenizer: &Tokenizer) {
    let text = std::fs::read_to_string(fixtures().join("tokens.json")).unwrap();
    let tokens: Value = serde_json::from_str(&text).unwrap();
    let facts = &tokens["tokenizers"][column];
    let (length, pad) = (size(facts, "length"), size(facts, "pad_id") as u32);
    assert_eq!(tokenizer.length(), length);
    let prompts = tokens["prompts"].as_array().unwrap();
    assert_eq!(prompts.len(), 200);
    let mut wrong = Vec::new();
    for row in prompts {
        let prompt = row["prompt"].as_str().unwrap();
        let ids = row[column].as_array().unwrap().iter();
        let mut expected: Vec<u32> = ids.map(|id| id.as_u64().unwrap() as u32).collect();
        expected.resize(length, pad);
        let found = tokenizer.encode(prompt).unwrap();
        if found.ids != expected {
            wrong.push(format!("{prompt:?}: {:?} instead of {expected:?}", found.ids));
        }
        // The start and the end take a place each, so a prompt of fewer words than that was not cut.
        if prompt.split_whitespace().count() > length - 2 {
            assert!(found.cut.is_some(), "{prompt:?} was cut");
        }
    }
    assert!(wrong.is_empty(), "{} prompts differ: {}", wrong.len(), wrong.join("\n"));
}

#[test]
fn of_the_built_in_model() {
    check(
        "builtin",
        &Tokenizer::open(&built_in_model().join("tokenizer"), 32).unwrap(),
    );
}

#[test]
fn of_stable_diffusion_1() {
    check(
        "clip",
        &Tokenizer::open(&fixtures().join("folders/tiny-sd1/tokenizer"), 77).unwrap(),
    );
}

#[test]
fn of_stable_diffusion_2() {
    check(
        "clip_sd2",
        &Tokenizer::open(&fixtures().join("folders/tiny-sd2-v/tokenizer"), 77).unwrap(),
    );
}

/// What a person is told of a prompt that is too long.
#[test]
fn the_cut_end_is_told() {
    let tokenizer = Tokenizer::open(&fixtures().join("folders/tiny-sd1/tokenizer"), 77).unwrap();
    assert_eq!(tokenizer.encode("a red cat").unwrap().cut, None);
    let long = format!("{}and a crown", "cat ".repeat(80));
    let cut = tokenizer.encode(&long).unwrap().cut.unwrap();
    assert!(long.ends_with(&cut) && cut.ends_with("cat and a crown"), "{cut:?}");
    // "cat" is two tokens of this small vocabulary, and 75 fit.
    assert!(long.len() - cut.len() == 37 * "cat ".len() + 1, "{cut:?}");
}
