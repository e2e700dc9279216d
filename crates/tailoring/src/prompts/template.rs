//! A template: fixed words, and slots that a list fills.

use super::grammar::{article, plural, progressive};
use super::lists::List;

/// A part of a template.
pub(super) enum Piece {
    /// These words.
    Text(&'static str),
    /// "a" or "an", as the word after it wants.
    Article,
    /// A word of the list.
    Word(List),
    /// Its plural.
    Plural(List),
    /// A verb phrase of the list in its -ing form.
    Progressive(List),
}

impl Piece {
    fn list(&self) -> Option<List> {
        match self {
            Self::Text(_) | Self::Article => None,
            Self::Word(list) | Self::Plural(list) | Self::Progressive(list) => Some(*list),
        }
    }

    fn fill(&self, word: &str) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Article => String::new(),
            Self::Word(_) => word.to_owned(),
            Self::Plural(_) => plural(word),
            Self::Progressive(_) => progressive(word),
        }
    }
}

/// What the words of the first and the last slot may not be, when both come from one list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Twins {
    /// The same word.
    Different,
    /// The same word, or the same two words the other way round: "fox and owl" is "owl and fox".
    Ascending,
}

/// A prompt with slots.
pub(super) struct Template {
    pub(super) pieces: &'static [Piece],
    /// Applies when the first and the last slot have one list.
    pub(super) twins: Twins,
    /// So often it is used in a round of the bucket's templates.
    pub(super) turns: usize,
}

impl Template {
    /// The lists of its slots.
    pub(super) fn slots(&self) -> impl Iterator<Item = List> {
        self.pieces.iter().filter_map(Piece::list)
    }

    fn has_twins(&self) -> bool {
        let slots: Vec<List> = self.slots().collect();
        slots.len() > 1 && slots.first() == slots.last()
    }

    /// How many prompts it can make.
    pub(super) fn count(&self) -> usize {
        let choices: usize = self.slots().map(|list| list.words().len()).product();
        let Some(list) = self.slots().next().filter(|_| self.has_twins()) else {
            return choices;
        };
        let different = choices - choices / list.words().len().max(1);
        match self.twins {
            Twins::Different => different,
            Twins::Ascending => different / 2,
        }
    }

    /// The text with these words, one index for each slot; nothing where the first and the last are not allowed
    /// together.
    pub(super) fn text(&self, choice: &[usize]) -> Option<String> {
        if self.has_twins() {
            let (first, last) = (choice.first()?, choice.last()?);
            if first == last || self.twins == Twins::Ascending && first > last {
                return None;
            }
        }
        let mut choice = choice.iter();
        let mut words: Vec<String> = Vec::new();
        for piece in self.pieces {
            let word = match piece.list() {
                Some(list) => *list.words().get(*choice.next()?)?,
                None => "",
            };
            words.push(piece.fill(word));
        }
        for place in 0..words.len() {
            if matches!(self.pieces[place], Piece::Article) {
                words[place] = String::from(article(words.get(place + 1)?));
            }
        }
        Some(words.join(" "))
    }

    /// Every text that it can make.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        let sizes: Vec<usize> = self.slots().map(|list| list.words().len()).collect();
        (0..sizes.iter().product()).filter_map(move |number: usize| {
            let mut rest = number;
            let choice: Vec<usize> = sizes
                .iter()
                .map(|&size| {
                    let index = rest % size;
                    rest /= size;
                    index
                })
                .collect();
            self.text(&choice)
        })
    }
}
