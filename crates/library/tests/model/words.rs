//! The words that random prompts, tags and questions are made of, and what they are found by.

/// Each with the words that it is found by.
pub const WORDS: [(&str, &[&str]); 8] = [
    ("cat", &["cat"]),
    ("Catalogue", &["catalogue"]),
    ("red", &["red"]),
    ("Élan", &["elan"]),
    ("猫", &["猫"]),
    ("一只猫", &["一", "只", "猫"]),
    ("猫cat🎉", &["猫", "cat", "🎉"]),
    ("well-known", &["well", "known"]),
];
pub const TAGS: [&str; 4] = ["Pets", "pets", "Ünder", "礼物"];
pub const DEVICES: [&str; 2] = ["cpu", "gpu"];
pub const ADAPTERS: [&str; 2] = ["aa", "bb"];

pub fn tag_words(folded: &str) -> Vec<&'static str> {
    match folded {
        "pets" => vec!["pets"],
        "ünder" => vec!["under"],
        _ => vec!["礼", "物"],
    }
}

pub fn query_words(text: &str) -> Vec<&'static str> {
    match text {
        "cat" | "CAT" => vec!["cat"],
        "ca" => vec!["ca"],
        "red" => vec!["red"],
        "elan" => vec!["elan"],
        "Él" => vec!["el"],
        "猫" => vec!["猫"],
        "只猫" => vec!["只", "猫"],
        "猫cat" => vec!["猫", "cat"],
        "🎉" => vec!["🎉"],
        "well-k" => vec!["well", "k"],
        "pet" => vec!["pet"],
        "礼" => vec!["礼"],
        _ => vec![],
    }
}
