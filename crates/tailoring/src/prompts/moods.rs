//! What the enhancer knows of moods.

use std::sync::LazyLock;

use super::lists::lines;

/// A kind of addition to a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet {
    Expression,
    Pose,
    Prop,
    Composition,
}

impl Facet {
    /// In the order in which they are added.
    pub(super) const ALL: [Self; 4] = [Self::Expression, Self::Pose, Self::Prop, Self::Composition];

    /// Words which tell that a prompt has this already. Words that stand for a place or a support count as a pose: what
    /// sits on something had better not jump.
    pub(super) fn cues(self) -> &'static [&'static str] {
        match self {
            Self::Expression => &EXPRESSION_CUES,
            Self::Pose => &POSE_CUES,
            Self::Prop => &PROP_CUES,
            Self::Composition => &COMPOSITION_CUES,
        }
    }
}

static EXPRESSION_CUES: [&str; 34] = [
    "asleep",
    "blindfold",
    "blushing",
    "crying",
    "expression",
    "expressionless",
    "eyebrows",
    "eyelids",
    "eyes",
    "faceless",
    "frown",
    "frowning",
    "giggling",
    "glaring",
    "grin",
    "grinning",
    "laughing",
    "mask",
    "mouth",
    "pout",
    "pouting",
    "screaming",
    "sleeping",
    "smile",
    "smiling",
    "smirk",
    "smirking",
    "sobbing",
    "staring",
    "tears",
    "tongue",
    "weeping",
    "winking",
    "yawning",
];
static POSE_CUES: [&str; 30] = [
    "above", "against", "arms", "asleep", "at", "behind", "below", "beside", "between", "by", "crouched", "curled",
    "dead", "hands", "in", "inside", "into", "lies", "near", "on", "onto", "over", "paws", "pose", "seated", "sits",
    "stands", "through", "under", "upside",
];
static PROP_CUES: [&str; 9] = [
    "and", "beside", "carrying", "has", "holding", "holds", "wearing", "wears", "with",
];
static COMPOSITION_CUES: [&str; 24] = [
    "angle",
    "background",
    "bust",
    "centered",
    "centred",
    "close-up",
    "closeup",
    "composition",
    "cropped",
    "foreground",
    "framed",
    "framing",
    "full-body",
    "full-length",
    "headshot",
    "layout",
    "macro",
    "pattern",
    "portrait",
    "profile",
    "shot",
    "silhouette",
    "view",
    "viewed",
];

/// What fits one mood.
pub(super) struct Mood {
    /// Words that tell it; of one or two words each. Empty for the mood of prompts that tell none.
    pub(super) words: Vec<&'static str>,
    expressions: Vec<&'static str>,
    poses: Vec<&'static str>,
    props: Vec<&'static str>,
}

/// Said of every picture; each holds a cue.
static COMPOSITIONS: [&str; 3] = ["centered composition", "balanced composition", "clear silhouette"];

impl Mood {
    /// The moods; the first one is that of prompts that tell none.
    pub(super) fn all() -> &'static [Self] {
        static MOODS: LazyLock<Vec<Mood>> =
            LazyLock::new(|| lines(include_str!("words/moods.txt")).filter_map(Mood::parse).collect());
        &MOODS
    }

    fn parse(line: &'static str) -> Option<Self> {
        let mut columns = line.split('|').map(|column| {
            column
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .collect()
        });
        let words: Vec<&str> = columns.next()?;
        Some(Self {
            words: words.into_iter().filter(|&word| word != "none").collect(),
            expressions: columns.next()?,
            poses: columns.next()?,
            props: columns.next()?,
        })
    }

    /// What can be added of a facet; at most three words each.
    pub(super) fn phrases(&self, facet: Facet) -> &[&'static str] {
        match facet {
            Facet::Expression => &self.expressions,
            Facet::Pose => &self.poses,
            Facet::Prop => &self.props,
            Facet::Composition => &COMPOSITIONS,
        }
    }
}
