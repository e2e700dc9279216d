//! Shapes of points.

use super::canvas::Canvas;

/// Half of a shape's width.
pub(super) const RADIUS: f64 = 6.5;

/// Draws one of eight shapes in its colour.
pub(super) fn marker(canvas: &mut Canvas, number: usize, [x, y]: [f64; 2]) {
    let (colour, surface) = (canvas.theme.series(number), canvas.theme.surface());
    let style = format!("fill=\"{colour}\" stroke=\"{surface}\" stroke-width=\"1.2\"");
    if number.is_multiple_of(8) {
        canvas.raw(&format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RADIUS}\" {style}/>"));
        return;
    }
    let points: Vec<String> = outline(number)
        .iter()
        .map(|[across, down]| format!("{:.1},{:.1}", x + across * RADIUS, y + down * RADIUS))
        .collect();
    canvas.raw(&format!("<polygon points=\"{}\" {style}/>", points.join(" ")));
}

/// The corners of all shapes but the circle, from -1 to 1.
fn outline(number: usize) -> &'static [[f64; 2]] {
    match number % 8 {
        1 => &[[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
        2 => &[[0.0, -1.1], [1.05, 0.8], [-1.05, 0.8]],
        3 => &[[0.0, -1.2], [1.2, 0.0], [0.0, 1.2], [-1.2, 0.0]],
        4 => &[[0.0, 1.1], [1.05, -0.8], [-1.05, -0.8]],
        // A plus.
        5 => &[
            [-0.38, -1.1],
            [0.38, -1.1],
            [0.38, -0.38],
            [1.1, -0.38],
            [1.1, 0.38],
            [0.38, 0.38],
            [0.38, 1.1],
            [-0.38, 1.1],
            [-0.38, 0.38],
            [-1.1, 0.38],
            [-1.1, -0.38],
            [-0.38, -0.38],
        ],
        // The same, turned.
        6 => &[
            [-1.05, -0.51],
            [-0.51, -1.05],
            [0.0, -0.54],
            [0.51, -1.05],
            [1.05, -0.51],
            [0.54, 0.0],
            [1.05, 0.51],
            [0.51, 1.05],
            [0.0, 0.54],
            [-0.51, 1.05],
            [-1.05, 0.51],
            [-0.54, 0.0],
        ],
        // A star.
        _ => &[
            [0.0, -1.25],
            [0.33, -0.45],
            [1.19, -0.39],
            [0.53, 0.17],
            [0.73, 1.01],
            [0.0, 0.56],
            [-0.73, 1.01],
            [-0.53, 0.17],
            [-1.19, -0.39],
            [-0.33, -0.45],
        ],
    }
}
