//! The wand: pixels of the clicked colour become transparent.

use image::RgbaImage;
use rayon::prelude::*;

use super::Matte;
use crate::{Reach, Wand, oklab};

/// The colours of a picture in Oklab, row by row.
pub(super) struct Colors(Vec<[f32; 3]>);

impl Colors {
    pub(super) fn of(picture: &RgbaImage) -> Self {
        Self(
            picture
                .as_raw()
                .par_chunks(4)
                .map(|pixel| oklab::from_srgb([pixel[0], pixel[1], pixel[2]]))
                .collect(),
        )
    }
}

/// Takes out what has the colour at the clicked place. What is transparent already is a border that a fill does not cross, and a
/// click on it does nothing. Pixels beside the taken ones, whose colour is a mixture, go in part, so that no hard step remains.
pub(super) fn click(matte: &mut Matte, colors: &Colors, wand: &Wand) {
    let Some(start) = clicked(matte, wand) else { return };
    let color = colors.0[start];
    let differs = |at: usize| oklab::distance_squared(colors.0[at], color).sqrt();
    let matches = |at: usize| matte.alpha[at] > 0.0 && differs(at) <= wand.tolerance;
    let taken = match wand.reach {
        Reach::Everywhere => (0..matte.alpha.len()).into_par_iter().map(matches).collect(),
        Reach::Connected => fill(matte, start, matches),
    };
    let alpha = (0..matte.alpha.len()).into_par_iter().map(|at| match matte.alpha[at] {
        alpha if alpha == 0.0 || taken[at] => 0.0,
        alpha if touches(&taken, at, matte.width) => alpha * mixture(differs(at), wand.tolerance),
        alpha => alpha,
    });
    matte.alpha = alpha.collect();
}

/// The index of the pixel at the clicked place, if there is a visible one.
fn clicked(matte: &Matte, wand: &Wand) -> Option<usize> {
    let inside = |at: f32, size: usize| (at >= 0.0 && at < size as f32).then_some(at as usize);
    let at = inside(wand.at.y, matte.height)? * matte.width + inside(wand.at.x, matte.width)?;
    (matte.alpha[at] > 0.0).then_some(at)
}

/// How much of a neighbour stays: nothing at the tolerance, all at twice the tolerance.
fn mixture(difference: f32, tolerance: f32) -> f32 {
    if tolerance > 0.0 {
        ((difference - tolerance) / tolerance).clamp(0.0, 1.0)
    } else {
        1.0
    }
}

/// Whether one of the eight neighbours is taken.
fn touches(taken: &[bool], at: usize, width: usize) -> bool {
    let (x, y, height) = (at % width, at / width, taken.len() / width);
    (y.saturating_sub(1)..(y + 2).min(height))
        .any(|row| taken[row * width + x.saturating_sub(1)..row * width + (x + 2).min(width)].contains(&true))
}

/// What is connected with `start` over sides of pixels that match.
fn fill(matte: &Matte, start: usize, matches: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut taken = vec![false; matte.alpha.len()];
    let mut open = vec![start];
    taken[start] = true;
    while let Some(at) = open.pop() {
        let (x, y) = (at % matte.width, at / matte.width);
        let neighbours = [
            (x > 0).then(|| at - 1),
            (x + 1 < matte.width).then_some(at + 1),
            (y > 0).then(|| at - matte.width),
            (y + 1 < matte.height).then_some(at + matte.width),
        ];
        for neighbour in neighbours.into_iter().flatten() {
            if !taken[neighbour] && matches(neighbour) {
                taken[neighbour] = true;
                open.push(neighbour);
            }
        }
    }
    taken
}
