//! Lines across gaps, so that parts become one piece however small they are.
//!
//! Where the nearest points of two neighbouring pixels lie on opposite sides, the pixels lie in the middle of a gap. The closest
//! points of two parts are always such a pair (the shortest connection of many parts consists of edges of their Gabriel graph:
//! Gabriel and Sokal 1969), so joining these pairs joins all parts whose gaps are short enough.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;

use super::super::flood::{EXACT, Seed, is_seed};
use super::super::grid::Grid;

/// How far from a pixel the middle of its gap may be, squared pixels.
const TOLERANCE: f32 = 4.0;
/// Gaps of less than two pixels need no line, squared pixels.
const SHORTEST: f32 = 4.0;

/// The seeds with more on lines across gaps of at most `longest` pixels, if there are such gaps.
pub(super) fn join(matte: &Grid<f32>, seeds: &Grid<Seed>, nearest: &Grid<Seed>, longest: f32) -> Option<Grid<Seed>> {
    let lines = lines(matte, nearest, longest);
    let place = |x: i32, y: i32| {
        let seed = seeds.at(x, y);
        if is_seed(seed) {
            seed
        } else {
            unpack(lines.at(x, y), x, y, seed)
        }
    };
    lines
        .cells
        .iter()
        .any(|line| *line > 0)
        .then(|| Grid::from_fn(seeds.width, seeds.height, place))
}

/// A packed place on a line for each pixel that a line passes, else 0.
fn lines(matte: &Grid<f32>, nearest: &Grid<Seed>, longest: f32) -> Grid<u32> {
    let width = matte.width.max(1) as usize;
    let cells: Vec<AtomicU32> = (0..matte.cells.len()).map(|_| AtomicU32::new(0)).collect();
    let outside = |x: i32, y: i32| matte.get(x, y).is_some_and(|value| value > 0.0);
    (0..matte.height as i32).into_par_iter().for_each(|y| {
        for x in 0..matte.width as i32 {
            for (dx, dy) in [(1, 0), (0, 1)] {
                if !outside(x, y) || !outside(x + dx, y + dy) {
                    continue;
                }
                let (from, to) = (nearest.at(x, y), nearest.at(x + dx, y + dy));
                if is_gap([x, y], from, to, longest) {
                    draw(from, to, |cell, place| {
                        cells[cell[1] as usize * width + cell[0] as usize].fetch_max(place, Relaxed);
                    });
                }
            }
        }
    });
    Grid {
        width: matte.width,
        height: matte.height,
        cells: cells.into_iter().map(AtomicU32::into_inner).collect(),
    }
}

/// Whether two places lie on opposite sides of a pixel, and near enough.
fn is_gap([x, y]: [i32; 2], from: Seed, to: Seed, longest: f32) -> bool {
    if !is_seed(from) || !is_seed(to) {
        return false;
    }
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx * dx + dy * dy;
    let (mx, my) = ((from[0] + to[0]) * 0.5 - x as f32, (from[1] + to[1]) * 0.5 - y as f32);
    length >= SHORTEST && length <= longest * longest && mx * mx + my * my <= TOLERANCE
}

/// Calls `put` with each cell between two places and the packed place in it; whole sixteenths of a pixel throughout.
fn draw(from: Seed, to: Seed, put: impl Fn([i32; 2], u32)) {
    let from = from.map(|value| (value * EXACT) as i32);
    let way = [(to[0] * EXACT) as i32 - from[0], (to[1] * EXACT) as i32 - from[1]];
    let steps = (way[0].abs().max(way[1].abs()) + 15) / 16;
    for step in 1..steps {
        let along = |axis: usize| from[axis] + (2 * way[axis] * step + steps).div_euclid(2 * steps);
        let place = [along(0), along(1)];
        let cell = place.map(|value| (value + 8) >> 4);
        let part = [place[0] - cell[0] * 16 + 8, place[1] - cell[1] * 16 + 8];
        put(cell, (part[0] * 16 + part[1] + 1) as u32);
    }
}

/// The inverse of what [`draw`] packs; `otherwise` where there is nothing.
fn unpack(packed: u32, x: i32, y: i32, otherwise: Seed) -> Seed {
    if packed == 0 {
        return otherwise;
    }
    let (across, down) = ((packed - 1) / 16, (packed - 1) % 16);
    [
        x as f32 + (across as f32 - 8.0) / EXACT,
        y as f32 + (down as f32 - 8.0) / EXACT,
    ]
}
