//! A colour as people write it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// An opaque sRGB colour; in JSON `"#rrggbb"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "bindings", derive(specta::Type), specta(transparent))]
pub struct Color(#[cfg_attr(feature = "bindings", specta(type = String))] pub [u8; 3]);

impl Color {
    /// White.
    pub const WHITE: Self = Self([255; 3]);
    /// Black.
    pub const BLACK: Self = Self([0; 3]);

    /// Its components in linear light, 0 to 1.
    pub fn linear(self) -> [f32; 3] {
        self.0.map(crate::linear::to_linear)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(formatter, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl FromStr for Color {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let component = |at: usize| digits.and_then(|digits| u8::from_str_radix(&digits[at..at + 2], 16).ok());
        match (component(0), component(2), component(4)) {
            (Some(r), Some(g), Some(b)) => Ok(Self([r, g, b])),
            _ => Err(Error::Finish(format!(
                "there is no colour '{text}'; write it like #ff8800"
            ))),
        }
    }
}

impl TryFrom<String> for Color {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_they_are_written() {
        for color in [Color::WHITE, Color::BLACK, Color([1, 128, 250])] {
            assert_eq!(color.to_string().parse(), Ok(color));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "#", "#12345", "#1234567", "white", "#gg0000", "#+1+1+1", "#ééé"] {
            assert!(text.parse::<Color>().is_err(), "{text}");
        }
    }
}
