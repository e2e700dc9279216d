//! What is drawn around words, as SVG paths.

use std::f32::consts::{SQRT_2, TAU};
use std::fmt::Write;

use crate::Bubble;

/// Where the words are, pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// Their middle.
    pub(super) middle: [f32; 2],
    /// Half of their width and height.
    pub(super) half: [f32; 2],
    /// The height of a line.
    pub(super) line: f32,
    /// What a tail points at.
    pub(super) target: [f32; 2],
}

/// The data of the paths that make up the bubble; they overlap. Nothing for [`Bubble::None`].
pub(super) fn paths(bubble: Bubble, block: &Block) -> Vec<String> {
    match bubble {
        Bubble::None => Vec::new(),
        Bubble::Speech => speech(block),
        Bubble::Thought => thought(block),
        Bubble::Shout => vec![shout(block)],
    }
}

impl Block {
    /// The direction of the target, and its distance.
    fn way(&self) -> ([f32; 2], f32) {
        let [x, y] = [self.target[0] - self.middle[0], self.target[1] - self.middle[1]];
        let distance = x.hypot(y);
        if distance > 0.0 {
            ([x / distance, y / distance], distance)
        } else {
            ([0.0, 1.0], 0.0)
        }
    }

    /// The ellipse around the words with some room.
    fn ellipse(&self, room: f32) -> [f32; 2] {
        self.half.map(|half| half * SQRT_2 * 0.92 + room)
    }
}

/// How far an ellipse reaches in a direction.
fn reach([across, down]: [f32; 2], [x, y]: [f32; 2]) -> f32 {
    1.0 / (x / across).hypot(y / down)
}

/// A rounded box and a bent tail.
fn speech(block: &Block) -> Vec<String> {
    let [x, y] = block.middle;
    let [w, h] = [block.half[0] + 0.5 * block.line, block.half[1] + 0.22 * block.line];
    let r = (h.min(w)).min(0.72 * block.line);
    // Corners between arcs and squares look softer than arcs.
    let k = r * 0.38;
    let (l, t, right, b) = (x - w, y - h, x + w, y + h);
    let body = format!(
        "M{} {t}H{}C{} {t} {right} {} {right} {}V{}C{right} {} {} {b} {} {b}H{}C{} {b} {l} {} {l} {}V{}C{l} {} {} {t} {} {t}Z",
        l + r,
        right - r,
        right - k,
        t + k,
        t + r,
        b - r,
        b - k,
        right - k,
        right - r,
        l + r,
        l + k,
        b - k,
        b - r,
        t + r,
        t + k,
        l + k,
        l + r,
    );
    let ([dx, dy], distance) = block.way();
    let edge = (w / dx.abs().max(1e-3)).min(h / dy.abs().max(1e-3));
    let length = (distance - edge).min(block.line * 0.85);
    if length < block.line * 0.15 {
        return vec![body];
    }
    let tip = [x + dx * (edge + length), y + dy * (edge + length)];
    // The tail grows from a place inside of the body, a little to the side, and bends towards its tip.
    let root = [x + dx * edge * 0.7, y + dy * edge * 0.7];
    let (side_x, side_y) = (-dy * block.line * 0.34, dx * block.line * 0.34);
    let bend = [
        x + dx * (edge + length * 0.25) - side_x * 0.5,
        y + dy * (edge + length * 0.25) - side_y * 0.5,
    ];
    let tail = format!(
        "M{} {}Q{} {} {} {}Q{} {} {} {}Z",
        root[0] - side_x * 1.3,
        root[1] - side_y * 1.3,
        bend[0] - side_x * 0.35,
        bend[1] - side_y * 0.35,
        tip[0],
        tip[1],
        bend[0] + side_x,
        bend[1] + side_y,
        root[0] + side_x * 0.9,
        root[1] + side_y * 0.9,
    );
    vec![body, tail]
}

/// A cloud of discs around an ellipse, and three smaller ones towards the target.
fn thought(block: &Block) -> Vec<String> {
    let [x, y] = block.middle;
    let [across, down] = block.ellipse(0.06 * block.line);
    // Ramanujan's approximation of the circumference.
    let h = ((across - down) / (across + down)).powi(2);
    let round = TAU / 2.0 * (across + down) * (1.0 + 3.0 * h / (10.0 + (4.0 - 3.0 * h).sqrt()));
    let puffs = (round / (0.78 * block.line)).round().max(7.0);
    let mut paths = vec![disc([x, y], [across, down])];
    for (puff, [px, py]) in along_round([across, down], [1.0, 0.0], puffs as u32)
        .into_iter()
        .enumerate()
    {
        let radius = round / puffs * if puff % 2 == 0 { 0.66 } else { 0.58 };
        paths.push(disc([x + px * 0.94, y + py * 0.94], [radius; 2]));
    }
    let ([dx, dy], distance) = block.way();
    let edge = reach([across, down], [dx, dy]) + round / puffs * 0.75;
    let mut at = edge + 0.06 * block.line;
    for radius in [0.2, 0.14, 0.09].map(|part| part * block.line) {
        at += radius;
        if at + radius < distance {
            paths.push(disc([x + dx * at, y + dy * at], [radius, radius * 0.9]));
        }
        at += radius + 0.07 * block.line;
    }
    paths
}

/// Places at equal distances along an ellipse, the first in the direction `from`.
fn along_round([across, down]: [f32; 2], from: [f32; 2], count: u32) -> Vec<[f32; 2]> {
    const STEPS: u32 = 360;
    let first = (from[1] / down).atan2(from[0] / across);
    let place = |step: u32| {
        let (sine, cosine) = (first + TAU * step as f32 / STEPS as f32).sin_cos();
        [across * cosine, down * sine]
    };
    let mut lengths = vec![0.0];
    for step in 0..STEPS {
        let ([x0, y0], [x1, y1]) = (place(step), place(step + 1));
        lengths.push(lengths[step as usize] + (x1 - x0).hypot(y1 - y0));
    }
    let round = lengths[STEPS as usize];
    let step_at = |part: f32| lengths.partition_point(|length| *length < part * round) as u32;
    (0..count).map(|at| place(step_at(at as f32 / count as f32))).collect()
}

fn disc([x, y]: [f32; 2], [across, down]: [f32; 2]) -> String {
    format!(
        "M{} {y}a{across} {down} 0 1 0 {} 0a{across} {down} 0 1 0 {} 0Z",
        x - across,
        2.0 * across,
        -2.0 * across
    )
}

/// A star whose points differ; the one towards the target is the longest.
fn shout(block: &Block) -> String {
    let [x, y] = block.middle;
    let inner = block.ellipse(0.16 * block.line);
    let ([dx, dy], distance) = block.way();
    let points = ((inner[0] + inner[1]) / block.line * 2.9).round().clamp(9.0, 40.0) as u32;
    let mut path = String::new();
    for (step, [px, py]) in along_round(inner, [dx, dy], 2 * points).into_iter().enumerate() {
        let spike = match step {
            0 => (distance - px.hypot(py)).clamp(0.45 * block.line, 0.95 * block.line),
            step if step % 2 == 1 => 0.0,
            // Long and short ones, without a pattern that shows.
            step => block.line * (0.26 + 0.16 * ((step * 7 % 11) as f32 / 10.0)),
        };
        let (normal_x, normal_y) = (px / (inner[0] * inner[0]), py / (inner[1] * inner[1]));
        let out = spike / normal_x.hypot(normal_y);
        let command = if step == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{} {}", x + px + normal_x * out, y + py + normal_y * out);
    }
    path + "Z"
}
