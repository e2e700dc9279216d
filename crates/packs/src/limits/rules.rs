//! The rules that limits are made of.

use serde::Serialize;

/// A file format of still pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Format {
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Format {
    /// How such a file's name ends, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

/// A file format of moving pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MovingFormat {
    /// Animated PNG.
    Apng,
    /// Animated WebP.
    Webp,
    /// GIF.
    Gif,
    /// WebM with VP9 and alpha, without sound.
    Webm,
}

/// The size of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canvas {
    /// Just this size; what is smaller is centred on transparent ground.
    Exact {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The longer side just this long, the other at most.
    LongSide(u32),
    /// At most this size, and each side a multiple of `step`. Smaller pictures are not enlarged.
    Within {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// 1 where every number will do; 2 where sides must be even.
        step: u32,
    },
    /// As the picture is.
    Free,
}

impl Canvas {
    /// Whether a picture of this size is left as it is, pixel for pixel.
    pub fn takes(self, width: u32, height: u32) -> bool {
        match self {
            Self::Exact { width: w, height: h } => (width, height) == (w, h),
            Self::LongSide(side) => width.max(height) == side,
            Self::Within {
                width: w,
                height: h,
                step,
            } => width <= w && height <= h && width.is_multiple_of(step) && height.is_multiple_of(step),
            Self::Free => true,
        }
    }

    /// The room of the whole canvas, width and height in pixels; none: it has no bounds.
    pub fn bounds(self) -> Option<(u32, u32)> {
        match self {
            Self::Exact { width, height } | Self::Within { width, height, .. } => Some((width, height)),
            Self::LongSide(side) => Some((side, side)),
            Self::Free => None,
        }
    }
}

/// What a still picture's file has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StillRule {
    /// Its size.
    pub canvas: Canvas,
    /// Its format: the first in which it fits without loss.
    pub formats: &'static [Format],
    /// How many bytes it has at most; KB are 1,000 bytes.
    pub budget: Option<u32>,
    /// Pixels that stay free on each side when the picture is placed anew.
    pub margin: u32,
    /// How short its longer side may become to meet the budget, in pixels; none: it keeps its size.
    pub least_side: Option<u32>,
}

/// What a moving picture's file has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovingRule {
    /// Its format.
    pub formats: &'static [MovingFormat],
    /// Its size.
    pub canvas: Canvas,
    /// How many bytes it has at most.
    pub budget: u32,
    /// How long it lasts at most, in milliseconds; none: not limited.
    pub milliseconds: Option<u32>,
}

/// How many of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// At least.
    pub least: u32,
    /// At most; none: as many as one likes.
    pub most: Option<u32>,
}

/// How long a text is, in UTF-16 units: platforms count those or characters, of which there are never more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRule {
    /// At least; 0: it may be missing.
    pub least: u32,
    /// At most; none: not limited, or not written.
    pub most: Option<u32>,
}

/// What stands in a sticker's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// Everything that file names allow: the name is the file's alone.
    Any,
    /// `A-Z`, `a-z`, `0-9` and `_`: a shortcode. Two names differ by more than case.
    Shortcode,
    /// As [`Self::Shortcode`] without capitals.
    Lowercase,
}

/// A picture that stands for the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Its file's name.
    pub name: &'static str,
    /// What its file has to be.
    pub still: StillRule,
}
