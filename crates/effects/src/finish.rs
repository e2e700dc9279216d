//! A finish: what makes a picture a sticker, as data.

use serde::{Deserialize, Serialize};

use crate::{
    CleanMatte, Decontaminate, Edit, Effect, Error, Fit, Foil, Gloss, Glow, Halftone, Outline, Paper, Scale, Shadow,
};

/// What makes a picture a sticker: edits by hand, then effects one after the other. The empty one changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Finish {
    /// By hand, on the picture as it came.
    pub edits: Vec<Edit>,
    /// In order.
    pub effects: Vec<Effect>,
}

/// The most edits and effects of a finish.
const MAX_EDITS: usize = 2_000;
const MAX_EFFECTS: usize = 32;
/// The most points of all strokes together: each costs time on every row of the picture that it can touch.
const MAX_POINTS: usize = 500_000;

impl Finish {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.effects.is_empty()
    }

    /// # Errors
    /// When an edit or an effect has a value outside of its range, or there are too many.
    pub fn check(&self) -> Result<(), Error> {
        if self.edits.len() > MAX_EDITS || self.effects.len() > MAX_EFFECTS {
            return Err(Error::Finish(format!(
                "a finish has at most {MAX_EDITS} edits and {MAX_EFFECTS} effects; take some out"
            )));
        }
        if self.edits.iter().map(Edit::points).sum::<usize>() > MAX_POINTS {
            return Err(Error::Finish(format!(
                "the strokes of a finish have at most {MAX_POINTS} points; take some strokes out"
            )));
        }
        self.edits.iter().try_for_each(Edit::check)?;
        self.effects.iter().try_for_each(Effect::check)
    }
}

/// The presets that come with the program: a name and its finish. `die-cut` is the first and the default.
pub fn presets() -> Vec<(&'static str, Finish)> {
    let cleaned = || {
        vec![
            Effect::Scale(Scale::default()),
            Effect::CleanMatte(CleanMatte::default()),
            Effect::Decontaminate(Decontaminate::default()),
        ]
    };
    let preset = |between: Vec<Effect>, cut: Vec<Effect>| Finish {
        edits: Vec::new(),
        effects: [cleaned(), between, cut, vec![Effect::Fit(Fit::default())]].concat(),
    };
    let die_cut = || vec![Effect::Outline(Outline::default()), Effect::Shadow(Shadow::default())];
    vec![
        ("die-cut", preset(vec![], die_cut())),
        ("clean", preset(vec![], vec![])),
        ("glossy", preset(vec![Effect::Gloss(Gloss::default())], die_cut())),
        ("holographic", preset(vec![Effect::Foil(Foil::default())], die_cut())),
        ("paper", preset(vec![Effect::Paper(Paper::default())], die_cut())),
        ("comic", preset(vec![Effect::Halftone(Halftone::default())], die_cut())),
        ("glow", preset(vec![], vec![Effect::Glow(Glow::default())])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finish_has_only_so_many_points() {
        let strokes = |count: usize| {
            let points = vec![crate::Point { x: 1.0, y: 2.0 }; 20_000];
            let stroke = crate::Stroke {
                points,
                radius: 4.0,
                softness: 0.5,
            };
            Finish {
                edits: vec![Edit::Restore(stroke); count],
                effects: Vec::new(),
            }
        };
        assert_eq!(strokes(25).check(), Ok(()));
        assert!(matches!(strokes(26).check(), Err(Error::Finish(_))));
    }

    #[test]
    fn presets_are_valid_and_survive_their_json() {
        for (name, finish) in presets() {
            assert_eq!(finish.check(), Ok(()), "{name}");
            let json = serde_json::to_string(&finish).unwrap();
            assert_eq!(serde_json::from_str::<Finish>(&json).unwrap(), finish, "{name}");
        }
        assert_eq!(presets()[0].0, "die-cut");
    }
}
