//! The word lists.

use std::sync::LazyLock;

/// A list of words. Order and length are part of what a seed means: a changed list changes later draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Emotions,
    /// People, occupations, animals and figures of tales: what can do something.
    Figures,
    /// Figures, and food and plants that are drawn with a face.
    Characters,
    Actions,
    PairActions,
    Things,
    Worn,
    Scenes,
    Places,
    Lights,
    Settings,
    SimpleSubjects,
    SimpleMoods,
    SimpleWorn,
    SimpleHeld,
    SimpleMarks,
    SimplePartners,
    SimplePlaces,
    SimpleHues,
    SimpleColored,
}

impl List {
    /// So many lists there are.
    pub(super) const COUNT: usize = Self::SimpleColored as usize + 1;

    /// Its words, each once.
    pub(super) fn words(self) -> &'static [&'static str] {
        static WORDS: LazyLock<[Vec<&str>; List::COUNT]> = LazyLock::new(|| SOURCES.map(words_of));
        WORDS.get(self as usize).map_or(&[], Vec::as_slice)
    }
}

/// The files of each list, in the order of [`List`].
const SOURCES: [&[&str]; List::COUNT] = [
    &[include_str!("words/emotions.txt")],
    FIGURES,
    &[
        FIGURES[0],
        FIGURES[1],
        FIGURES[2],
        FIGURES[3],
        include_str!("words/faces.txt"),
    ],
    &[include_str!("words/actions.txt")],
    &[include_str!("words/pair_actions.txt")],
    &[include_str!("words/things.txt")],
    &[include_str!("words/worn.txt")],
    &[include_str!("words/scenes.txt")],
    &[include_str!("words/places.txt")],
    &[include_str!("words/lights.txt")],
    &[include_str!("words/settings.txt")],
    &[include_str!("words/simple/subjects.txt")],
    &[include_str!("words/simple/moods.txt")],
    &[include_str!("words/simple/worn.txt")],
    &[include_str!("words/simple/held.txt")],
    &[include_str!("words/simple/marks.txt")],
    &[include_str!("words/simple/partners.txt")],
    &[include_str!("words/simple/places.txt")],
    &[include_str!("words/simple/hues.txt")],
    &[include_str!("words/simple/colored.txt")],
];

const FIGURES: &[&str] = &[
    include_str!("words/people.txt"),
    include_str!("words/occupations.txt"),
    include_str!("words/animals.txt"),
    include_str!("words/characters.txt"),
];

/// The lines of the files that are not empty and no comment.
fn words_of(files: &[&'static str]) -> Vec<&'static str> {
    files.iter().flat_map(|file| lines(file)).collect()
}

/// The lines of a file under `words/` that are not empty and no comment.
pub(super) fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}
