//! What files in a container are called.

use std::collections::{HashMap, HashSet};

use crate::Letters;

/// Characters that the name of a file keeps.
const LONGEST: usize = 60;
/// Of a name that people type between colons. Discord takes 32 for an emoji and 30 for a sticker.
const LONGEST_CODE: usize = 30;
const SHORTEST_CODE: usize = 2;
/// What a nameless sticker is called.
const NAMELESS: &str = "sticker";
/// Names that Windows keeps for itself, whatever follows a dot.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name without an ending for each file: letters and digits of any language, `-` and `_`. No two are the same to a system that
/// does not tell `A` from `a`.
pub(crate) fn file_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    distinct(names.map(safe), LONGEST)
}

/// The same with the place in front, from 1: readers that sort by name keep the order of the pack.
pub(crate) fn numbered_names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Vec<String> {
    let width = names.len().to_string().len().max(2);
    let numbered = names.enumerate();
    numbered
        .map(|(place, name)| format!("{:0width$}_{}", place + 1, safe(name)))
        .collect()
}

/// A name for each emoji that people type between colons: Latin letters (small ones for [`Letters::Lowercase`]), digits and `_`, 2 to 30.
pub(crate) fn short_codes<'a>(names: impl Iterator<Item = &'a str>, letters: Letters) -> Vec<String> {
    let codes = names.map(|name| {
        let plain: String = name.chars().flat_map(plain).collect();
        let mut code = joined(&plain, |letter| letter.is_ascii_alphanumeric(), LONGEST_CODE);
        if letters == Letters::Lowercase {
            code.make_ascii_lowercase();
        }
        if code.len() < SHORTEST_CODE {
            format!("{NAMELESS}{code}")
        } else {
            code
        }
    });
    distinct(codes, LONGEST_CODE)
}

fn safe(name: &str) -> String {
    let name = joined(name, |letter| letter.is_alphanumeric() || letter == '-', LONGEST);
    match name.as_str() {
        "" => NAMELESS.to_owned(),
        // A dash in front is taken for an option, and some names are Windows's own.
        _ if name.starts_with('-') || is_reserved(&name) => format!("{NAMELESS}_{name}"),
        _ => name,
    }
}

/// The words of what `keep` keeps, with `_` between them, cut at a character.
fn joined(name: &str, keep: impl Fn(char) -> bool, longest: usize) -> String {
    let words = name.split(|letter| !keep(letter)).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("_");
    let cut: String = joined.chars().take(longest).collect();
    cut.trim_end_matches('_').to_owned()
}

fn is_reserved(name: &str) -> bool {
    let name = name.to_lowercase();
    let port = ["com", "lpt"].iter().find_map(|port| name.strip_prefix(port));
    let numbered = port.is_some_and(|number| number.chars().count() == 1 && number.chars().all(char::is_numeric));
    RESERVED.contains(&name.as_str()) || numbered
}

/// Puts a number behind every name that was there before.
fn distinct(names: impl Iterator<Item = String>, longest: usize) -> Vec<String> {
    let mut taken = HashSet::new();
    // The last number behind each name: with it the search goes on where it ended.
    let mut numbers = HashMap::new();
    let mut free = |name: String| {
        let mut tried = name.clone();
        let number = numbers.entry(folded(&name)).or_insert(1);
        while !taken.insert(folded(&tried)) {
            *number += 1;
            let end = format!("_{number}");
            let begin: String = name.chars().take(longest - end.len()).collect();
            tried = begin + &end;
        }
        tried
    };
    names.map(&mut free).collect()
}

/// The same for names that differ in case only; by way of capitals, so that `ß` and `SS` are the same, too.
fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

/// Letters of Western Europe without their accents.
fn plain(letter: char) -> impl Iterator<Item = char> {
    let small = letter.to_lowercase().next().unwrap_or(letter);
    let plain = match small {
        'à'..='ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='õ' | 'ō' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ř' => "r",
        'ś' | 'ş' | 'š' => "s",
        'ß' => "ss",
        'ť' => "t",
        'ù'..='û' | 'ū' | 'ů' | 'ű' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    };
    let unknown = plain.is_empty().then_some(letter);
    plain.chars().chain(unknown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_safe_on_every_system() {
        let names = file_names(
            [
                "../../etc/passwd",
                "a:b*c?",
                "con",
                "Lpt1",
                "...",
                "-rf",
                "一只 猫",
                "COM10",
                "lpt¹",
            ]
            .into_iter(),
        );
        assert_eq!(
            names,
            [
                "etc_passwd",
                "a_b_c",
                "sticker_con",
                "sticker_Lpt1",
                "sticker",
                "sticker_-rf",
                "一只_猫",
                "COM10",
                "sticker_lpt¹"
            ]
        );
    }

    #[test]
    fn names_that_differ_in_case_only_get_numbers() {
        let names = file_names(["Cat", "cat", "CAT", "cat_2", "STRASSE", "straße"].into_iter());
        assert_eq!(names, ["Cat", "cat_2", "CAT_3", "cat_2_2", "STRASSE", "straße_2"]);
    }

    #[test]
    fn numbers_keep_the_order() {
        assert_eq!(
            numbered_names(["b", "a", "cover"].into_iter()),
            ["01_b", "02_a", "03_cover"]
        );
        let many = vec!["x"; 120];
        assert_eq!(numbered_names(many.into_iter())[118..], ["119_x", "120_x"]);
    }

    #[test]
    fn short_codes_are_what_servers_take() {
        let names = ["Happy Cat!", "happy-cat", "Été à la crème", "猫", "x", "große Tür"];
        assert_eq!(
            short_codes(names.into_iter(), Letters::Lowercase)[..2],
            ["happy_cat", "happy_cat_2"]
        );
        assert_eq!(
            short_codes(names.into_iter(), Letters::Shortcode),
            [
                "Happy_Cat",
                "happy_cat_2",
                "ete_a_la_creme",
                "sticker",
                "stickerx",
                "grosse_Tuer"
            ]
        );
    }

    #[test]
    fn thousands_of_equal_names_are_told_apart_at_once() {
        let begin = std::time::Instant::now();
        let names = file_names(std::iter::repeat_n("cat", 50_000));
        assert_eq!(names[49_999], "cat_50000");
        assert!(begin.elapsed().as_secs() < 2, "{:?}", begin.elapsed());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_names_are_safe_and_different(names in proptest::collection::vec(any::<String>(), 1..20)) {
            for found in [file_names(names.iter().map(String::as_str)), short_codes(names.iter().map(String::as_str), Letters::Lowercase)] {
                let folded: HashSet<_> = found.iter().map(|name| folded(name)).collect();
                prop_assert_eq!(folded.len(), names.len());
                for name in found {
                    prop_assert!(!name.is_empty() && name.chars().count() <= LONGEST + 8, "{}", name);
                    prop_assert!(!name.contains(['/', '\\', '.', ':', '\0', ' ']) && !is_reserved(&name), "{}", name);
                }
            }
        }
    }
}
