//! A stroke with a round brush: the union of the capsules between its points.

use rayon::prelude::*;

use super::Matte;
use crate::{Point, Stroke};

/// Changes alpha where the stroke covers it: `blend(alpha, cover, index)` gives the new alpha; `cover` is above 0, at most 1.
pub(super) fn paint(matte: &mut Matte, stroke: &Stroke, blend: impl Fn(f32, f32, usize) -> f32 + Sync) {
    let brush = Brush::of(stroke);
    let capsules = capsules(stroke);
    let width = matte.width;
    let (top, bottom) = rows(stroke, brush.outer, matte.height);
    let rows = &mut matte.alpha[top * width..bottom * width];
    rows.par_chunks_mut(width).enumerate().for_each_init(
        || vec![0.0_f32; width],
        |cover, (row, alphas)| {
            let y = top + row;
            let touched = cover_row(cover, &capsules, &brush, y as f32 + 0.5);
            for x in touched {
                if cover[x] > 0.0 {
                    alphas[x] = blend(alphas[x], cover[x], y * width + x);
                    cover[x] = 0.0;
                }
            }
        },
    );
}

/// How a brush fades from its middle: full up to `inner`, nothing from `outer` on, pixels. Even the hardest fades over one
/// pixel, so that its edge is antialiased.
struct Brush {
    inner: f32,
    outer: f32,
}

impl Brush {
    fn of(stroke: &Stroke) -> Self {
        Self {
            inner: (stroke.radius * (1.0 - stroke.softness) - 0.5).max(0.0),
            outer: stroke.radius + 0.5,
        }
    }

    fn cover(&self, distance_squared: f32) -> f32 {
        let fade = ((self.outer - distance_squared.sqrt()) / (self.outer - self.inner)).clamp(0.0, 1.0);
        fade * fade * (3.0 - 2.0 * fade)
    }
}

/// What lies within some radius of the line from one point to the other.
struct Capsule {
    from: Point,
    to: Point,
}

fn capsules(stroke: &Stroke) -> Vec<Capsule> {
    match stroke.points.as_slice() {
        [dab] => vec![Capsule { from: *dab, to: *dab }],
        points => points
            .windows(2)
            .map(|pair| Capsule {
                from: pair[0],
                to: pair[1],
            })
            .collect(),
    }
}

/// The rows that the stroke can touch.
fn rows(stroke: &Stroke, reach: f32, height: usize) -> (usize, usize) {
    let least = stroke.points.iter().map(|point| point.y).fold(f32::INFINITY, f32::min);
    let most = stroke
        .points
        .iter()
        .map(|point| point.y)
        .fold(f32::NEG_INFINITY, f32::max);
    let row = |y: f32| (y.clamp(0.0, height as f32)) as usize;
    let top = row((least - reach).floor());
    (top, row((most + reach).ceil()).max(top))
}

/// Writes the stroke's cover of the pixels at height `y` and returns which ones it may have touched.
fn cover_row(cover: &mut [f32], capsules: &[Capsule], brush: &Brush, y: f32) -> std::ops::Range<usize> {
    let mut touched = cover.len()..0;
    for capsule in capsules.iter().filter(|capsule| capsule.reaches(y, brush.outer)) {
        let Some((left, right)) = capsule.span(y, brush.outer) else {
            continue;
        };
        let pixels = pixels(left, right, cover.len());
        if pixels.is_empty() {
            continue;
        }
        touched = touched.start.min(pixels.start)..touched.end.max(pixels.end);
        let full = capsule
            .span(y, brush.inner)
            .map_or(pixels.end..pixels.end, |(left, right)| {
                let full = self::pixels(left, right, cover.len());
                full.start.clamp(pixels.start, pixels.end)..full.end.clamp(pixels.start, pixels.end)
            });
        let full = full.start..full.end.max(full.start);
        cover[full.clone()].fill(1.0);
        for x in (pixels.start..full.start).chain(full.end..pixels.end) {
            if cover[x] < 1.0 {
                cover[x] = cover[x].max(brush.cover(capsule.distance_squared(x as f32 + 0.5, y)));
            }
        }
    }
    touched.start..touched.end.max(touched.start)
}

/// The pixels whose middles lie between two places of a row.
fn pixels(left: f32, right: f32, width: usize) -> std::ops::Range<usize> {
    let pixel = |x: f32| x.clamp(0.0, width as f32) as usize;
    let start = pixel((left - 0.5).ceil());
    start..pixel((right - 0.5).floor() + 1.0).max(start)
}

impl Capsule {
    fn distance_squared(&self, x: f32, y: f32) -> f32 {
        let (along_x, along_y) = (self.to.x - self.from.x, self.to.y - self.from.y);
        let (away_x, away_y) = (x - self.from.x, y - self.from.y);
        let length_squared = along_x * along_x + along_y * along_y;
        let part = if length_squared > 0.0 {
            ((away_x * along_x + away_y * along_y) / length_squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let (dx, dy) = (away_x - part * along_x, away_y - part * along_y);
        dx * dx + dy * dy
    }

    /// Whether the row at height `y` can touch it.
    fn reaches(&self, y: f32, radius: f32) -> bool {
        (self.from.y.min(self.to.y) - radius..=self.from.y.max(self.to.y) + radius).contains(&y)
    }

    /// Where the row at height `y` enters and leaves it; it is convex, so this is all of it.
    fn span(&self, y: f32, radius: f32) -> Option<(f32, f32)> {
        let disc = |at: Point| {
            let half_squared = radius * radius - (y - at.y) * (y - at.y);
            (half_squared >= 0.0).then(|| (at.x - half_squared.sqrt(), at.x + half_squared.sqrt()))
        };
        let ends = [disc(self.from), disc(self.to), self.body(y, radius)];
        ends.into_iter()
            .flatten()
            .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }

    /// The same for the rectangle between its two discs.
    fn body(&self, y: f32, radius: f32) -> Option<(f32, f32)> {
        let (along_x, along_y) = (self.to.x - self.from.x, self.to.y - self.from.y);
        let length = along_x.hypot(along_y);
        if length == 0.0 {
            return None;
        }
        let (side_x, side_y) = (-along_y / length * radius, along_x / length * radius);
        let corners = [
            (self.from.x + side_x, self.from.y + side_y),
            (self.to.x + side_x, self.to.y + side_y),
            (self.to.x - side_x, self.to.y - side_y),
            (self.from.x - side_x, self.from.y - side_y),
        ];
        let crossings = (0..4).filter_map(|at| {
            let ((x0, y0), (x1, y1)) = (corners[at], corners[(at + 1) % 4]);
            let inside = (y0 <= y) != (y1 <= y);
            inside.then(|| x0 + (x1 - x0) * ((y - y0) / (y1 - y0)))
        });
        crossings
            .map(|x| (x, x))
            .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rows_that_are_skipped_are_those_that_a_capsule_does_not_touch(
            x in -50.0_f32..50.0, from in -50.0_f32..50.0, to in -50.0_f32..50.0, radius in 1.0_f32..20.0,
        ) {
            let capsule = Capsule { from: Point { x: 0.0, y: from }, to: Point { x, y: to } };
            for row in -80..80 {
                let y = row as f32 + 0.5;
                let away = (from.min(to) - y).max(y - from.max(to));
                if (away - radius).abs() > 0.01 {
                    prop_assert_eq!(capsule.reaches(y, radius), away < radius);
                    prop_assert_eq!(capsule.span(y, radius).is_some(), away < radius);
                }
            }
        }
    }
}
