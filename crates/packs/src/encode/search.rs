//! The search for the file with the least loss under a budget.

use image::RgbaImage;

use super::png::{self, Hidden, LOSSES, Loss};
use super::webp::{self, NEAR, Quality};
use crate::{Canvas, Error, Format, StillRule};

/// One way to write a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub bytes: Vec<u8>,
    pub format: Format,
    pub how: String,
}

impl Candidate {
    /// A file that is not over the budget.
    fn within(rule: &StillRule, bytes: Vec<u8>, format: Format, how: String) -> Option<Self> {
        let fits = rule.budget.is_none_or(|budget| bytes.len() <= budget as usize);
        fits.then_some(Self { bytes, format, how })
    }
}

/// How much may be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Floor {
    /// No more than one sees: a smaller picture would be better.
    Good,
    /// As much as it takes.
    Any,
}

impl Floor {
    /// Lossy WebP: each quality of alpha with the least quality of colour that goes with it.
    fn webp(self) -> &'static [Quality] {
        const ALL: [Quality; 4] = [
            Quality { colour: 40, alpha: 100 },
            Quality { colour: 20, alpha: 50 },
            Quality { colour: 0, alpha: 20 },
            Quality { colour: 0, alpha: 0 },
        ];
        match self {
            Self::Good => &ALL[..1],
            Self::Any => &ALL,
        }
    }

    /// The ways to make a PNG smaller, down to 32 colours or to what there is.
    fn png(self) -> &'static [Loss] {
        match self {
            Self::Good => &LOSSES[..13],
            Self::Any => &LOSSES,
        }
    }
}

/// The file without loss in the first format that fits the budget.
pub(super) fn lossless(picture: &RgbaImage, rule: &StillRule) -> Result<Option<Candidate>, Error> {
    let hidden = if rule.canvas == Canvas::Free {
        Hidden::Kept
    } else {
        Hidden::Free
    };
    for &format in rule.formats {
        let bytes = match format {
            Format::Png => png::lossless(picture, hidden)?,
            Format::Webp => webp::lossless(picture)?,
        };
        if let Some(found) = Candidate::within(rule, bytes, format, "lossless".to_owned()) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The file with the least loss that fits the budget: WebP where the rule takes it, else PNG.
pub(super) fn lossy(picture: &RgbaImage, rule: &StillRule, floor: Floor) -> Result<Option<Candidate>, Error> {
    if !rule.formats.contains(&Format::Webp) {
        return lossy_png(picture, rule, floor);
    }
    match nearly_lossless(picture, rule)? {
        None => lossy_webp(picture, rule, floor),
        found => Ok(found),
    }
}

fn lossy_png(picture: &RgbaImage, rule: &StillRule, floor: Floor) -> Result<Option<Candidate>, Error> {
    first_that_fits(floor.png(), |loss| {
        let how = match loss {
            Loss::Shades(shades) => format!("{shades} shades a channel"),
            Loss::Palette(colours) => format!("{colours} colours"),
        };
        Ok(Candidate::within(rule, png::lossy(picture, loss)?, Format::Png, how))
    })
}

fn nearly_lossless(picture: &RgbaImage, rule: &StillRule) -> Result<Option<Candidate>, Error> {
    for near in NEAR {
        let bytes = webp::nearly_lossless(picture, near)?;
        if let Some(found) = Candidate::within(rule, bytes, Format::Webp, format!("nearly lossless {near}")) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn lossy_webp(picture: &RgbaImage, rule: &StillRule, floor: Floor) -> Result<Option<Candidate>, Error> {
    for &least in floor.webp() {
        let attempt = |colour: u8| {
            let bytes = webp::lossy(picture, Quality { colour, ..least })?;
            let alpha = if least.alpha == 100 {
                String::new()
            } else {
                format!(", alpha {}", least.alpha)
            };
            Ok(Candidate::within(
                rule,
                bytes,
                Format::Webp,
                format!("quality {colour}{alpha}"),
            ))
        };
        let qualities: Vec<u8> = (least.colour..=100).rev().collect();
        if let Some(found) = first_that_fits(&qualities, attempt)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// By bisection, what the first of the choices that fits gives. The choices are ordered from large files to small ones.
pub(super) fn first_that_fits<C: Copy, T>(
    choices: &[C],
    attempt: impl Fn(C) -> Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    let Some((&last, rest)) = choices.split_last() else {
        return Ok(None);
    };
    // Most often nothing is found because nothing fits: that is known after one attempt.
    let Some(mut found) = attempt(last)? else {
        return Ok(None);
    };
    let (mut low, mut high) = (0, rest.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        match attempt(rest[middle])? {
            Some(better) => (found, high) = (better, middle),
            None => low = middle + 1,
        }
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn bisection_finds_the_first_that_fits_in_few_attempts() {
        for fitting in 0..=101_u8 {
            let attempts = Cell::new(0);
            let choices: Vec<u8> = (0..=100).collect();
            let found = first_that_fits(&choices, |choice| {
                attempts.set(attempts.get() + 1);
                Ok((choice >= fitting).then_some(choice))
            });
            assert_eq!(found, Ok((fitting <= 100).then_some(fitting)));
            assert!(attempts.get() <= 8);
        }
    }
}
