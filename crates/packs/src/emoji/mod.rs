//! Emoji: what is one, which there are, and which suit a text.

mod chinese;
mod english;
mod groups;
mod suggest;

use unicode_segmentation::UnicodeSegmentation;

pub use groups::{Emoji, EmojiGroup, emoji_groups};
pub use suggest::suggest_emoji;

use crate::Sticker;

/// For a sticker of which nothing is known.
const DEFAULT: &str = "🙂";

/// Whether the text is just one emoji, with or without a skin tone or a presentation selector.
pub fn is_emoji(text: &str) -> bool {
    emojis::get(text).is_some()
}

/// The characters of a text as people see them, without white space and commas: what someone typed as emoji.
pub fn split_emoji(text: &str) -> Vec<String> {
    let characters = text
        .graphemes(true)
        .filter(|character| !character.trim().is_empty() && !matches!(*character, "," | "，" | "、"));
    characters.map(str::to_owned).collect()
}

/// The emoji that a sticker without one gets: suggested by its text, else by its name.
pub(crate) fn default_emoji(sticker: &Sticker) -> String {
    let suggested = [&sticker.text, &sticker.name]
        .into_iter()
        .find_map(|text| suggest_emoji(text).into_iter().next());
    suggested.unwrap_or_else(|| DEFAULT.to_owned())
}

#[cfg(test)]
mod tests;
