//! All emoji, for a picker.

use serde::Serialize;

/// Emoji of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct EmojiGroup {
    /// Its name: "Animals and nature".
    pub name: &'static str,
    /// In Unicode's order.
    pub emoji: Vec<Emoji>,
}

/// One emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Emoji {
    /// Itself.
    pub text: &'static str,
    /// Unicode's name for it: "dog face".
    pub name: &'static str,
    /// What people type for it: its shortcodes, as words.
    pub keywords: Vec<String>,
}

/// The newest emoji that the fonts of phones and desktops usually have (2023).
const NEWEST: emojis::UnicodeVersion = emojis::UnicodeVersion::new(15, 1);

/// The emoji by Unicode's groups, without skin tones, and without those too new for most fonts.
pub fn emoji_groups() -> Vec<EmojiGroup> {
    let group = |group: emojis::Group| EmojiGroup {
        name: name(group),
        emoji: group
            .emojis()
            .filter(|emoji| emoji.unicode_version() <= NEWEST)
            .map(emoji)
            .collect(),
    };
    emojis::Group::iter().map(group).collect()
}

fn emoji(emoji: &'static emojis::Emoji) -> Emoji {
    Emoji {
        text: emoji.as_str(),
        name: emoji.name(),
        keywords: emoji.shortcodes().map(|code| code.replace(['_', '-'], " ")).collect(),
    }
}

fn name(group: emojis::Group) -> &'static str {
    use emojis::Group;
    match group {
        Group::SmileysAndEmotion => "Smileys and emotion",
        Group::PeopleAndBody => "People and body",
        Group::AnimalsAndNature => "Animals and nature",
        Group::FoodAndDrink => "Food and drink",
        Group::TravelAndPlaces => "Travel and places",
        Group::Activities => "Activities",
        Group::Objects => "Objects",
        Group::Symbols => "Symbols",
        Group::Flags => "Flags",
    }
}
