//! Labels of points that keep clear of each other.

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Box2(pub [f64; 4]);

impl Box2 {
    /// Around a place.
    pub fn around([x, y]: [f64; 2], radius: f64) -> Self {
        Self([x - radius, y - radius, x + radius, y + radius])
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        a < g && e < c && b < h && f < d
    }

    fn holds(&self, inner: &Self) -> bool {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, inner.0);
        a <= e && b <= f && g <= c && h <= d
    }

    /// The place in it that is nearest to another.
    pub fn nearest(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [left, top, right, bottom] = self.0;
        [x.clamp(left, right), y.clamp(top, bottom)]
    }
}

/// What is to be labelled.
pub(super) struct Point {
    pub at: [f64; 2],
    /// Its interval's lines, each from and to.
    pub lines: Vec<[[f64; 2]; 2]>,
    /// Its label's width and height.
    pub label: [f64; 2],
}

/// Where each label goes: within `area`, over no point, no other label and nothing in `taken`, near its point and off the
/// lines. `None` for a label that has no room.
pub(super) fn places(points: &[Point], area: Box2, taken: &[Box2]) -> Vec<Option<Box2>> {
    let mut placed: Vec<Option<Box2>> = vec![None; points.len()];
    // The second round moves labels away from what the first put after them.
    for _ in 0..2 {
        for (number, point) in points.iter().enumerate() {
            let others: Vec<Box2> = placed
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != number)
                .filter_map(|(_, label)| *label)
                .collect();
            let free = |label: &Box2| {
                area.holds(label)
                    && !others.iter().chain(taken).any(|other| other.overlaps(label))
                    && !points.iter().any(|other| Box2::around(other.at, 8.0).overlaps(label))
            };
            let cost = |label: &Box2| cost(label, number, points, &others);
            placed[number] = candidates(point, area)
                .into_iter()
                .filter(free)
                .min_by(|first, second| cost(first).total_cmp(&cost(second)));
        }
    }
    placed
}

/// Around the point, nearest first, then anywhere in the area.
fn candidates(point: &Point, area: Box2) -> Vec<Box2> {
    let [width, height] = point.label;
    let mut found = Vec::new();
    for distance in [11.0, 18.0, 28.0, 42.0, 60.0, 85.0, 120.0, 170.0, 240.0] {
        for turn in 0..24 {
            let (down, across) = (f64::from(turn) * std::f64::consts::TAU / 24.0).sin_cos();
            let [x, y] = [
                point.at[0] + across * (distance + width / 2.0),
                point.at[1] + down * (distance + height / 2.0),
            ];
            found.push(Box2([
                x - width / 2.0,
                y - height / 2.0,
                x + width / 2.0,
                y + height / 2.0,
            ]));
        }
    }
    let [left, top, right, bottom] = area.0;
    let (columns, rows) = (
        ((right - left - width) / 24.0) as i32,
        ((bottom - top - height) / 12.0) as i32,
    );
    for row in 0..=rows {
        for column in 0..=columns {
            let [x, y] = [left + f64::from(column) * 24.0, top + f64::from(row) * 12.0];
            found.push(Box2([x, y, x + width, y + height]));
        }
    }
    found
}

/// How far a label is from its point, and how much it and its leader cross.
fn cost(label: &Box2, number: usize, points: &[Point], labels: &[Box2]) -> f64 {
    let point = &points[number];
    let leader = [point.at, label.nearest(point.at)];
    let length = distance(leader[0], leader[1]);
    let lines = points
        .iter()
        .flat_map(|point| &point.lines)
        .filter(|line| crosses(label, **line))
        .count();
    // A point of another row nearer than its own would be read as the label's.
    let mistaken = points
        .iter()
        .enumerate()
        .filter(|(other, point)| *other != number && distance(point.at, label.nearest(point.at)) < length + 3.0);
    let through_points = points
        .iter()
        .enumerate()
        .filter(|(other, point)| *other != number && crosses(&Box2::around(point.at, 8.0), leader));
    let through_labels = labels.iter().filter(|other| crosses(other, leader)).count();
    length
        + 14.0 * lines as f64
        + 25.0 * mistaken.count() as f64
        + 60.0 * through_points.count() as f64
        + 60.0 * through_labels as f64
}

fn distance([a, b]: [f64; 2], [c, d]: [f64; 2]) -> f64 {
    (a - c).hypot(b - d)
}

/// Whether a stretch of a line meets a rectangle (Liang and Barsky 1984).
fn crosses(area: &Box2, [[x, y], [to_x, to_y]]: [[f64; 2]; 2]) -> bool {
    let [left, top, right, bottom] = area.0;
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for (from, step, low, high) in [(x, to_x - x, left, right), (y, to_y - y, top, bottom)] {
        if step == 0.0 {
            if from < low || from > high {
                return false;
            }
            continue;
        }
        let [first, second] = [(low - from) / step, (high - from) / step];
        enters = enters.max(first.min(second));
        leaves = leaves.min(first.max(second));
    }
    enters <= leaves
}
