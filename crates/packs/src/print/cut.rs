//! Where a plotter cuts.

use image::RgbaImage;

use super::contour::{Field, Polygon, area};
use super::offset::outward;
use super::simplify::simplified;

/// Half opaque: the edge of a sticker.
const EDGE: f32 = 127.5;
/// Pixels that a cut line may be off by after it has lost the points it does not need.
const TOLERANCE: f64 = 0.25;

/// A closed polygon around a piece of a sticker.
#[derive(Clone, Debug, PartialEq)]
pub struct CutLine {
    /// In pixels of the picture, clockwise; (0, 0) is its upper left corner. An offset may lead out of the picture.
    pub points: Vec<[f32; 2]>,
}

impl CutLine {
    /// What it encloses, in square pixels.
    pub(super) fn area(&self) -> f64 {
        let points: Polygon = self
            .points
            .iter()
            .map(|[x, y]| [f64::from(*x), f64::from(*y)])
            .collect();
        area(&points)
    }
}

/// The outer edges of what is at least half opaque, `offset` pixels (0 and more) outside of it, within half a pixel (with an offset in
/// pictures of more than 1024 pixels a side: within a pixel where two lobes meet in a notch; where picture and offsets have more than
/// 4,096 pixels a side together, coarser by as much). Holes are not cut, nor what lies in them; pieces that the offset joins become one.
/// The largest piece comes first.
pub fn cut_lines(picture: &RgbaImage, offset: f32) -> Vec<CutLine> {
    let polygons = edges(picture, offset);
    let lines = polygons.iter().map(|polygon| simplified(polygon, TOLERANCE));
    lines
        .filter(|points| points.len() > 2)
        .map(|points| CutLine {
            points: points.iter().map(|[x, y]| [*x as f32, *y as f32]).collect(),
        })
        .collect()
}

/// The same with every point.
fn edges(picture: &RgbaImage, offset: f32) -> Vec<Polygon> {
    let alpha = |x, y| f32::from(picture.get_pixel(x, y).0[3]);
    let field = Field::new(picture.width(), picture.height(), 0.0, alpha);
    let outer = field.outlines(EDGE);
    if outer.is_empty() || offset.is_nan() || offset <= 0.0 {
        return outer;
    }
    outward(&outer, |x, y| alpha(x, y) >= EDGE, picture.dimensions(), offset)
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;
    use crate::print::contour::sides;
    use crate::print::simplify::to_segment;

    /// A flower with soft edges.
    fn flower() -> RgbaImage {
        RgbaImage::from_fn(160, 150, |x, y| {
            let (dx, dy) = (f64::from(x) - 79.5, f64::from(y) - 74.5);
            let edge = 55.0 + 12.0 * (5.0 * dy.atan2(dx)).cos();
            Rgba([200, 30, 30, ((edge - dx.hypot(dy) + 0.5).clamp(0.0, 1.0) * 255.0) as u8])
        })
    }

    #[test]
    fn a_cut_line_stays_within_half_a_pixel_of_the_edge_with_few_points() {
        for offset in [0.0, 6.0] {
            let (all, lines) = (edges(&flower(), offset), cut_lines(&flower(), offset));
            assert_eq!((all.len(), lines.len()), (1, 1));
            assert!(
                lines[0].points.len() * 4 < all[0].len(),
                "{} of {}",
                lines[0].points.len(),
                all[0].len()
            );
            let line: Polygon = lines[0]
                .points
                .iter()
                .map(|[x, y]| [f64::from(*x), f64::from(*y)])
                .collect();
            for point in &all[0] {
                let away = sides(&line)
                    .map(|(a, b)| to_segment(*point, a, b))
                    .fold(f64::MAX, f64::min);
                assert!(away <= 0.26, "{away} at {point:?}");
            }
        }
    }

    #[test]
    fn an_empty_picture_has_no_cut_line_and_a_full_one_is_cut_at_its_border() {
        assert!(cut_lines(&RgbaImage::new(9, 9), 3.0).is_empty());
        assert!(cut_lines(&RgbaImage::new(0, 0), 0.0).is_empty());
        let full = cut_lines(&RgbaImage::from_pixel(1, 50, Rgba([1, 2, 3, 255])), 0.0);
        assert_eq!(full.len(), 1);
        assert!(
            full[0]
                .points
                .iter()
                .all(|[x, y]| (0.0..=1.0).contains(x) && (0.0..=50.0).contains(y))
        );
    }
}
