//! Lengths of texts, and how messages name things.

use unicode_segmentation::UnicodeSegmentation;

use crate::{Sticker, TextRule};

/// UTF-16 units, as [`TextRule`] counts.
pub(crate) fn length(text: &str) -> u32 {
    text.encode_utf16().count() as u32
}

/// Whether the text is longer than the rule allows.
pub(crate) fn is_too_long(text: &str, rule: TextRule) -> bool {
    rule.most.is_some_and(|most| length(text) > most)
}

/// The beginning of the text that has at most so many units, cut between two characters as people see them, without white space
/// at either end.
pub(crate) fn cut(text: &str, most: u32) -> String {
    let text = text.trim();
    let mut units = 0;
    let fits = |(_, character): &(usize, &str)| {
        units += length(character);
        units <= most
    };
    let end = text
        .grapheme_indices(true)
        .take_while(fits)
        .last()
        .map_or(0, |(at, character)| at + character.len());
    text[..end].trim_end().to_owned()
}

/// "'corgi'", or "Sticker 3" for a sticker without a name.
pub(crate) fn subject(sticker: &Sticker, place: usize) -> String {
    let name = sticker.name.trim();
    if name.is_empty() {
        format!("Sticker {}", place + 1)
    } else {
        format!("'{}'", cut(name, 60))
    }
}

/// "1 sticker", "3 stickers".
pub(crate) fn stickers(count: u32) -> String {
    if count == 1 {
        "1 sticker".to_owned()
    } else {
        format!("{count} stickers")
    }
}

/// "8, 16 or 24".
pub(crate) fn listed(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_as_people_see_them() {
        assert_eq!(cut("  hello world ", 5), "hello");
        assert_eq!(cut("hello world", 6), "hello");
        // A family is one character of eleven units; a flag one of four; e with an accent one of two.
        assert_eq!(cut("ab👨‍👩‍👧‍👦c", 12), "ab");
        assert_eq!(cut("ab👨‍👩‍👧‍👦c", 13), "ab👨‍👩‍👧‍👦");
        assert_eq!(cut("🇫🇷🇩🇪", 7), "🇫🇷");
        assert_eq!(cut("cafe\u{301}", 4), "caf");
    }

    #[test]
    fn lists_read_as_people_write_them() {
        let items = ["8", "16", "24"].map(str::to_owned);
        assert_eq!(listed(&items, "or"), "8, 16 or 24");
        assert_eq!(listed(&items[..1], "or"), "8");
    }
}
