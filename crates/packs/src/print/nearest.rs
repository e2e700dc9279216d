//! Which of some points is nearest to each pixel.

/// No point yet.
const NONE: u32 = u32::MAX;

/// For each pixel, which point is nearest to its centre: sequential vector distance transform (Danielsson 1980) with points that
/// need not lie on the grid.
pub(super) struct Nearest {
    points: Vec<[f64; 2]>,
    width: usize,
    found: Vec<u32>,
}

impl Nearest {
    /// Points in pixels, inside a picture of this size.
    pub(super) fn new(points: Vec<[f64; 2]>, width: usize, height: usize) -> Self {
        let mut nearest = Self {
            points,
            width,
            found: vec![NONE; width * height],
        };
        for place in 0..nearest.points.len() {
            let [x, y] = nearest.points[place].map(|side| (side - 0.5).floor().max(0.0) as usize);
            for (x, y) in [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)] {
                if x < width && y < height {
                    nearest.offer(x, y, place as u32);
                }
            }
        }
        // Each sweep hands on what the row before knows; twice, for the few that the first round misses.
        for _ in 0..2 {
            for y in 0..height {
                nearest.sweep(y, y.checked_sub(1));
            }
            for y in (0..height).rev() {
                nearest.sweep(y, Some(y + 1).filter(|next| *next < height));
            }
        }
        nearest
    }

    /// The nearest point and how far away it is; nothing without points.
    pub(super) fn at(&self, x: usize, y: usize) -> Option<(usize, f64)> {
        let point = self.found[y * self.width + x];
        (point != NONE).then(|| (point as usize, self.apart(point, x, y).sqrt()))
    }

    /// A row takes what the `other` row and the pixels beside know.
    fn sweep(&mut self, y: usize, other: Option<usize>) {
        for x in 0..self.width {
            if let Some(other) = other {
                for from in x.saturating_sub(1)..(x + 2).min(self.width) {
                    self.offer(x, y, self.found[other * self.width + from]);
                }
            }
            if x > 0 {
                self.offer(x, y, self.found[y * self.width + x - 1]);
            }
        }
        for x in (0..self.width.saturating_sub(1)).rev() {
            self.offer(x, y, self.found[y * self.width + x + 1]);
        }
    }

    /// A pixel takes a point that is nearer than what it has.
    fn offer(&mut self, x: usize, y: usize, point: u32) {
        let at = y * self.width + x;
        if point != self.found[at] && self.apart(point, x, y) < self.apart(self.found[at], x, y) {
            self.found[at] = point;
        }
    }

    /// The square of the way from a pixel's centre to a point.
    fn apart(&self, point: u32, x: usize, y: usize) -> f64 {
        self.points.get(point as usize).map_or(f64::MAX, |point| {
            let (dx, dy) = (point[0] - x as f64 - 0.5, point[1] - y as f64 - 0.5);
            dx * dx + dy * dy
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_finds_the_nearest_of_many_points() {
        // A low-discrepancy sequence: points between the pixels, some in clusters.
        let points: Vec<_> = (1..60)
            .map(|step| {
                [
                    (f64::from(step) * 0.618_034).fract() * 47.0,
                    (f64::from(step) * 0.414_214).fract().powi(2) * 31.0,
                ]
            })
            .collect();
        let nearest = Nearest::new(points.clone(), 47, 31);
        for (x, y) in (0..31).flat_map(|y| (0..47).map(move |x| (x, y))) {
            let away = |point: &[f64; 2]| (point[0] - x as f64 - 0.5).hypot(point[1] - y as f64 - 0.5);
            let best = points.iter().map(away).fold(f64::MAX, f64::min);
            let found = nearest.at(x, y).unwrap().1;
            assert!((found - best).abs() < 0.1, "{found} instead of {best}");
        }
    }

    #[test]
    fn without_points_nothing_is_near() {
        assert_eq!(Nearest::new(Vec::new(), 3, 2).at(1, 1), None);
    }
}
