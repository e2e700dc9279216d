//! Starter ideas: prompts of the three buckets of "Text-to-Sticker" (arXiv 2311.10794, section 3.2), put together from word lists.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use library::Bucket;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::draft::with_article;
use crate::Error;

const WORDS: &str = include_str!("../../../../assets/prompts/ideas.json");
/// Asked for more than this, a page gets this many.
const MAX_IDEAS: usize = 200;

/// A prompt to begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Idea {
    /// The prompt.
    pub prompt: String,
    /// What it is about.
    pub bucket: Bucket,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    characters: Vec<String>,
    emotions: Vec<String>,
    actions: Vec<String>,
    pair_actions: Vec<String>,
    scenes: Vec<String>,
}

/// `count` different ideas, the buckets in turn. The same seed gives the same ideas.
///
/// # Errors
/// When the word lists inside the program are damaged.
pub(crate) fn ideas(seed: u32, count: usize) -> Result<Vec<Idea>, Error> {
    let words = words()?;
    let mut told = BTreeSet::new();
    let mut chance = Chance { seed, drawn: 0 };
    let mut ideas = Vec::new();
    // Enough draws for every idea to be a new one; a list that is used up ends the search.
    for draw in 0..count.min(MAX_IDEAS) * 20 {
        if ideas.len() == count.min(MAX_IDEAS) {
            break;
        }
        let idea = words.idea(draw, &mut chance);
        if told.insert(idea.prompt.clone()) {
            ideas.push(idea);
        }
    }
    Ok(ideas)
}

fn words() -> Result<&'static Words, Error> {
    static PARSED: OnceLock<Option<Words>> = OnceLock::new();
    let parsed = PARSED.get_or_init(|| serde_json::from_str(WORDS).ok());
    parsed
        .as_ref()
        .ok_or_else(|| Error::internal("the list of starter ideas in the program is damaged"))
}

impl Words {
    fn idea(&self, draw: usize, chance: &mut Chance) -> Idea {
        let character = chance.choose(&self.characters);
        let (prompt, bucket) = match draw % 4 {
            0 | 2 => (
                format!("{} {character}", chance.choose(&self.emotions)),
                Bucket::Emotion,
            ),
            1 if chance.number(4) == 0 => {
                let other = with_article(chance.choose(&self.characters));
                (
                    format!("{character} {} {other}", chance.choose(&self.pair_actions)),
                    Bucket::Action,
                )
            }
            1 => (format!("{character} {}", chance.choose(&self.actions)), Bucket::Action),
            _ => return idea(chance.choose(&self.scenes).to_owned(), Bucket::Scene),
        };
        idea(with_article(&prompt), bucket)
    }
}

fn idea(prompt: String, bucket: Bucket) -> Idea {
    Idea { prompt, bucket }
}

/// Numbers from a seed that are the same in every version of every library.
struct Chance {
    seed: u32,
    drawn: u32,
}

impl Chance {
    fn number(&mut self, below: usize) -> usize {
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&self.seed.to_le_bytes());
        bytes[4..].copy_from_slice(&self.drawn.to_le_bytes());
        self.drawn += 1;
        let digest = Sha256::digest(bytes);
        let number = digest[..4]
            .iter()
            .fold(0, |number, &byte| number << 8 | usize::from(byte));
        number % below.max(1)
    }

    fn choose<'a>(&mut self, words: &'a [String]) -> &'a str {
        let place = self.number(words.len());
        words.get(place).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_different_ideas() {
        let first = ideas(1, 40).unwrap();
        assert_eq!(first, ideas(1, 40).unwrap());
        assert_ne!(first, ideas(2, 40).unwrap());
        let different: BTreeSet<_> = first.iter().map(|idea| &idea.prompt).collect();
        assert_eq!((first.len(), different.len()), (40, 40));
    }

    #[test]
    fn every_bucket_has_its_turn_and_no_word_is_missing() {
        let ideas = ideas(3, 30).unwrap();
        for bucket in [Bucket::Emotion, Bucket::Action, Bucket::Scene] {
            assert!(
                ideas.iter().filter(|idea| idea.bucket == bucket).count() >= 5,
                "{bucket:?}"
            );
        }
        for idea in ideas {
            assert!(!idea.prompt.contains("  ") && !idea.prompt.ends_with(' '), "{idea:?}");
        }
    }
}
