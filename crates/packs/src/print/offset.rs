//! A line a given way outside another: the level of a field of distances.

use super::contour::{Field, Polygon};
use super::nearest::Nearest;

/// Pictures up to so many pixels a side get two samples a pixel and side: where two lobes meet, the line has a sharp notch, and
/// samples a pixel apart cut it off too early.
const FINE: u32 = 1024;
/// Samples that a side of the field has at most: nine bytes of memory are needed for each in the field.
const MOST: u32 = 4096;

/// Where the samples of a field lie around a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grid {
    /// Samples.
    width: u32,
    /// Samples.
    height: u32,
    /// Samples a pixel and side.
    scale: f64,
    /// Pixels around the picture.
    room: f64,
}

impl Grid {
    /// With room for lines `by` pixels outside of a picture of this size.
    fn new(size: (u32, u32), by: f32) -> Self {
        let longest = size.0.max(size.1);
        let room = f64::from(by).ceil() + 2.0;
        let with_room = |side: u32| f64::from(side) + 2.0 * room;
        let samples = if longest <= FINE { 2.0 } else { 1.0 };
        let scale = f64::min(samples, f64::from(MOST) / with_room(longest));
        let samples = |side: u32| (with_room(side) * scale).ceil() as u32;
        Self {
            width: samples(size.0),
            height: samples(size.1),
            scale,
            room,
        }
    }

    /// Where a sample lies in the picture, by its column or row.
    fn pixel(&self, sample: u32) -> f64 {
        (f64::from(sample) + 0.5) / self.scale - self.room
    }
}

/// The outer edges of what lies within `by` pixels of the polygons, which lie in a picture of this size. Round at corners.
pub(super) fn outward(
    polygons: &[Polygon],
    inside: impl Fn(u32, u32) -> bool,
    size: (u32, u32),
    by: f32,
) -> Vec<Polygon> {
    let grid = Grid::new(size, by);
    let points = polygons.iter().flatten();
    let points = points
        .map(|point| point.map(|side| (side + grid.room) * grid.scale))
        .collect();
    let nearest = Nearest::new(points, grid.width as usize, grid.height as usize);
    let field = Field::new(grid.width, grid.height, -f32::MAX, |x, y| {
        let found = nearest.at(x as usize, y as usize);
        let away = found.map_or(f32::MAX, |(_, away)| (away / grid.scale) as f32);
        let (x, y) = (grid.pixel(x), grid.pixel(y));
        let within = (0.0..f64::from(size.0)).contains(&x) && (0.0..f64::from(size.1)).contains(&y);
        if within && inside(x as u32, y as u32) {
            away
        } else {
            -away
        }
    });
    drop(nearest);
    let mut lines = field.outlines(-by);
    for point in lines.iter_mut().flatten() {
        *point = point.map(|side| side / grid.scale - grid.room);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_grows_by_what_is_asked() {
        let alpha = |x: u32, y: u32| (30.5 - (f64::from(x) - 39.5).hypot(f64::from(y) - 39.5)).clamp(0.0, 1.0) as f32;
        let disc = Field::new(80, 80, 0.0, alpha).outlines(0.5);
        for by in [1.0_f32, 2.5, 10.0, 40.0] {
            let lines = outward(&disc, |x, y| alpha(x, y) >= 0.5, (80, 80), by);
            assert_eq!(lines.len(), 1);
            for [x, y] in &lines[0] {
                let radius = (x - 40.0).hypot(y - 40.0);
                assert!((radius - 30.0 - f64::from(by)).abs() < 0.2, "{radius} for {by}");
            }
        }
    }

    #[test]
    fn two_pieces_become_one_when_the_gap_is_bridged() {
        let inside = |x: u32, _: u32| !(8..12).contains(&x);
        let pieces = Field::new(20, 10, 0.0, |x, y| f32::from(u8::from(inside(x, y)))).outlines(0.5);
        assert_eq!(pieces.len(), 2);
        assert_eq!(outward(&pieces, inside, (20, 10), 1.2).len(), 2);
        assert_eq!(outward(&pieces, inside, (20, 10), 2.5).len(), 1);
    }

    #[test]
    fn a_field_never_has_more_samples_a_side_than_memory_is_meant_for() {
        for (size, by) in [
            ((4096, 4096), 8192.0),
            ((1024, 3), 1e9),
            ((9000, 100), 0.5),
            ((6, 7), 2.0),
        ] {
            let grid = Grid::new(size, by);
            assert!(grid.width.max(grid.height) <= MOST + 1, "{grid:?}");
        }
        assert_eq!(Grid::new((512, 400), 10.0).scale, 2.0);
    }

    #[test]
    fn a_coarse_field_finds_the_same_line() {
        let square = vec![vec![[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0]]];
        let lines = outward(&square, |_, _| true, (8, 8), 9000.0);
        assert_eq!(lines.len(), 1);
        for [x, y] in &lines[0] {
            let away = (x.clamp(0.0, 8.0) - x).hypot(y.clamp(0.0, 8.0) - y);
            assert!((away - 9000.0).abs() < 9.0, "{away}");
        }
    }
}
