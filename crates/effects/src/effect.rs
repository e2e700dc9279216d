//! The effects there are, and what their values may be.

use serde::{Deserialize, Serialize};

use crate::declare::effect;
use crate::{Color, Error, Range};

effect! {
    /// Brings the longer side to this many pixels: up by an edge-directed filter that keeps vector-like edges crisp, down by an
    /// area filter. All later pixels count on this size.
    Scale {
        /// The longer side.
        side = 512.0 in 64.0..=2048.0 by 1.0 Pixels,
    }
}

effect! {
    /// Cleans the matte: specks go, holes close, alpha gets contrast.
    CleanMatte {
        /// Islands of at most this area go.
        despeckle = 64.0 in 0.0..=4096.0 by 1.0 SquarePixels,
        /// Holes of at most this area close.
        fill_holes = 64.0 in 0.0..=4096.0 by 1.0 SquarePixels,
        /// How much steeper alpha gets around its middle.
        contrast = 0.25 in 0.0..=1.0 by 0.01 Part,
    }
}

effect! {
    /// Takes the colour of the former background out of soft edges: they get the colour of the nearest opaque pixel.
    Decontaminate {
        /// How far from an opaque pixel.
        radius = 6.0 in 0.0..=32.0 by 0.5 Pixels,
        /// How much.
        strength = 1.0 in 0.0..=1.0 by 0.01 Part,
    }
}

effect! {
    /// The die-cut outline, by jump flooding (Rong and Tan 2006). The canvas grows with it.
    Outline {
        /// How far it reaches.
        width = 14.0 in 0.0..=96.0 by 0.5 Pixels,
        /// Gaps of at most this width are closed, and parts at most this far apart are joined, so that the shape is one piece.
        bridge = 48.0 in 0.0..=256.0 by 1.0 Pixels,
        ;
        /// Its colour.
        color: Color = Color::WHITE,
        /// What becomes of convex corners.
        corners: Corners = Corners::Round,
    }
}

/// What an outline makes of convex corners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Corners {
    /// Arcs.
    Round,
    /// Points, cut off at twice the width.
    Mitre,
}

effect! {
    /// A soft shadow behind the sticker. The canvas grows with it.
    Shadow {
        /// To the right.
        offset_x = 0.0 in -64.0..=64.0 by 0.5 Pixels,
        /// Downwards.
        offset_y = 6.0 in -64.0..=64.0 by 0.5 Pixels,
        /// The standard deviation of its Gaussian blur.
        blur = 6.0 in 0.0..=48.0 by 0.5 Pixels,
        /// How dark it is where it is densest.
        opacity = 0.3 in 0.0..=1.0 by 0.01 Part,
        ;
        /// Its colour.
        color: Color = Color::BLACK,
    }
}

effect! {
    /// Light around the sticker. The canvas grows with it.
    Glow {
        /// The standard deviation of its Gaussian blur.
        radius = 14.0 in 0.0..=48.0 by 0.5 Pixels,
        /// How dense it is at the edge.
        strength = 0.8 in 0.0..=1.0 by 0.01 Part,
        ;
        /// Its colour.
        color: Color = Color([255, 214, 102]),
    }
}

effect! {
    /// A highlight over the upper part, as on a domed sticker.
    Gloss {
        /// How bright it is.
        strength = 0.35 in 0.0..=1.0 by 0.01 Part,
        /// How far down it reaches.
        reach = 0.5 in 0.1..=1.0 by 0.01 Part,
        /// How much its lower edge is bowed.
        curve = 0.4 in 0.0..=1.0 by 0.01 Part,
    }
}

effect! {
    /// Holographic foil: thin-film colours that change with `phase`, which an animated preview moves.
    Foil {
        /// How strong it is.
        strength = 0.5 in 0.0..=1.0 by 0.01 Part,
        /// The size of its facets.
        scale = 96.0 in 8.0..=512.0 by 1.0 Pixels,
        /// Where the light comes from, in turns: 0 and 1 are the same.
        phase = 0.0 in 0.0..=1.0 by 0.01 Part,
        ;
        /// Which facets there are.
        seed: u32 = 1,
    }
}

effect! {
    /// The grain of paper.
    Paper {
        /// How strong it is.
        strength = 0.35 in 0.0..=1.0 by 0.01 Part,
        /// The size of its fibres.
        scale = 6.0 in 1.0..=64.0 by 0.5 Pixels,
        ;
        /// Which grain.
        seed: u32 = 1,
    }
}

effect! {
    /// Printed dots, larger where the picture is darker.
    Halftone {
        /// The distance of dots.
        cell = 8.0 in 3.0..=64.0 by 0.5 Pixels,
        /// The direction of their rows.
        angle = 45.0 in 0.0..=90.0 by 1.0 Degrees,
        /// How much of the picture becomes dots.
        strength = 0.6 in 0.0..=1.0 by 0.01 Part,
        ;
        /// The ink.
        color: Color = Color::BLACK,
    }
}

effect! {
    /// Words, in the fonts of this machine, with an outline or in a bubble. The canvas grows where they need room.
    Caption {
        /// The height of a line.
        size = 72.0 in 8.0..=256.0 by 1.0 Pixels,
        /// The middle of the words, from the left.
        x = 0.5 in -0.25..=1.25 by 0.01 Part,
        /// The middle of the words, from the top.
        y = 0.92 in -0.25..=1.25 by 0.01 Part,
        /// Lines are broken at this part of the picture's width.
        wrap = 0.95 in 0.1..=1.5 by 0.01 Part,
        /// The width of the outline around the letters.
        outline = 8.0 in 0.0..=48.0 by 0.5 Pixels,
        ;
        /// What it says; lines are broken at `\n`, too.
        text: String = String::new(),
        /// The font's family; empty: a bold sans-serif one of this machine.
        family: String = String::new(),
        /// The letters.
        color: Color = Color([32, 32, 32]),
        /// Around the letters; the ground of a bubble.
        outline_color: Color = Color::WHITE,
        /// What is drawn around the words.
        bubble: Bubble = Bubble::None,
    }
}

