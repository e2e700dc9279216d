//! Where a field of samples crosses a level: marching squares (Lorensen and Cline 1987, in the plane).

/// Samples in rows, one at the centre of each pixel, with one ring of `outside` around them.
pub(super) struct Field {
    width: usize,
    height: usize,
    samples: Vec<f32>,
}

/// A closed polygon in pixels, clockwise on the screen around what is inside; (0, 0) is the corner of the first pixel.
pub(super) type Polygon = Vec<[f64; 2]>;

impl Field {
    /// `width` times `height` samples of `at(x, y)`. The level lies above `outside`.
    pub(super) fn new(width: u32, height: u32, outside: f32, at: impl Fn(u32, u32) -> f32) -> Self {
        let (inner, rows) = (width as usize, height as usize);
        let mut samples = vec![outside; (inner + 2) * (rows + 2)];
        for y in 0..height {
            let start = (y as usize + 1) * (inner + 2) + 1;
            for x in 0..width {
                samples[start + x as usize] = at(x, y);
            }
        }
        Self {
            width: inner + 2,
            height: rows + 2,
            samples,
        }
    }

    /// The closed lines at `level` that lie in no other, the largest first.
    pub(super) fn outlines(&self, level: f32) -> Vec<Polygon> {
        let exterior = self.exterior(level);
        let contours = self.contours(level, |sample| exterior[sample]).into_iter();
        let mut outlines: Vec<_> = contours.map(|contour| (area(&contour), contour)).collect();
        // What touches the level in a point has none.
        outlines.retain(|(area, _)| *area > 0.0);
        outlines.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        outlines.into_iter().map(|(_, contour)| contour).collect()
    }

    /// The closed lines at `level` with a wanted sample just outside of them: outer edges with a positive area, edges of holes with a
    /// negative one.
    fn contours(&self, level: f32, wanted: impl Fn(usize) -> bool) -> Vec<Polygon> {
        let mut steps = self.steps(level);
        steps.sort_unstable();
        let mut seen = vec![false; steps.len()];
        let mut found = Vec::new();
        for first in 0..steps.len() {
            if seen[first] {
                continue;
            }
            let mut polygon = Polygon::new();
            let mut at = first;
            while !seen[at] {
                seen[at] = true;
                polygon.push(self.crossing(steps[at].0, level));
                // Each crossing that a step leads to, is where exactly one step begins.
                match steps.binary_search_by_key(&steps[at].1, |step| step.0) {
                    Ok(next) => at = next,
                    Err(_) => break,
                }
            }
            let [from, to] = self.ends(steps[first].0);
            let outside = if self.samples[from] < level { from } else { to };
            if polygon.len() > 2 && wanted(outside) {
                found.push(polygon);
            }
        }
        found
    }

    /// The parts of the lines in each cell of four samples, from one of its sides to another, with the inside on the right.
    /// A side is twice the number of its first sample, and one more if it goes down instead of right.
    fn steps(&self, level: f32) -> Vec<(usize, usize)> {
        let mut steps = Vec::new();
        for y in 0..self.height - 1 {
            for x in 0..self.width - 1 {
                let at = y * self.width + x;
                let corners = self.corners(at);
                let [top, right, bottom, left] = [2 * at, 2 * (at + 1) + 1, 2 * (at + self.width), 2 * at + 1];
                // Where two opposite corners are inside, the mean says whether they belong together.
                let joined = mean(corners) >= level;
                match corners.map(|value| value >= level) {
                    [false, false, false, false] | [true, true, true, true] => {}
                    [true, false, false, false] => steps.push((top, left)),
                    [false, true, false, false] => steps.push((right, top)),
                    [false, false, true, false] => steps.push((bottom, right)),
                    [false, false, false, true] => steps.push((left, bottom)),
                    [false, true, true, true] => steps.push((left, top)),
                    [true, false, true, true] => steps.push((top, right)),
                    [true, true, false, true] => steps.push((right, bottom)),
                    [true, true, true, false] => steps.push((bottom, left)),
                    [true, true, false, false] => steps.push((right, left)),
                    [false, false, true, true] => steps.push((left, right)),
                    [false, true, true, false] => steps.push((bottom, top)),
                    [true, false, false, true] => steps.push((top, bottom)),
                    [true, false, true, false] if joined => steps.extend([(top, right), (bottom, left)]),
                    [true, false, true, false] => steps.extend([(top, left), (bottom, right)]),
                    [false, true, false, true] if joined => steps.extend([(left, top), (right, bottom)]),
                    [false, true, false, true] => steps.extend([(right, top), (left, bottom)]),
                }
            }
        }
        steps
    }

