//! What a sheet looks like.

use serde::{Deserialize, Serialize};

use crate::Error;

/// Dots an inch of everything that is printed.
pub(super) const DPI: f64 = 300.0;
/// Dots a millimetre.
pub(super) const DOTS: f64 = DPI / 25.4;
/// From the trimmed area to a crop mark, and a mark's length, in mm.
pub(super) const MARK_GAP: f64 = 2.0;
pub(super) const MARK_LENGTH: f64 = 4.0;

/// A paper's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum PaperSize {
    /// 210 mm x 297 mm (ISO 216).
    A4,
    /// 215.9 mm x 279.4 mm (ANSI A).
    Letter,
}

impl PaperSize {
    /// Width and height in mm.
    pub fn size(self) -> (f64, f64) {
        match self {
            Self::A4 => (210.0, 297.0),
            Self::Letter => (215.9, 279.4),
        }
    }
}

/// How the stickers are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Cut {
    /// Through the sticker and not through what it sticks on: the sheet stays whole, and a rim of `offset_mm` around each.
    Kiss,
    /// Through everything, along the edge of the picture, whose colours go on for `bleed_mm` outside.
    Die,
}

/// What stands at the corners of the part of the sheet inside the margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Marks {
    /// Nothing.
    None,
    /// Crop marks.
    Crop,
}

/// Where cut lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum Lines {
    /// In the PDF, too: on a layer of their own, in a spot colour of their own.
    Drawn,
    /// In the SVG files only: nothing but pictures is printed.
    Apart,
}

/// What a sheet looks like. All lengths are in mm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SheetRequest {
    /// The paper.
    pub paper: PaperSize,
    /// The longer side of what is visible of a sticker: 5 to 280.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub sticker_mm: f32,
    /// What stays free around the sheet: 0 to 60.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub margin_mm: f32,
    /// Between two stickers with their rims: 0 to 60.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub gap_mm: f32,
    /// How far the colours of a die-cut sticker go on outside: 0 to 10.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub bleed_mm: f32,
    /// How far outside of a kiss-cut sticker the cut is: 0 to 20.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub offset_mm: f32,
    /// How they are cut.
    pub cut: Cut,
    /// What stands at the corners.
    pub marks: Marks,
    /// Where cut lines are.
    pub lines: Lines,
    /// How often each sticker is printed: 1 to 1,000.
    pub copies: u32,
}

impl Default for SheetRequest {
    /// Kiss-cut stickers of 5 cm on A4.
    fn default() -> Self {
        Self {
            paper: PaperSize::A4,
            sticker_mm: 50.0,
            margin_mm: 10.0,
            gap_mm: 3.0,
            bleed_mm: 1.5,
            offset_mm: 2.0,
            cut: Cut::Kiss,
            marks: Marks::Crop,
            lines: Lines::Drawn,
            copies: 1,
        }
    }
}

impl SheetRequest {
    /// Refuses what cannot be printed.
    pub(super) fn check(&self) -> Result<(), Error> {
        for (what, value, least, most) in [
            ("the size of a sticker", self.sticker_mm, 5.0, 280.0),
            ("the margin", self.margin_mm, 0.0, 60.0),
            ("the gap between stickers", self.gap_mm, 0.0, 60.0),
            ("the bleed", self.bleed_mm, 0.0, 10.0),
            ("the offset of the cut", self.offset_mm, 0.0, 20.0),
        ] {
            // NaN is in no range.
            if !(least..=most).contains(&value) {
                return Err(Error::Usage(format!(
                    "{what} must be {least} to {most} mm, this is {value}"
                )));
            }
        }
        if !(1..=1000).contains(&self.copies) {
            return Err(Error::Usage(format!("print 1 to 1000 copies, not {}", self.copies)));
        }
        let room = MARK_GAP + MARK_LENGTH;
        if self.marks == Marks::Crop && f64::from(self.margin_mm) < room {
            return Err(Error::Usage(format!(
                "crop marks need a margin of {room} mm and more; widen it, or leave them out"
            )));
        }
        Ok(())
    }

    /// How far a sticker's print or cut reaches outside of its picture, in dots.
    pub(super) fn reach(&self) -> u32 {
        dots(match self.cut {
            Cut::Kiss => self.offset_mm,
            Cut::Die => self.bleed_mm,
        })
    }
}

/// Millimetres as whole dots.
pub(super) fn dots(mm: f32) -> u32 {
    (f64::from(mm) * DOTS).round() as u32
}