/// What is drawn around words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Bubble {
    /// Nothing but the outline.
    None,
    /// A bubble with a tail towards the middle of the picture.
    Speech,
    /// A cloud with smaller ones towards the middle of the picture.
    Thought,
    /// A star.
    Shout,
}

effect! {
    /// Trims to what is visible and fits it into a canvas of this size, centred, scaled up or down.
    Fit {
        /// Of the canvas.
        width = 512.0 in 16.0..=2048.0 by 1.0 Pixels,
        /// Of the canvas.
        height = 512.0 in 16.0..=2048.0 by 1.0 Pixels,
        /// Kept free on every side.
        margin = 16.0 in 0.0..=512.0 by 1.0 Pixels,
    }
}

macro_rules! effects {
    ($($(#[$doc:meta])* $name:ident = $kind:literal,)+) => {
        /// One step of a finish. In JSON its `kind` tells which.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(specta::Type))]
        #[serde(tag = "kind", rename_all = "camelCase")]
        pub enum Effect {
            $($(#[$doc])* $name($name),)+
        }

        impl Effect {
            /// One of each kind with its defaults, in the order in which they usually follow each other.
            pub fn all() -> Vec<Self> {
                vec![$(Self::$name($name::default()),)+]
            }

            /// Its `kind` in JSON.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $kind,)+
                }
            }

            /// What its numbers may be.
            pub fn ranges(&self) -> Vec<Range> {
                match self {
                    $(Self::$name(_) => $name::ranges(),)+
                }
            }

            fn numbers(&self) -> Vec<f32> {
                match self {
                    $(Self::$name(effect) => effect.numbers(),)+
                }
            }

            /// Its numbers with their ranges.
            pub(crate) fn numbers_mut(&mut self) -> Vec<(Range, &mut f32)> {
                let ranges = self.ranges();
                let numbers = match self {
                    $(Self::$name(effect) => effect.numbers_mut(),)+
                };
                ranges.into_iter().zip(numbers).collect()
            }
        }
    };
}

effects! {
    /// See [`Scale`].
    Scale = "scale",
    /// See [`CleanMatte`].
    CleanMatte = "cleanMatte",
    /// See [`Decontaminate`].
    Decontaminate = "decontaminate",
    /// See [`Paper`].
    Paper = "paper",
    /// See [`Halftone`].
    Halftone = "halftone",
    /// See [`Foil`].
    Foil = "foil",
    /// See [`Gloss`].
    Gloss = "gloss",
    /// See [`Caption`].
    Caption = "caption",
    /// See [`Outline`].
    Outline = "outline",
    /// See [`Glow`].
    Glow = "glow",
    /// See [`Shadow`].
    Shadow = "shadow",
    /// See [`Fit`].
    Fit = "fit",
}

/// The most letters of a caption.
const MAX_CAPTION: usize = 500;

impl Effect {
    /// # Errors
    /// When a number is outside of its range.
    pub fn check(&self) -> Result<(), Error> {
        for (range, number) in self.ranges().iter().zip(self.numbers()) {
            if !(range.min..=range.max).contains(&number) {
                return Err(Error::Finish(format!(
                    "{} of the effect {} is {number}; it can be {} to {}",
                    range.field,
                    self.kind(),
                    range.min,
                    range.max
                )));
            }
        }
        match self {
            Self::Caption(caption) if caption.text.chars().count() > MAX_CAPTION => Err(Error::Finish(format!(
                "the caption is longer than {MAX_CAPTION} letters; shorten it"
            ))),
            Self::Fit(fit) if fit.margin * 2.0 >= fit.width.min(fit.height) => Err(Error::Finish(
                "the margin leaves no room for the sticker; make it smaller or the canvas larger".into(),
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_survives_its_json_and_says_its_kind_there() {
        for effect in Effect::all() {
            let json = serde_json::to_value(&effect).unwrap();
            assert_eq!(json["kind"], effect.kind());
            assert_eq!(serde_json::from_value::<Effect>(json).unwrap(), effect);
        }
    }

    #[test]
    fn ranges_name_fields_and_defaults_lie_inside() {
        for effect in Effect::all() {
            let json = serde_json::to_value(&effect).unwrap();
            for range in effect.ranges() {
                assert!(json[&range.field].is_number(), "{} of {}", range.field, effect.kind());
            }
            assert_eq!(effect.check(), Ok(()));
        }
    }

    #[test]
    fn what_lies_outside_is_refused_by_name() {
        for wrong in [f32::NAN, f32::INFINITY, -1.0, 97.0] {
            let effect = Effect::Outline(Outline {
                width: wrong,
                ..Outline::default()
            });
            assert!(
                effect
                    .check()
                    .unwrap_err()
                    .to_string()
                    .starts_with("width of the effect outline is")
            );
        }
    }

    #[test]
    fn unknown_fields_and_kinds_are_refused() {
        for text in [
            r#"{"kind":"scale","side":512,"more":1}"#,
            r#"{"kind":"melt"}"#,
            r#"{"kind":"scale"}"#,
        ] {
            assert!(serde_json::from_str::<Effect>(text).is_err(), "{text}");
        }
    }
}
