//! What a training learns from which data at which noise level: Style Tailoring and what it is compared with.

mod draw;
mod phase;

pub use draw::{Draw, Draws};
pub use phase::Phase;

use serde::{Deserialize, Serialize};

/// A way to fine-tune on an alignment (content) set and a style set: the rows of the paper's comparison (arXiv 2311.10794).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// No training: the base model, prompted for the style.
    PromptEngineering,
    /// The whole U-Net on a weakly aligned corpus, at all noise levels.
    DomainAlign,
    /// The content set alone, at all noise levels.
    AlignmentOnly,
    /// The style set alone, at all noise levels.
    StyleOnly,
    /// The content set for the first half of the steps, the style set for the second.
    AlignmentThenStyle,
    /// The style set for the first half of the steps, the content set for the second.
    StyleThenAlignment,
    /// Both sets, half each, at all noise levels.
    Joint,
    /// The content set where the noise is strong, the style set where it is weak.
    StyleTailoring,
}

/// How the two sets of Style Tailoring share a batch: the two readings of the paper's joint loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mix {
    /// Half of every batch each, so that the timesteps of the smaller part are drawn more densely.
    #[default]
    EqualShare,
    /// Timesteps drawn uniformly; the set that owns one gives the picture.
    UniformT,
}

/// Which set an example is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Stickers that passed for prompt alignment.
    Content,
    /// Stickers that define one style.
    Style,
}

impl Objective {
    /// All of them, in the order in which the paper compares them.
    pub const ALL: [Self; 8] = [
        Self::PromptEngineering,
        Self::DomainAlign,
        Self::AlignmentOnly,
        Self::StyleOnly,
        Self::AlignmentThenStyle,
        Self::StyleThenAlignment,
        Self::Joint,
        Self::StyleTailoring,
    ];

    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::PromptEngineering => "prompt_engineering",
            Self::DomainAlign => "domain_align",
            Self::AlignmentOnly => "alignment_only",
            Self::StyleOnly => "style_only",
            Self::AlignmentThenStyle => "alignment_then_style",
            Self::StyleThenAlignment => "style_then_alignment",
            Self::Joint => "joint",
            Self::StyleTailoring => "style_tailoring",
        }
    }

    /// Whether examples of `source` are learnt from.
    pub fn needs(self, source: Source) -> bool {
        match self {
            Self::PromptEngineering => false,
            Self::DomainAlign | Self::AlignmentOnly => source == Source::Content,
            Self::StyleOnly => source == Source::Style,
            Self::AlignmentThenStyle | Self::StyleThenAlignment | Self::Joint | Self::StyleTailoring => true,
        }
    }

    /// Whether the schedule is cut in two at T'.
    pub fn has_cut(self) -> bool {
        self == Self::StyleTailoring
    }
}

/// The first training timestep that belongs to content, counted from 0: `round(cut · timesteps)`.
pub fn cut_timestep(cut: f64, timesteps: usize) -> usize {
    (cut * timesteps as f64).round() as usize
}
