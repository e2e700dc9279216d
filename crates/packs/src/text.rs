//! Lengths of texts, and how messages name things.

use unicode_segmentation::UnicodeSegmentation;

use crate::{Sticker, TextRule};

/// A byte order mark, which is no letter wherever it stands.
const MARK: char = '\u{feff}';
/// How many are shown of what may be very many.
const SHOWN: usize = 3;

/// The text as it is written: in one line, without control characters, byte order marks, and white space at either end.
pub(crate) fn one_line(text: &str) -> String {
    let text = text.replace(MARK, "").replace(char::is_control, " ");
    text.trim().to_owned()
}

/// UTF-16 units of what is written of the text, as [`TextRule`] counts.
pub(crate) fn length(text: &str) -> u32 {
    one_line(text).encode_utf16().count() as u32
}

/// Whether nothing is written of the text.
pub(crate) fn is_blank(text: &str) -> bool {
    length(text) == 0
}

/// Whether the text is longer than the rule allows.
pub(crate) fn is_too_long(text: &str, rule: TextRule) -> bool {
    rule.most.is_some_and(|most| length(text) > most)
}

/// Whether there is a text, and it is shorter than the rule allows.
pub(crate) fn is_too_short(text: &str, rule: TextRule) -> bool {
    (1..rule.least).contains(&length(text))
}

/// The beginning of what is written of the text that has at most so many units, cut between two characters as people see them, without
/// white space at either end.
pub(crate) fn cut(text: &str, most: u32) -> String {
    let text = one_line(text);
    let mut units = 0;
    let fits = |(_, character): &(usize, &str)| {
        units += character.encode_utf16().count() as u32;
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
    let name = cut(&sticker.name, 60);
    if name.is_empty() {
        format!("Sticker {}", place + 1)
    } else {
        format!("'{name}'")
    }
}

/// "'a', 'b', 'c' and 7 more": the first few of some texts, each cut short.
pub(crate) fn sample(texts: &[impl AsRef<str>]) -> String {
    let shown = texts.iter().take(SHOWN);
    let shown: Vec<_> = shown.map(|text| format!("'{}'", cut(text.as_ref(), 20))).collect();
    match texts.len().saturating_sub(SHOWN) {
        0 => listed(&shown, "and"),
        more => format!("{} and {more} more", shown.join(", ")),
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
    fn control_characters_and_byte_order_marks_are_not_written() {
        assert_eq!(one_line("\u{feff} Cats\tand\u{1}dogs\n"), "Cats and dogs");
        assert!(is_blank("\u{1}\u{feff} \n") && !is_blank("."));
        assert_eq!(cut("\u{feff}a\u{1b}[2J", 9), "a [2J");
    }

    #[test]
    fn a_sample_is_short_whatever_there_is() {
        assert_eq!(sample(&["a", "b\u{7}"]), "'a' and 'b'");
        assert_eq!(sample(&["a"; 200]), "'a', 'a', 'a' and 197 more");
        assert_eq!(sample(&["a".repeat(200_000)]), format!("'{}'", "a".repeat(20)));
    }

    #[test]
    fn lists_read_as_people_write_them() {
        let items = ["8", "16", "24"].map(str::to_owned);
        assert_eq!(listed(&items, "or"), "8, 16 or 24");
        assert_eq!(listed(&items[..1], "or"), "8");
    }
}
