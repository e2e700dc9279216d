//! A line a given way outside another: the level of a field of distances.

use super::contour::{Field, Polygon, outermost};
use super::nearest::Nearest;

/// Pictures up to so many pixels a side get two samples a pixel and side: where two lobes meet, the line has a sharp notch, and
/// samples a pixel apart cut it off too early.
const FINE: u32 = 1024;

/// The outer edges of what lies within `by` pixels of the polygons, which lie in a picture of this size. Round at corners.
pub(super) fn outward(
    polygons: &[Polygon],
    inside: impl Fn(u32, u32) -> bool,
    size: (u32, u32),
    by: f32,
) -> Vec<Polygon> {
    let samples = if size.0.max(size.1) <= FINE { 2 } else { 1 };
    let room = by.ceil() as u32 + 2;
    let (width, height) = ((size.0 + 2 * room) * samples, (size.1 + 2 * room) * samples);
    let (scale, shift) = (f64::from(samples), f64::from(room));
    let points = polygons.iter().flatten();
    let points = points.map(|point| point.map(|side| (side + shift) * scale)).collect();
    let nearest = Nearest::new(points, width as usize, height as usize);
    let field = Field::new(width, height, -f32::MAX, |x, y| {
        let found = nearest.at(x as usize, y as usize);
        let away = found.map_or(f32::MAX, |(_, away)| (away / scale) as f32);
        let (x, y) = (x / samples, y / samples);
        let within = (room..room + size.0).contains(&x) && (room..room + size.1).contains(&y);
        if within && inside(x - room, y - room) {
            away
        } else {
            -away
        }
    });
    let mut lines = outermost(field.contours(-by));
    for point in lines.iter_mut().flatten() {
        *point = point.map(|side| side / scale - shift);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_grows_by_what_is_asked() {
        let alpha = |x: u32, y: u32| (30.5 - (f64::from(x) - 39.5).hypot(f64::from(y) - 39.5)).clamp(0.0, 1.0) as f32;
        let disc = outermost(Field::new(80, 80, 0.0, alpha).contours(0.5));
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
        let pieces = outermost(Field::new(20, 10, 0.0, |x, y| f32::from(u8::from(inside(x, y)))).contours(0.5));
        assert_eq!(pieces.len(), 2);
        assert_eq!(outward(&pieces, inside, (20, 10), 1.2).len(), 2);
        assert_eq!(outward(&pieces, inside, (20, 10), 2.5).len(), 1);
    }
}
