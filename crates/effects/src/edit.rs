//! What a person does to the alpha by hand, before any effect: data, so that it can be undone and made again.

use serde::{Deserialize, Serialize};

use crate::Error;

/// A place in the picture as it came, in its pixels; (0, 0) is the upper left corner of the first pixel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// To the right.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub x: f32,
    /// Downwards.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub y: f32,
}

/// A stroke with a round brush.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stroke {
    /// The way of its middle; one point is a dab.
    pub points: Vec<Point>,
    /// Pixels, 0.5 to 1024.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub radius: f32,
    /// The part of the radius over which it fades out, 0 to 1.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub softness: f32,
}

/// A click with the wand: pixels of this colour become transparent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wand {
    /// Where.
    pub at: Point,
    /// How different a colour may be, 0 to 1 (the distance in Oklab).
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub tolerance: f32,
    /// Which pixels.
    pub reach: Reach,
}

/// Which pixels a wand takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Reach {
    /// Those connected with the clicked one.
    Connected,
    /// All of that colour.
    Everywhere,
}

/// What is kept of the picture, in whole pixels; whatever else the list says, it is cut at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Crop {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// One thing done by hand. In JSON its `kind` tells which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Edit {
    /// Makes transparent.
    Erase(Stroke),
    /// Brings back what the picture had there.
    Restore(Stroke),
    /// Makes a colour transparent.
    Wand(Wand),
    /// Cuts. The last one counts, on the picture as it came.
    Crop(Crop),
}

/// The most points of a stroke.
const MAX_POINTS: usize = 20_000;

impl Edit {
    /// The points of its stroke, if it is one.
    pub(crate) fn points(&self) -> usize {
        match self {
            Self::Erase(stroke) | Self::Restore(stroke) => stroke.points.len(),
            Self::Wand(_) | Self::Crop(_) => 0,
        }
    }

    /// # Errors
    /// When a number is outside of its range.
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |what: &str| Err(Error::Finish(what.to_owned()));
        match self {
            Self::Erase(stroke) | Self::Restore(stroke) => {
                let finite = stroke
                    .points
                    .iter()
                    .all(|point| point.x.is_finite() && point.y.is_finite());
                if !finite || stroke.points.is_empty() || stroke.points.len() > MAX_POINTS {
                    return refuse("a stroke needs 1 to 20000 points");
                }
                if !(0.5..=1024.0).contains(&stroke.radius) || !(0.0..=1.0).contains(&stroke.softness) {
                    return refuse("a brush has a radius of 0.5 to 1024 pixels and a softness of 0 to 1");
                }
            }
            Self::Wand(wand) => {
                if !wand.at.x.is_finite() || !wand.at.y.is_finite() || !(0.0..=1.0).contains(&wand.tolerance) {
                    return refuse("a wand needs a place and a tolerance of 0 to 1");
                }
            }
            Self::Crop(crop) => {
                if crop.width == 0 || crop.height == 0 {
                    return refuse("a crop keeps at least one pixel");
                }
            }
        }
        Ok(())
    }
}
