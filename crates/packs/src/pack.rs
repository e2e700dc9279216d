//! A pack, and what is measured of its pictures.

use image::RgbaImage;

/// An ordered choice of stickers with what a platform wants to know of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pack {
    /// Its title.
    pub title: String,
    /// Who made it; may be empty.
    pub author: String,
    /// The sticker that stands for the pack, by its place; without one, the first.
    pub cover: Option<usize>,
    /// In order.
    pub stickers: Vec<Sticker>,
}

/// One sticker of a pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Sticker {
    /// How [`crate::Pictures`] finds its picture.
    pub key: String,
    /// What its file is called, without an ending: letters of any language, made safe and different when it is written.
    pub name: String,
    /// What it stands for, in order.
    pub emoji: Vec<String>,
    /// What it shows, for people who do not see it; may be empty.
    pub text: String,
    /// What is known of its picture.
    pub measured: Measured,
}

/// What checks need to know of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// What is visible (alpha of 8 and more); nothing: the picture is empty.
    pub visible: Option<Bounds>,
    /// Whether any pixel is transparent.
    pub transparent: bool,
}

/// A part of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The first column.
    pub x: u32,
    /// The first row.
    pub y: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// What is as good as invisible.
const VISIBLE: u8 = 8;

impl Measured {
    /// Looks at a picture.
    pub fn of(picture: &RgbaImage) -> Self {
        let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
        let mut transparent = false;
        for (x, y, pixel) in picture.enumerate_pixels() {
            transparent |= pixel.0[3] < u8::MAX;
            if pixel.0[3] >= VISIBLE {
                (left, top) = (left.min(x), top.min(y));
                (right, bottom) = (right.max(x), bottom.max(y));
            }
        }
        Self {
            width: picture.width(),
            height: picture.height(),
            visible: (left <= right).then(|| Bounds {
                x: left,
                y: top,
                width: right - left + 1,
                height: bottom - top + 1,
            }),
            transparent,
        }
    }
}
