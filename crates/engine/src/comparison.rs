//! How a sticker that was made again compares to the original.

use std::fmt;

use serde::Serialize;

use crate::Picture;

/// How two pictures differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PixelDifference {
    /// Not at all.
    Identical,
    /// In some pixels.
    Differ {
        /// The largest difference of a channel, from 1 to 255.
        max_channel: u8,
        /// How many pixels differ.
        pixels: u64,
    },
    /// They are not of one size.
    Size {
        /// Width and height of the original.
        was: (u32, u32),
        /// Width and height of the new one.
        is: (u32, u32),
    },
}

impl PixelDifference {
    pub(crate) fn between(was: &Picture, is: &Picture) -> Self {
        if (was.width, was.height) != (is.width, is.height) {
            return Self::Size {
                was: (was.width, was.height),
                is: (is.width, is.height),
            };
        }
        let largest = |(a, b): (&[u8], &[u8])| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
        let differences = was.rgba.chunks_exact(4).zip(is.rgba.chunks_exact(4)).map(largest);
        let (max_channel, pixels) = differences
            .filter(|&largest| largest > 0)
            .fold((0, 0), |(max, count), largest| (largest.max(max), count + 1));
        if pixels == 0 {
            Self::Identical
        } else {
            Self::Differ { max_channel, pixels }
        }
    }
}

/// How a sticker that was made again compares to the original. `Display` says it line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Of the pixels.
    pub pixels: PixelDifference,
    /// Of what made them, one phrase each.
    pub differences: Vec<String>,
}

impl Comparison {
    /// Whether every byte of every pixel is the same.
    pub fn is_identical(&self) -> bool {
        self.pixels == PixelDifference::Identical
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pixels {
            PixelDifference::Identical => formatter.write_str("the pixels are identical")?,
            PixelDifference::Differ { max_channel, pixels } => {
                write!(formatter, "{pixels} pixels differ, by {max_channel} of 255 at most")?;
            }
            PixelDifference::Size { was, is } => {
                write!(
                    formatter,
                    "the size differs: was {} x {}, is {} x {}",
                    was.0, was.1, is.0, is.1
                )?;
            }
        }
        self.differences
            .iter()
            .try_for_each(|difference| write!(formatter, "\n{difference}"))
    }
}
