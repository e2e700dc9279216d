//! The templates of each bucket.

use super::bucket::{Bucket, Wording};
use super::lists::List;
use super::template::Piece::{Article, Plural, Progressive, Text, Word};
use super::template::{Piece, Template, Twins};

/// The templates of a bucket. Any two of them make different texts.
pub(super) fn templates(bucket: Bucket, wording: Wording) -> &'static [Template] {
    match (wording, bucket) {
        (Wording::Natural, Bucket::Emotion) => &NATURAL_EMOTION,
        (Wording::Natural, Bucket::Action) => &NATURAL_ACTION,
        (Wording::Natural, Bucket::Pair) => &NATURAL_PAIR,
        (Wording::Natural, Bucket::Scene) => &NATURAL_SCENE,
        (Wording::Simple, Bucket::Emotion) => &SIMPLE_EMOTION,
        (Wording::Simple, Bucket::Action) => &SIMPLE_ACTION,
        (Wording::Simple, Bucket::Pair) => &SIMPLE_PAIR,
        (Wording::Simple, Bucket::Scene) => &SIMPLE_SCENE,
    }
}

const fn template(turns: usize, pieces: &'static [Piece]) -> Template {
    Template {
        pieces,
        twins: Twins::Different,
        turns,
    }
}

static NATURAL_EMOTION: [Template; 1] = [template(1, &[Article, Word(List::Emotions), Word(List::Characters)])];

static NATURAL_ACTION: [Template; 3] = [
    template(3, &[Article, Word(List::Figures), Progressive(List::Actions)]),
    template(
        2,
        &[
            Article,
            Word(List::Figures),
            Text("holding"),
            Article,
            Word(List::Things),
        ],
    ),
    template(1, &[Article, Word(List::Figures), Text("wearing"), Word(List::Worn)]),
];

static NATURAL_PAIR: [Template; 2] = [
    template(
        3,
        &[
            Article,
            Word(List::Figures),
            Progressive(List::PairActions),
            Article,
            Word(List::Figures),
        ],
    ),
    template(
        1,
        &[
            Text("two"),
            Plural(List::Figures),
            Progressive(List::PairActions),
            Text("each other"),
        ],
    ),
];

static NATURAL_SCENE: [Template; 3] = [
    template(1, &[Word(List::Scenes)]),
    template(1, &[Article, Word(List::Places), Word(List::Lights)]),
    template(1, &[Article, Word(List::Figures), Word(List::Settings)]),
];

static SIMPLE_EMOTION: [Template; 1] = [template(1, &[Word(List::SimpleMoods), Word(List::SimpleSubjects)])];

static SIMPLE_ACTION: [Template; 3] = [
    template(
        2,
        &[Word(List::SimpleSubjects), Text("wearing"), Word(List::SimpleWorn)],
    ),
    template(
        2,
        &[
            Word(List::SimpleSubjects),
            Text("holding"),
            Article,
            Word(List::SimpleHeld),
        ],
    ),
    template(1, &[Word(List::SimpleSubjects), Text("with"), Word(List::SimpleMarks)]),
];

static SIMPLE_PAIR: [Template; 1] = [Template {
    pieces: &[Word(List::SimplePartners), Text("and"), Word(List::SimplePartners)],
    twins: Twins::Ascending,
    turns: 1,
}];

static SIMPLE_SCENE: [Template; 3] = [
    template(2, &[Word(List::SimplePlaces)]),
    template(1, &[Word(List::SimplePlaces), Text("with"), Word(List::SimpleMarks)]),
    template(1, &[Word(List::SimpleHues), Word(List::SimpleColored)]),
];
