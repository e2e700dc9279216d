//! Which example at which timestep: a stream that a seed and a few counters give back exactly.

use serde::{Deserialize, Serialize};

use super::phase::Drawing;
use super::{Phase, Source};
use crate::random::Random;

/// One sample of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The set it is from.
    pub source: Source,
    /// Which of its examples.
    pub example: usize,
    /// The training timestep, from 0.
    pub timestep: usize,
}

/// Draws samples. Every example of a set comes once before any comes again, in an order shuffled anew each time around.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draws {
    seed: u64,
    /// Samples drawn so far, in all.
    samples: u64,
    /// Samples drawn so far of content and of style.
    of_source: [u64; 2],
}

impl Draws {
    /// The stream of that seed, from its beginning.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            samples: 0,
            of_source: [0; 2],
        }
    }

    /// The next sample in a phase, where the sets have `counts` (content, style) examples. A set that owns the sample must not
    /// be empty.
    pub fn next(&mut self, phase: &Phase, counts: [usize; 2]) -> Draw {
        let mut random = Random::of(&[self.seed, 1, self.samples]);
        let (source, timestep) = match &phase.drawing {
            Drawing::Turns(turns) => {
                let (source, timesteps) = &turns[(self.samples % turns.len() as u64) as usize];
                (*source, timesteps.start + random.below(timesteps.len()))
            }
            Drawing::Owner { cut, timesteps } => {
                let timestep = random.below(*timesteps);
                let source = if timestep < *cut {
                    Source::Style
                } else {
                    Source::Content
                };
                (source, timestep)
            }
        };
        self.samples += 1;
        let drawn = &mut self.of_source[source as usize];
        let count = counts[source as usize].max(1);
        let (epoch, place) = (*drawn / count as u64, (*drawn % count as u64) as usize);
        *drawn += 1;
        let example = Random::of(&[self.seed, 2 + source as u64, epoch]).permutation(count)[place];
        Draw {
            source,
            example,
            timestep,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{Mix, Objective};
    use super::*;

    fn drawn(objective: Objective, mix: Mix, count: usize) -> Vec<Draw> {
        let phases = Phase::of(objective, mix, 0.9, 100, 1000);
        let mut draws = Draws::new(7);
        (0..count)
            .map(|i| draws.next(&phases[i * phases.len() / count], [30, 20]))
            .collect()
    }

    /// The share of samples of content below and from the cut at 900, then of style.
    fn histogram(objective: Objective, mix: Mix) -> [f64; 4] {
        let mut shares = [0.0; 4];
        for draw in drawn(objective, mix, 20_000) {
            shares[2 * (draw.source as usize) + usize::from(draw.timestep >= 900)] += 1.0 / 20_000.0;
        }
        shares
    }

    #[test]
    fn each_objective_draws_its_sets_at_its_timesteps() {
        let cases = [
            (Objective::StyleTailoring, Mix::EqualShare, [0.0, 0.5, 0.5, 0.0]),
            (Objective::StyleTailoring, Mix::UniformT, [0.0, 0.1, 0.9, 0.0]),
            (Objective::Joint, Mix::EqualShare, [0.45, 0.05, 0.45, 0.05]),
            (Objective::StyleOnly, Mix::EqualShare, [0.0, 0.0, 0.9, 0.1]),
            (Objective::AlignmentOnly, Mix::EqualShare, [0.9, 0.1, 0.0, 0.0]),
            (Objective::DomainAlign, Mix::EqualShare, [0.9, 0.1, 0.0, 0.0]),
            (Objective::AlignmentThenStyle, Mix::EqualShare, [0.45, 0.05, 0.45, 0.05]),
        ];
        for (objective, mix, expected) in cases {
            let shares = histogram(objective, mix);
            for (share, expected) in shares.iter().zip(expected) {
                // Five standard deviations of a share of one half.
                assert!((share - expected).abs() < 0.018, "{objective:?} {mix:?}: {shares:?}");
            }
        }
    }

    #[test]
    fn timesteps_are_uniform_within_their_part() {
        let draws = drawn(Objective::StyleTailoring, Mix::EqualShare, 40_000);
        let mut tenths = [0; 10];
        for draw in draws.iter().filter(|draw| draw.source == Source::Content) {
            tenths[(draw.timestep - 900) / 10] += 1;
        }
        assert!(tenths.iter().all(|count| (1780..2220).contains(count)), "{tenths:?}");
    }

    #[test]
    fn sequential_objectives_change_sets_in_the_middle() {
        let draws = drawn(Objective::AlignmentThenStyle, Mix::EqualShare, 100);
        assert!(draws[..50].iter().all(|draw| draw.source == Source::Content));
        assert!(draws[50..].iter().all(|draw| draw.source == Source::Style));
        let draws = drawn(Objective::StyleThenAlignment, Mix::EqualShare, 100);
        assert!(draws[..50].iter().all(|draw| draw.source == Source::Style));
    }

    #[test]
    fn every_example_comes_once_before_any_comes_again() {
        let draws = drawn(Objective::StyleOnly, Mix::EqualShare, 60);
        for around in draws.chunks(20) {
            assert_eq!(
                around.iter().map(|draw| draw.example).collect::<BTreeSet<_>>().len(),
                20
            );
        }
        assert_ne!(draws[..20], draws[20..40]);
    }

    #[test]
    fn the_counters_give_the_stream_back() {
        let phases = Phase::of(Objective::StyleTailoring, Mix::UniformT, 0.5, 10, 1000);
        let mut draws = Draws::new(3);
        for _ in 0..17 {
            draws.next(&phases[0], [4, 5]);
        }
        let text = serde_json::to_string(&draws).unwrap();
        let mut again: Draws = serde_json::from_str(&text).unwrap();
        for _ in 0..50 {
            assert_eq!(draws.next(&phases[0], [4, 5]), again.next(&phases[0], [4, 5]));
        }
    }
}
