//! Corners with points: the distance to the straight lines that meet at a corner instead of the distance to it.

use super::super::flood::{Seed, is_seed};
use super::super::grid::Grid;

/// How far the sides of a corner are followed, in pixels.
const SIDE: i32 = 5;
/// The least length, squared, of a side that tells a direction.
const LEAST: f32 = 0.25;

/// The shape grown by `width`, with points, cut off at twice the width: a field like a signed distance.
pub(super) fn grow(matte: &Grid<f32>, seeds: &Grid<Seed>, nearest: &Grid<Seed>, width: f32) -> Grid<f32> {
    Grid::from_fn(matte.width, matte.height, |x, y| {
        let seed = nearest.at(x, y);
        let away = [x as f32 - seed[0], y as f32 - seed[1]];
        let round = (away[0] * away[0] + away[1] * away[1]).sqrt();
        if matte.at(x, y) <= 0.0 {
            return -round - width;
        }
        if round <= width - 1.0 || round > width * 2.0 + 2.0 {
            return round - width;
        }
        match sides(matte, seeds, seed) {
            Some([left, right]) => round.min(dot(away, left).max(dot(away, right)).max(round - width)) - width,
            None => round - width,
        }
    })
}

/// The outward unit normals of the two sides that meet at a seed.
fn sides(matte: &Grid<f32>, seeds: &Grid<Seed>, seed: Seed) -> Option<[[f32; 2]; 2]> {
    let (x, y) = ((seed[0] + 0.5).floor() as i32, (seed[1] + 0.5).floor() as i32);
    let outward = outward(matte, x, y);
    let (mut left, mut right) = ([0.0_f32; 2], [0.0_f32; 2]);
    for dy in -SIDE..=SIDE {
        for dx in -SIDE..=SIDE {
            let Some(other) = seeds.get(x + dx, y + dy).filter(|other| is_seed(*other)) else {
                continue;
            };
            let way = [other[0] - seed[0], other[1] - seed[1]];
            let length = dot(way, way);
            if !(4.0..=25.0).contains(&length) {
                continue;
            }
            let side = if outward[0] * way[1] - outward[1] * way[0] < 0.0 {
                &mut left
            } else {
                &mut right
            };
            let length = length.sqrt();
            side[0] += way[0] / length;
            side[1] += way[1] / length;
        }
    }
    (dot(left, left) >= LEAST && dot(right, right) >= LEAST).then(|| [normal(left, outward), normal(right, outward)])
}

/// From the inside of the shape to its outside, as seen from a pixel.
fn outward(matte: &Grid<f32>, x: i32, y: i32) -> [f32; 2] {
    let mut sum = [0.0_f32; 2];
    for dy in -SIDE..=SIDE {
        for dx in -SIDE..=SIDE {
            if matte.get(x + dx, y + dy).is_some_and(|value| value <= 0.0) {
                sum[0] -= dx as f32;
                sum[1] -= dy as f32;
            }
        }
    }
    sum
}

/// The unit vector across `along` on the side of `outward`.
fn normal(along: [f32; 2], outward: [f32; 2]) -> [f32; 2] {
    let length = dot(along, along).sqrt();
    let across = [-along[1] / length, along[0] / length];
    if dot(across, outward) < 0.0 {
        [-across[0], -across[1]]
    } else {
        across
    }
}

fn dot(a: [f32; 2], b: [f32; 2]) -> f32 {
    a[0] * b[0] + a[1] * b[1]
}