    /// For each sample, whether a way leads from it to the ring around the field without crossing a line at `level`.
    fn exterior(&self, level: f32) -> Vec<bool> {
        let mut exterior = vec![false; self.samples.len()];
        exterior[0] = true;
        let mut waiting = vec![0];
        while let Some(at) = waiting.pop() {
            let (x, y) = (at % self.width, at / self.width);
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)] {
                let (Some(to_x), Some(to_y)) = (x.checked_add_signed(dx), y.checked_add_signed(dy)) else {
                    continue;
                };
                if to_x >= self.width || to_y >= self.height {
                    continue;
                }
                let to = to_y * self.width + to_x;
                // Across a cell the way is free where its line does not join the other two corners.
                let is_free =
                    || dx == 0 || dy == 0 || mean(self.corners(y.min(to_y) * self.width + x.min(to_x))) < level;
                if !exterior[to] && self.samples[to] < level && is_free() {
                    exterior[to] = true;
                    waiting.push(to);
                }
            }
        }
        exterior
    }

    /// The samples of a cell by its first, clockwise.
    fn corners(&self, at: usize) -> [f32; 4] {
        [at, at + 1, at + self.width + 1, at + self.width].map(|sample| self.samples[sample])
    }

    /// The two samples of a side.
    fn ends(&self, side: usize) -> [usize; 2] {
        let at = side / 2;
        let other = if side.is_multiple_of(2) {
            at + 1
        } else {
            at + self.width
        };
        [at, other]
    }

    /// Where the level lies on a side, between its two samples.
    fn crossing(&self, side: usize, level: f32) -> [f64; 2] {
        let [at, other] = self.ends(side);
        let (from, to) = (f64::from(self.samples[at]), f64::from(self.samples[other]));
        let part = ((f64::from(level) - from) / (to - from)).clamp(0.0, 1.0);
        let (x, y) = ((at % self.width) as f64 - 0.5, (at / self.width) as f64 - 0.5);
        if side.is_multiple_of(2) {
            [x + part, y]
        } else {
            [x, y + part]
        }
    }
}

fn mean(corners: [f32; 4]) -> f32 {
    corners.iter().sum::<f32>() / 4.0
}

/// In square pixels; positive for an outer edge.
pub(super) fn area(polygon: &[[f64; 2]]) -> f64 {
    sides(polygon).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0
}

/// Each side of a closed polygon.
pub(super) fn sides(polygon: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().copied().zip(next.copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(rows: &[&str]) -> Field {
        Field::new(rows[0].len() as u32, rows.len() as u32, 0.0, |x, y| {
            f32::from(u8::from(rows[y as usize].as_bytes()[x as usize] == b'#'))
        })
    }

    #[test]
    fn one_pixel_is_a_diamond_around_its_centre() {
        let contours = field(&["#"]).contours(0.5, |_| true);
        assert_eq!(contours, [vec![[0.5, 0.0], [1.0, 0.5], [0.5, 1.0], [0.0, 0.5]]]);
    }

    #[test]
    fn an_edge_lies_where_the_level_is_crossed_between_samples() {
        let ramp = Field::new(3, 3, 0.0, |x, _| [0.0, 0.25, 1.0][x as usize]);
        let contours = ramp.contours(0.5, |_| true);
        assert_eq!(contours.len(), 1);
        assert!(contours[0].contains(&[1.5 + 1.0 / 3.0, 1.5]), "{contours:?}");
    }

    #[test]
    fn holes_turn_the_other_way_and_what_lies_in_them_is_left_out() {
        let rings = field(&[
            "#######", "#     #", "# ### #", "# # # #", "# ### #", "#     #", "#######", "       ", "#      ",
        ]);
        let contours = rings.contours(0.5, |_| true);
        assert_eq!(contours.len(), 5);
        assert_eq!(contours.iter().filter(|contour| area(contour) < 0.0).count(), 2);
        let outer = rings.outlines(0.5);
        let areas: Vec<_> = outer.iter().map(|contour| area(contour)).collect();
        assert_eq!(areas, [48.5, 0.5]);
    }

    #[test]
    fn what_lies_in_a_ring_is_left_out_when_the_ring_is_joined_at_corners_only() {
        let ring = field(&["  #  ", " # # ", "# # #", " # # ", "  #  "]);
        assert_eq!(ring.outlines(0.5).len(), 1);
        assert_eq!(ring.outlines(0.6).len(), 9);
    }

    #[test]
    fn a_quarter_of_a_million_pieces_are_traced_at_once() {
        let begin = std::time::Instant::now();
        let dots = Field::new(1024, 1024, 0.0, |x, y| f32::from(u8::from(x % 2 == 0 && y % 2 == 0)));
        assert_eq!(dots.outlines(0.5).len(), 512 * 512);
        assert!(begin.elapsed().as_secs_f64() < 2.0, "{:?}", begin.elapsed());
    }

    #[test]
    fn corners_that_touch_are_joined_when_their_mean_is_inside() {
        let checks = field(&["# ", " #"]);
        assert_eq!(checks.contours(0.6, |_| true).len(), 2);
        assert_eq!(checks.contours(0.5, |_| true).len(), 1);
    }

    #[test]
    fn nothing_has_no_edge_and_all_has_one() {
        assert!(field(&["   ", "   "]).contours(0.5, |_| true).is_empty());
        assert_eq!(field(&["###", "###"]).contours(0.5, |_| true).len(), 1);
    }
}
