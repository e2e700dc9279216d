//! What prompts are about, and how they are worded.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a prompt is about. The library's bucket `action` holds both `Action` and `Pair`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// An emotion on a character: "an angry panda".
    Emotion,
    /// One figure that does, holds or wears something: "a chef riding a bicycle".
    Action,
    /// Two figures: "a fox hugging a robot".
    Pair,
    /// A place, or a figure in one: "a lighthouse at sunset".
    Scene,
}

impl Bucket {
    /// All buckets, in the order in which they take turns.
    pub const ALL: [Self; 4] = [Self::Emotion, Self::Action, Self::Pair, Self::Scene];

    /// Its name in files: `emotion`, `action`, `pair`, `scene`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Emotion => "emotion",
            Self::Action => "action",
            Self::Pair => "pair",
            Self::Scene => "scene",
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A name that is no bucket's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no prompt bucket `{0}`; use emotion, action, pair or scene")]
pub struct UnknownBucket(pub String);

impl FromStr for Bucket {
    type Err = UnknownBucket;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|bucket| bucket.as_str() == name)
            .ok_or_else(|| UnknownBucket(name.to_owned()))
    }
}

/// How prompts are worded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wording {
    /// Short English phrases with articles, for Stable Diffusion and its kin: "a sleepy dragon".
    #[default]
    Natural,
    /// As the captions that the built-in model was trained on, with the things that it has seen: "sleepy dragon
    /// face", "panda holding a red heart", "cat face wearing sunglasses". By eye on one sheet of the built-in model
    /// (48 prompts so, 16 in natural words, seed 1, 20 steps): "sad dog face" and "cow face holding a bone" came out
    /// where "a sad dog" and "a cow holding a bone" did not; worn things came out in both wordings; two figures
    /// mostly failed.
    Simple,
}
