//! Names that every file system, kohya's tools and WebDataset take.

use std::collections::HashSet;

/// The longest name, in bytes without its suffix: a tar header has room for a hundred.
const LONGEST: usize = 60;
/// Names that Windows keeps for devices, with any suffix.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Gives each name once.
#[derive(Debug, Default)]
pub(super) struct Stems(HashSet<String>);

impl Stems {
    /// A file's name without suffix, made from a path: letters, digits, `-` and `_`, and no dot, at which WebDataset would cut it. A name
    /// that differs from an earlier one in its case alone gets a number.
    pub(super) fn of_path(&mut self, path: &str) -> String {
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        self.of(stem)
    }

    /// The same of a text.
    pub(super) fn of(&mut self, text: &str) -> String {
        let plain = plain(text);
        let mut stem = plain.clone();
        let mut next = 2;
        while !self.0.insert(stem.to_lowercase()) {
            stem = format!("{plain}-{next}");
            next += 1;
        }
        stem
    }
}

fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        let kept = if letter.is_alphanumeric() || letter == '_' {
            letter
        } else {
            '-'
        };
        if plain.len() + kept.len_utf8() > LONGEST {
            break;
        }
        plain.push(kept);
    }
    let trimmed = plain.trim_matches('-');
    if trimmed.is_empty() || is_device(trimmed) {
        return format!("sticker{trimmed}");
    }
    trimmed.to_owned()
}

/// `con`, `com1`, `lpt9`...
fn is_device(stem: &str) -> bool {
    let stem = stem.to_lowercase();
    let numbered = stem.len() == 4 && stem.ends_with(|digit: char| digit.is_ascii_digit());
    DEVICES.contains(&stem.as_str()) || (numbered && (stem.starts_with("com") || stem.starts_with("lpt")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_keeps_its_letters_and_loses_what_some_tool_does_not_take() {
        let mut stems = Stems::default();
        assert_eq!(stems.of_path("train/日本 the.cat.png"), "日本-the-cat");
        assert_eq!(stems.of_path("../../Cat.png"), "Cat");
        assert_eq!(stems.of_path("cat.jpg"), "cat-2");
        assert_eq!(stems.of_path("con.png"), "stickercon");
        assert_eq!(stems.of_path("….png"), "sticker");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn names_are_plain_short_and_all_different(names in proptest::collection::vec(".{0,90}", 1..20)) {
            let mut stems = Stems::default();
            let mut seen = HashSet::new();
            for name in &names {
                let stem = stems.of_path(name);
                prop_assert!(!stem.is_empty() && stem.len() <= LONGEST + 8);
                prop_assert!(stem.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter)));
                prop_assert!(seen.insert(stem.to_lowercase()));
            }
        }
    }
}
