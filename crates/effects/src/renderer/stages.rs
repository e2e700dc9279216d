//! The pictures between the effects of the last render.

use crate::{Edit, Effect};

/// What was made of a picture, effect by effect.
pub(super) struct Stages<P> {
    key: String,
    edits: Vec<Edit>,
    /// After the edits.
    picture: P,
    steps: Vec<Step<P>>,
    /// The number of effects of which the last render wanted to use the result: while a person moves a slider, the next one wants
    /// it, too.
    wanted: usize,
}

struct Step<P> {
    effect: Effect,
    /// `None` where it was forgotten.
    picture: Option<P>,
}

impl<P: Clone> Stages<P> {
    /// Begins with an edited picture.
    pub(super) fn new(key: &str, edits: &[Edit], picture: P) -> Self {
        Self {
            key: key.to_owned(),
            edits: edits.to_vec(),
            picture,
            steps: Vec::new(),
            wanted: 0,
        }
    }

    /// Whether they were made of this picture with these edits.
    pub(super) fn begin_with(&self, key: &str, edits: &[Edit]) -> bool {
        self.key == key && self.edits == edits
    }

    /// How many of these effects are done already, and the picture after them. Stages of other effects are dropped.
    pub(super) fn resume(&mut self, effects: &[Effect]) -> (usize, P) {
        let same = self
            .steps
            .iter()
            .zip(effects)
            .take_while(|(step, effect)| step.effect == **effect)
            .count();
        self.steps.truncate(same);
        self.wanted = same;
        let kept = self.steps.iter().map(|step| step.picture.as_ref()).enumerate();
        let last = kept
            .filter_map(|(index, picture)| Some((index + 1, picture?)))
            .next_back();
        let (done, picture) = last.unwrap_or((0, &self.picture));
        (done, picture.clone())
    }

    /// Keeps the picture after the effect number `index`.
    pub(super) fn keep(&mut self, index: usize, effect: &Effect, picture: P) {
        let step = Step {
            effect: effect.clone(),
            picture: Some(picture),
        };
        match self.steps.get_mut(index) {
            Some(place) => *place = step,
            None => self.steps.push(step),
        }
    }

    /// The memory of all pictures.
    pub(super) fn bytes(&self, bytes: impl Fn(&P) -> u64) -> u64 {
        let steps = self.steps.iter().filter_map(|step| step.picture.as_ref());
        std::iter::once(&self.picture).chain(steps).map(bytes).sum()
    }

    /// Forgets pictures, the earliest first, until the rest takes at most `budget` bytes. The one before all effects and the one
    /// from which the last render wanted to begin stay.
    pub(super) fn forget_beyond(&mut self, budget: u64, bytes: impl Fn(&P) -> u64) {
        let mut total = self.bytes(&bytes);
        for (index, step) in self.steps.iter_mut().enumerate() {
            if total > budget && index + 1 != self.wanted {
                total -= step.picture.take().as_ref().map_or(0, &bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Foil, Gloss, Paper, Shadow};

    fn effects() -> Vec<Effect> {
        vec![
            Effect::Gloss(Gloss::default()),
            Effect::Paper(Paper::default()),
            Effect::Foil(Foil::default()),
            Effect::Shadow(Shadow::default()),
        ]
    }

    /// Stages of `effects` whose pictures are their numbers, 1 for the first.
    fn filled() -> Stages<usize> {
        let mut stages = Stages::new("cat", &[], 0);
        for (index, effect) in effects().iter().enumerate() {
            stages.keep(index, effect, index + 1);
        }
        stages
    }

    #[test]
    fn what_did_not_change_is_not_done_again() {
        assert_eq!(filled().resume(&effects()), (4, 4));
        assert_eq!(filled().resume(&effects()[..2]), (2, 2));
        let mut changed = effects();
        changed[2] = Effect::Foil(Foil {
            phase: 0.5,
            ..Foil::default()
        });
        assert_eq!(filled().resume(&changed), (2, 2));
        assert_eq!(filled().resume(&[]), (0, 0));
    }

    #[test]
    fn another_picture_begins_anew() {
        assert!(filled().begin_with("cat", &[]));
        assert!(!filled().begin_with("dog", &[]));
    }

    #[test]
    fn a_slider_keeps_the_stage_that_it_needs_however_little_memory_there_is() {
        let mut stages = filled();
        for phase in [0.25, 0.5, 0.75] {
            let mut changed = effects();
            changed[2] = Effect::Foil(Foil {
                phase,
                ..Foil::default()
            });
            let (done, _) = stages.resume(&changed);
            for (index, effect) in changed.iter().enumerate().skip(done) {
                stages.keep(index, effect, index + 1);
            }
            stages.forget_beyond(1, |_| 1);
            assert_eq!(stages.resume(&changed[..2]), (2, 2), "at {phase}");
        }
    }

    #[test]
    fn what_was_forgotten_is_made_again_from_what_there_is() {
        let mut stages = filled();
        stages.forget_beyond(3, |_| 1);
        assert_eq!(stages.bytes(|_| 1), 3, "the picture before the effects counts, too");
        assert_eq!(stages.resume(&effects()), (4, 4));
        let mut stages = filled();
        stages.forget_beyond(3, |_| 1);
        assert_eq!(stages.resume(&effects()[..2]), (0, 0));
    }
}
