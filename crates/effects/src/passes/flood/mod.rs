//! Nearest seeds by jump flooding: Rong and Tan, "Jump Flooding in GPU with Applications to Voronoi Diagram and Distance
//! Transform" (2006), with a first round of stride 1 as in their "Variants of Jump Flooding Algorithm" (2007).
//!
//! Seeds are places in pixels; (0, 0) is the middle of the first pixel. They lie on sixteenths of a pixel where which of two seeds
//! wins must not depend on rounding: squared distances up to 256 pixels are then exact in f32.

mod contour;
#[cfg(feature = "gpu")]
pub(crate) mod on_gpu;

pub(crate) use contour::{EXACT, FINE, contour};

use rayon::prelude::*;

use super::grid::Grid;
use crate::Linear;

/// A place, or [`NOWHERE`].
pub(crate) type Seed = [f32; 2];

/// No seed: so far away that any seed is nearer.
pub(crate) const NOWHERE: Seed = [-16384.0; 2];

/// Whether there is a seed.
pub(crate) fn is_seed(seed: Seed) -> bool {
    seed[0] > -8192.0
}

/// Alpha as a byte. Ties go up, also those that arithmetic on the GPU misses by its last bit.
pub(crate) fn alpha_byte(alpha: f32) -> u32 {
    (alpha * 255.0 + 0.5005) as u32
}

/// Seeds in the middles of all pixels whose alpha is at least so many bytes.
pub(crate) fn opaque(picture: &Linear, least: u32) -> Grid<Seed> {
    Grid::from_fn(picture.width, picture.height, |x, y| {
        if alpha_byte(picture.at(x as u32, y as u32)[3]) >= least {
            [x as f32, y as f32]
        } else {
            NOWHERE
        }
    })
}

/// The strides that bring each seed at least `reach` pixels far.
pub(crate) fn strides(reach: f32) -> Vec<i32> {
    let longest = ((reach.ceil() as u32 + 1).next_power_of_two() / 2).max(1);
    let halves = std::iter::successors(Some(longest), |stride| (*stride > 1).then_some(stride / 2));
    std::iter::once(1).chain(halves.map(|stride| stride as i32)).collect()
}

/// The nearest seed of each pixel, among those at most `reach` pixels away; further ones may be missed.
pub(crate) fn flood(seeds: Grid<Seed>, reach: f32) -> Grid<Seed> {
    strides(reach)
        .into_iter()
        .fold(seeds, |seeds, stride| step(&seeds, stride))
}

/// One round, row by row so that it vectorises: each pixel takes the nearest of the seeds that it and eight others know of.
fn step(seeds: &Grid<Seed>, stride: i32) -> Grid<Seed> {
    let width = seeds.width as usize;
    let mut nearest = seeds.clone();
    nearest
        .cells
        .par_chunks_mut(width.max(1))
        .enumerate()
        .for_each(|(y, row)| {
            let y = y as i32;
            let mut least: Vec<f32> = (0..)
                .zip(&*row)
                .map(|(x, seed)| squared_distance(x, y, *seed))
                .collect();
            for line in [y - stride, y, y + stride]
                .into_iter()
                .filter(|line| (0..seeds.height as i32).contains(line))
            {
                let known = &seeds.cells[line as usize * width..][..width];
                for dx in [-stride, 0, stride] {
                    let (to, from) = ((-dx).max(0) as usize, dx.max(0) as usize);
                    if to.max(from) < width {
                        take_nearer([to as i32, y], &mut row[to..], &mut least[to..], &known[from..]);
                    }
                }
            }
        });
    nearest
}

/// Replaces seeds of a row, and their squared distances, by those offered where these are nearer.
fn take_nearer([x, y]: [i32; 2], row: &mut [Seed], least: &mut [f32], offered: &[Seed]) {
    for (((x, nearest), least), seed) in (x..).zip(row).zip(least).zip(offered) {
        let distance = squared_distance(x, y, *seed);
        if distance < *least {
            (*nearest, *least) = (*seed, distance);
        }
    }
}

fn squared_distance(x: i32, y: i32, [seed_x, seed_y]: Seed) -> f32 {
    let (dx, dy) = (seed_x - x as f32, seed_y - y as f32);
    dx * dx + dy * dy
}

/// The distance of each pixel to its seed less `by`; negative in what `field` calls inside.
pub(crate) fn signed_distance(field: &Grid<f32>, nearest: &Grid<Seed>, by: f32) -> Grid<f32> {
    Grid::from_fn(field.width, field.height, |x, y| {
        let distance = squared_distance(x, y, nearest.at(x, y)).sqrt();
        let signed = if field.at(x, y) <= 0.0 { -distance } else { distance };
        signed - by
    })
}

/// The field of the shape that `field` encloses, grown by so many pixels, or shrunk where `by` is negative: its values are signed
/// distances in pixels where they are small.
pub(crate) fn offset(field: &Grid<f32>, by: f32) -> Grid<f32> {
    let nearest = flood(contour(field, FINE), by.abs() + 2.0);
    signed_distance(field, &nearest, by)
}

#[cfg(test)]
mod tests;
