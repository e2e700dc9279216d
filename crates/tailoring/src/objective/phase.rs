//! The parts of a training: each begins with a fresh optimizer and learning-rate schedule.

use std::ops::Range;

use super::{Mix, Objective, Source, cut_timestep};

/// A stretch of steps with one way of drawing examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Optimizer steps, counted over the whole training.
    pub steps: Range<usize>,
    pub(super) drawing: Drawing,
}

/// How a sample of a batch is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Drawing {
    /// The sets take turns, sample by sample, each within its own timesteps.
    Turns(Vec<(Source, Range<usize>)>),
    /// The timestep says which set: below `cut` style, from there on content.
    Owner { cut: usize, timesteps: usize },
}

impl Phase {
    /// The phases of a training of `steps` optimizer steps on a schedule of `timesteps`.
    pub fn of(objective: Objective, mix: Mix, cut: f64, steps: usize, timesteps: usize) -> Vec<Self> {
        let all = || 0..timesteps;
        let turns = |sources: &[(Source, Range<usize>)]| Drawing::Turns(sources.to_vec());
        let whole = |drawing| {
            vec![Self {
                steps: 0..steps,
                drawing,
            }]
        };
        let halves = |first, second| {
            let middle = steps.div_ceil(2);
            vec![
                Self {
                    steps: 0..middle,
                    drawing: turns(&[(first, all())]),
                },
                Self {
                    steps: middle..steps,
                    drawing: turns(&[(second, all())]),
                },
            ]
        };
        match objective {
            Objective::PromptEngineering => Vec::new(),
            Objective::DomainAlign | Objective::AlignmentOnly => whole(turns(&[(Source::Content, all())])),
            Objective::StyleOnly => whole(turns(&[(Source::Style, all())])),
            Objective::AlignmentThenStyle => halves(Source::Content, Source::Style),
            Objective::StyleThenAlignment => halves(Source::Style, Source::Content),
            Objective::Joint => whole(turns(&[(Source::Content, all()), (Source::Style, all())])),
            Objective::StyleTailoring => {
                let cut = cut_timestep(cut, timesteps);
                whole(match mix {
                    Mix::EqualShare => turns(&[(Source::Content, cut..timesteps), (Source::Style, 0..cut)]),
                    Mix::UniformT => Drawing::Owner { cut, timesteps },
                })
            }
        }
    }
}
