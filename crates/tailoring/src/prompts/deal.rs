//! Dealing the words of lists like cards, and the texts of templates from them.

use std::collections::HashSet;

use super::chance::SplitMix64;
use super::lists::List;
use super::template::{Template, Twins};

/// A text is dealt so often before what is left is counted out instead.
const DEALS: usize = 32;

/// A pack of cards for every list: a word comes again only when all words of its list have come.
pub(super) struct Decks {
    chance: SplitMix64,
    decks: [Vec<usize>; List::COUNT],
}

impl Decks {
    pub(super) fn new(chance: SplitMix64) -> Self {
        Self {
            chance,
            decks: [const { Vec::new() }; List::COUNT],
        }
    }

    fn deal(&mut self, list: List) -> usize {
        let deck = &mut self.decks[list as usize];
        if deck.is_empty() {
            deck.extend(0..list.words().len());
            self.chance.shuffle(deck);
        }
        deck.pop().unwrap_or(0)
    }
}

/// A template, with what it can still give once dealing no longer finds anything new.
pub(super) struct Source {
    template: &'static Template,
    left: Option<Vec<String>>,
}

impl Source {
    pub(super) fn new(template: &'static Template) -> Self {
        Self { template, left: None }
    }

    /// A text that is not among `taken`; nothing when all are.
    pub(super) fn next(&mut self, decks: &mut Decks, taken: &HashSet<String>) -> Option<String> {
        if self.left.is_none() {
            if let Some(text) = (0..DEALS).find_map(|_| self.deal(decks).filter(|text| !taken.contains(&key(text)))) {
                return Some(text);
            }
            let mut left: Vec<String> = self
                .template
                .texts()
                .filter(|text| !taken.contains(&key(text)))
                .collect();
            decks.chance.shuffle(&mut left);
            self.left = Some(left);
        }
        self.left.as_mut()?.pop()
    }

    fn deal(&self, decks: &mut Decks) -> Option<String> {
        let mut choice: Vec<usize> = self.template.slots().map(|list| decks.deal(list)).collect();
        if self.template.twins == Twins::Ascending {
            choice.sort_unstable();
        }
        self.template.text(&choice)
    }
}

/// What tells two prompts apart: not their capitals, nor spaces.
pub(super) fn key(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
