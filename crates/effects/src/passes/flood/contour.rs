//! Where a field passes through zero, to a part of a pixel.

use super::super::grid::Grid;
use super::{NOWHERE, Seed};

/// Seeds on sixteenths of a pixel.
pub(crate) const EXACT: f32 = 16.0;
/// Seeds as fine as f32 holds them well.
pub(crate) const FINE: f32 = 4096.0;

/// Rounding: ties go up, also those that a division on the GPU misses by its last bit. Of the fractions that bytes of alpha give,
/// none lies between this and the half.
const HALF: f32 = 0.5005;

/// Further than any crossing.
const NO_CROSSING: f32 = 2.0;

/// For each pixel beside the line where the field is zero (inside: at most zero), the nearest point of that line, on steps of
/// `1 / subdivisions` pixels; [`NOWHERE`] for all others. The line is taken as straight between its crossings with the pixel grid.
pub(crate) fn contour(field: &Grid<f32>, subdivisions: f32) -> Grid<Seed> {
    let snap = |value: f32| (value.abs() * subdivisions + HALF).floor() / subdivisions;
    Grid::from_fn(field.width, field.height, |x, y| {
        let here = field.at(x, y);
        let crossing = |dx: i32, dy: i32| -> f32 {
            let there = field.get(x + dx, y + dy).unwrap_or(here);
            if (here <= 0.0) == (there <= 0.0) {
                return NO_CROSSING;
            }
            snap(here / (here - there))
        };
        let across = nearer(crossing(-1, 0), crossing(1, 0));
        let down = nearer(crossing(0, -1), crossing(0, 1));
        let [dx, dy] = match (across.abs() <= 1.0, down.abs() <= 1.0) {
            (false, false) => return NOWHERE,
            (true, false) => [across, 0.0],
            (false, true) => [0.0, down],
            (true, true) => {
                let sum = across * across + down * down;
                if sum == 0.0 {
                    [0.0, 0.0]
                } else {
                    let foot = [across * (down * down) / sum, down * (across * across) / sum];
                    foot.map(|value| snap(value).copysign(value))
                }
            }
        };
        [x as f32 + dx, y as f32 + dy]
    })
}

/// The nearer of the crossings before and after, with its sign.
fn nearer(before: f32, after: f32) -> f32 {
    if before <= after { -before } else { after }
}
