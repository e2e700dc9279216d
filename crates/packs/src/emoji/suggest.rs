//! Emoji that suit a prompt.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::chinese::CHINESE;
use super::english::{ENGLISH, IGNORED};
use super::{is_emoji, split_emoji};

/// How many are suggested.
const MOST: usize = 5;
/// How many words a name has at most that is looked for: "man in tuxedo".
const LONGEST: usize = 4;
/// The same for Chinese, in letters.
const LONGEST_CHINESE: usize = 4;

/// Emoji by the stems of what they are called.
struct Index {
    /// By a whole name or shortcode, and by the words of our own table, which come first.
    whole: HashMap<String, Vec<&'static str>>,
    /// By one word of a longer name.
    part: HashMap<String, Vec<&'static str>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// Emoji that suit a prompt in English or Chinese, the best first, at most five: those in the text itself, then for each thing that is
/// named in it the best one, in order, then the second best ones, then those that only share a word with it.
pub fn suggest_emoji(text: &str) -> Vec<String> {
    let own: Vec<_> = split_emoji(text)
        .iter()
        .filter(|part| is_emoji(part))
        .filter_map(|part| emojis::get(part))
        .collect();
    let (mut strong, weak) = INDEX.english(&words(text));
    strong.extend(chinese(text));
    let deepest = strong.iter().map(Vec::len).max().unwrap_or(0);
    let ranked = (0..deepest).flat_map(|rank| strong.iter().filter_map(move |found| found.get(rank).copied()));
    let mut suggested: Vec<String> = Vec::new();
    for emoji in own.into_iter().map(emojis::Emoji::as_str).chain(ranked).chain(weak) {
        if suggested.len() < MOST && !suggested.iter().any(|other| other == emoji) {
            suggested.push(emoji.to_owned());
        }
    }
    suggested
}

impl Index {
    fn new() -> Self {
        let mut index = Self {
            whole: HashMap::new(),
            part: HashMap::new(),
        };
        for (words, emoji) in ENGLISH {
            let found = index.whole.entry(key(&self::words(words))).or_default();
            found.extend(split_static(emoji));
        }
        // Shortcodes before names: people chose them.
        for emoji in emojis::iter() {
            for code in emoji.shortcodes() {
                index.add(&words(code), emoji.as_str());
            }
        }
        for emoji in emojis::iter() {
            index.add(&words(emoji.name()), emoji.as_str());
        }
        index
    }

    fn add(&mut self, words: &[String], emoji: &'static str) {
        let whole = key(words);
        // "o", "ab" and "on" are signs on buttons, not things in pictures.
        if whole.len() < 3 || words.len() > LONGEST {
            return;
        }
        push(self.whole.entry(whole).or_default(), emoji);
        if words.len() > 1 {
            for word in words.iter().filter(|word| word.len() > 2) {
                push(self.part.entry(word.clone()).or_default(), emoji);
            }
        }
    }

    /// For each thing that the words name its emoji, and those that only share a word.
    fn english(&self, words: &[String]) -> (Vec<Vec<&'static str>>, Vec<&'static str>) {
        let (mut strong, mut weak) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < words.len() {
            let longest = LONGEST.min(words.len() - at);
            let found = (1..=longest).rev().find_map(|count| {
                let words = &words[at..at + count];
                let ignored = words.len() == 1 && is_ignored(&words[0]);
                self.whole
                    .get(&key(words))
                    .filter(|_| !ignored)
                    .map(|found| (count, found))
            });
            if let Some((count, found)) = found {
                strong.push(found.clone());
                at += count;
                continue;
            }
            if !is_ignored(&words[at]) {
                weak.extend(self.part.get(&words[at]).into_iter().flatten().take(2));
            }
            at += 1;
        }
        (strong, weak)
    }
}

fn push(found: &mut Vec<&'static str>, emoji: &'static str) {
    if !found.contains(&emoji) {
        found.push(emoji);
    }
}

/// For each thing that the text names in Chinese its emoji. The longest word counts: 熊猫 is a panda, 熊 a bear.
fn chinese(text: &str) -> Vec<Vec<&'static str>> {
    let starts: Vec<usize> = text
        .char_indices()
        .map(|(start, _)| start)
        .chain([text.len()])
        .collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 1 < starts.len() {
        let word = |count: usize| starts.get(at + count).map(|end| &text[starts[at]..*end]);
        let entry = (1..=LONGEST_CHINESE).rev().find_map(|count| {
            let word = word(count)?;
            CHINESE
                .iter()
                .find(|(other, _)| *other == word)
                .map(|(_, emoji)| (count, emoji))
        });
        at += entry.map_or(1, |(count, _)| count);
        found.extend(entry.map(|(_, emoji)| split_static(emoji)));
    }
    found
}

/// The emoji of a text of nothing else.
fn split_static(text: &'static str) -> Vec<&'static str> {
    split_emoji(text)
        .iter()
        .filter_map(|part| emojis::get(part))
        .map(emojis::Emoji::as_str)
        .collect()
}

/// The stems of the words of a text.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace(['\'', '’'], "");
    let words = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(stem).collect()
}

fn key(words: &[String]) -> String {
    words.join(" ")
}

fn is_ignored(stem: &str) -> bool {
    static STEMS: LazyLock<Vec<String>> = LazyLock::new(|| IGNORED.split_whitespace().map(self::stem).collect());
    STEMS.iter().any(|other| other == stem)
}

/// An English word without its ending, so that "dancing", "dances" and "dance" are one: the first step of Porter's stemmer (1980),
/// and a last "e" cut.
fn stem(word: &str) -> String {
    let has_vowel = |stem: &str| stem.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    let plural = match word {
        _ if !word.is_ascii() || word.len() < 4 => return word.to_owned(),
        _ if word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        _ if ["sses", "shes", "ches", "xes"].iter().any(|end| word.ends_with(end)) => word[..word.len() - 2].to_owned(),
        _ if word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end)) => {
            word[..word.len() - 1].to_owned()
        }
        _ => word.to_owned(),
    };
    let ending = ["ing", "ed"].into_iter().find_map(|ending| plural.strip_suffix(ending));
    let stem = match ending.filter(|stem| stem.len() > 2 && has_vowel(stem)) {
        Some(stem) => undoubled(stem),
        None => &plural,
    };
    let shorter = stem
        .strip_suffix('e')
        .filter(|shorter| shorter.len() > 3 || ending.is_some());
    shorter.unwrap_or(stem).to_owned()
}

/// A doubled last letter becomes a single one, as in "hugg" of "hugging"; "fall" stays.
fn undoubled(stem: &str) -> &str {
    let bytes = stem.as_bytes();
    let doubled = bytes.len() > 3 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2];
    if doubled && !matches!(bytes[bytes.len() - 1], b'l' | b's' | b'z') {
        &stem[..stem.len() - 1]
    } else {
        stem
    }
}
