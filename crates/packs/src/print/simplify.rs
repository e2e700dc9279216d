//! Fewer points on a line: Douglas and Peucker 1973.

use super::contour::Polygon;

/// The polygon with only those of its points that keep every other within `tolerance` of it.
pub(super) fn simplified(polygon: &[[f64; 2]], tolerance: f64) -> Polygon {
    let count = polygon.len();
    if count < 4 {
        return polygon.to_vec();
    }
    // A closed line is two open ones between a point and the one farthest from it.
    let far = farthest(polygon, |point| distance(point, polygon[0]));
    let mut keep = vec![false; count + 1];
    keep[0] = true;
    keep[far] = true;
    let mut spans = vec![(0, far), (far, count)];
    while let Some((from, to)) = spans.pop() {
        let (start, end) = (polygon[from], polygon[to % count]);
        let between = &polygon[from + 1..to];
        if between.is_empty() {
            continue;
        }
        let off = farthest(between, |point| to_segment(point, start, end));
        if to_segment(between[off], start, end) > tolerance {
            let middle = from + 1 + off;
            keep[middle] = true;
            spans.extend([(from, middle), (middle, to)]);
        }
    }
    let kept = polygon.iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|(point, _)| *point).collect()
}

fn farthest(points: &[[f64; 2]], distance: impl Fn([f64; 2]) -> f64) -> usize {
    let mut best = (0, f64::MIN);
    for (place, point) in points.iter().enumerate() {
        let away = distance(*point);
        if away > best.1 {
            best = (place, away);
        }
    }
    best.0
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// From a point to the nearest of a segment.
pub(super) fn to_segment(point: [f64; 2], start: [f64; 2], end: [f64; 2]) -> f64 {
    let (dx, dy) = (end[0] - start[0], end[1] - start[1]);
    let length = dx * dx + dy * dy;
    if length == 0.0 {
        return distance(point, start);
    }
    let along = (((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length).clamp(0.0, 1.0);
    distance(point, [start[0] + along * dx, start[1] + along * dy])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::contour::sides;

    #[test]
    fn points_on_a_side_go_and_corners_stay() {
        let square: Polygon = vec![
            [0.0, 0.0],
            [1.0, 0.1],
            [2.0, 0.0],
            [2.0, 2.0],
            [1.0, 2.0],
            [0.0, 2.0],
            [0.0, 1.0],
        ];
        assert_eq!(
            simplified(&square, 0.25),
            [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]
        );
        assert_eq!(simplified(&square, 0.05).len(), 5);
    }

    #[test]
    fn every_point_stays_within_the_tolerance() {
        let wavy: Polygon = (0..400)
            .map(|step| {
                let turn = f64::from(step) / 400.0 * std::f64::consts::TAU;
                let radius = 100.0 + 7.0 * (9.0 * turn).sin();
                [radius * turn.cos(), radius * turn.sin()]
            })
            .collect();
        let line = simplified(&wavy, 0.25);
        assert!(line.len() < 120, "{}", line.len());
        for point in wavy {
            let nearest = sides(&line)
                .map(|(a, b)| to_segment(point, a, b))
                .fold(f64::MAX, f64::min);
            assert!(nearest <= 0.25, "{nearest}");
        }
    }
}
