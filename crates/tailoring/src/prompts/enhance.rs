//! Making short prompts richer.

use std::collections::HashSet;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::chance::SplitMix64;
use super::grammar::plural;
use super::lists::List;
use super::moods::{Facet, Mood};

/// Turns a short prompt into one that says more. A local language model is another one of these.
pub trait PromptEnhancer {
    /// The richer prompt. The same prompt and seed give the same text.
    fn enhance(&self, prompt: &str, seed: u64) -> String;
}

/// Words in the longest phrase that is added.
const LONGEST_PHRASE: usize = 3;
/// CLIP's 77 tokens hold about so many words.
const DEFAULT_WORDS: usize = 50;
/// After these words anything may be the opposite of what it looks like.
const NEGATIONS: [&str; 13] = [
    "no", "not", "never", "without", "none", "isn't", "aren't", "doesn't", "don't", "nothing", "neither", "nor",
    "except",
];
/// Words in -ing that are no pose.
const NO_POSE: [&str; 38] = [
    "amazing",
    "blushing",
    "boring",
    "building",
    "carrying",
    "ceiling",
    "charming",
    "clothing",
    "crying",
    "darling",
    "duckling",
    "dumpling",
    "earring",
    "evening",
    "frowning",
    "giggling",
    "glowing",
    "grinning",
    "holding",
    "king",
    "laughing",
    "lightning",
    "loving",
    "morning",
    "painting",
    "pudding",
    "ring",
    "smiling",
    "sparkling",
    "spring",
    "string",
    "stocking",
    "thing",
    "viking",
    "wearing",
    "wedding",
    "wing",
    "winking",
];

/// Adds what a prompt leaves open of expression, pose, a small thing beside, and composition, each as a short phrase
/// after a comma.
///
/// What is there is kept, word by word, and comes first. Additions fit the mood that the prompt tells; a prompt with
/// two moods, with a negation, or without a figure gets a composition only. A facet that the prompt speaks of is left
/// alone, so that enhancing an enhanced prompt changes nothing, whatever the seed. The rules know the words of the
/// lists and English endings, no meaning: a mood that no list knows ("a cantankerous cat") is taken for none and gets
/// "expressive eyes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleEnhancer {
    words: usize,
}

impl Default for RuleEnhancer {
    fn default() -> Self {
        Self { words: DEFAULT_WORDS }
    }
}

impl RuleEnhancer {
    /// An enhancer whose additions stop at about `words` words in all: 50 (the default) for CLIP, 15 for the built-in
    /// model, whose text encoder reads 24 tokens.
    pub fn with_room_for(words: usize) -> Self {
        Self { words }
    }
}

impl PromptEnhancer for RuleEnhancer {
    fn enhance(&self, prompt: &str, seed: u64) -> String {
        let mut text = prompt.trim().trim_end_matches([',', '.', ';']).trim_end().to_owned();
        if text.is_empty() {
            return text;
        }
        let told = Told::of(&text);
        let mut chance = SplitMix64::new(seed ^ fingerprint(&text));
        for facet in Facet::ALL {
            let phrase = chance.choose(told.phrases(facet));
            if let Some(phrase) = phrase
                && text.split_whitespace().count() + LONGEST_PHRASE <= self.words
            {
                text = format!("{text}, {phrase}");
            }
        }
        text
    }
}

/// What a prompt tells.
struct Told {
    words: Vec<String>,
    mood: Option<&'static Mood>,
}

impl Told {
    fn of(prompt: &str) -> Self {
        let words = words(prompt);
        let mut moods = Mood::all()
            .iter()
            .filter(|mood| mood.words.iter().any(|word| contains(&words, word)));
        let (mood, another) = (moods.next(), moods.next());
        let negated = words.iter().any(|word| NEGATIONS.contains(&word.as_str()));
        let mood = match (mood, another) {
            _ if negated => None,
            (Some(mood), None) => Some(mood),
            (None, _) if has_figure(&words) => Mood::all().first(),
            _ => None,
        };
        Self { words, mood }
    }

    /// What may be added of a facet.
    fn phrases(&self, facet: Facet) -> &'static [&'static str] {
        let moods = Mood::all();
        let named = moods
            .iter()
            .any(|mood| mood.phrases(facet).iter().any(|phrase| contains(&self.words, phrase)));
        let cued = facet.cues().iter().any(|cue| contains(&self.words, cue));
        if named || cued || facet == Facet::Pose && self.words.iter().any(|word| is_action(word)) {
            return &[];
        }
        match (facet, self.mood) {
            (Facet::Composition, _) => moods.first().map_or(&[], |mood| mood.phrases(facet)),
            (_, Some(mood)) => mood.phrases(facet),
            (_, None) => &[],
        }
    }
}

/// Whether a word tells what somebody does: "dancing", but not "ring".
fn is_action(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ing") && !NO_POSE.contains(&word)
}

/// The words of a prompt in lower case, without the marks around them.
pub(super) fn words(prompt: &str) -> Vec<String> {
    let marks = |letter: char| !letter.is_alphanumeric();
    prompt
        .split(|letter: char| letter.is_whitespace() || ",;:/|(){}[]".contains(letter))
        .map(|word| word.trim_matches(marks).replace('’', "'").to_lowercase())
        .map(|word| word.strip_suffix("'s").unwrap_or(&word).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether the words of `phrase` follow one another somewhere in `words`.
fn contains(words: &[String], phrase: &str) -> bool {
    let phrase: Vec<String> = phrase.split(' ').map(str::to_lowercase).collect();
    words.windows(phrase.len()).any(|window| window == phrase)
}

/// Whether somebody is there who can have an expression. The longest name counts: a hot dog is no dog.
fn has_figure(words: &[String]) -> bool {
    static FIGURES: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let figures = List::Figures.words().iter();
        figures.flat_map(|name| [(*name).to_owned(), plural(name)]).collect()
    });
    static THINGS: LazyLock<HashSet<&str>> = LazyLock::new(|| List::Things.words().iter().copied().collect());
    let mut place = 0;
    while place < words.len() {
        let longest = (1..=LONGEST_PHRASE.min(words.len() - place)).rev().find_map(|length| {
            let name = words[place..place + length].join(" ");
            let figure = FIGURES.contains(&name);
            (figure || THINGS.contains(name.as_str())).then_some((length, figure))
        });
        match longest {
            Some((_, true)) => return true,
            Some((length, false)) => place += length,
            None => place += 1,
        }
    }
    false
}

/// The same number for the same text everywhere.
fn fingerprint(text: &str) -> u64 {
    Sha256::digest(text.as_bytes())
        .iter()
        .take(8)
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}
