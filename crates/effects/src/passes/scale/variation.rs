//! Enlarging by the least total variation: of all pictures whose areas average to the pixels of the small one, the one with the
//! shortest and fewest edges (Marquina and Osher 2008). It smooths along edges and not across them, all four premultiplied
//! components together, so that colour and alpha share their edges (Blomgren and Chan 1998).
//!
//! Solved by the primal-dual method of Chambolle and Pock (2011), over-relaxed (Condat 2013), from a cubic interpolation and the
//! directions of its edges. Both steps never make differences larger, so GPU and CPU stay together.

use rayon::prelude::*;

use super::super::resample;
use super::super::taps::Taps;
use crate::Linear;

/// Steps of the method.
pub(super) const STEPS: u32 = 24;
/// The primal step; the product with [`DUAL`] is one eighth, the most that converges.
const PRIMAL: f32 = 0.1;
/// The dual step.
const DUAL: f32 = 1.25;
/// The over-relaxation, below 2.
const RELAXATION: f32 = 1.8;
/// Edges weaker than this begin without a direction.
const WEAK: f32 = 0.1;

type Pixel = [f32; 4];

/// A pixel of the picture and what holds it to its right and lower neighbours.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    value: Pixel,
    across: Pixel,
    down: Pixel,
}

/// The picture, larger by a whole factor.
pub(super) fn enlarge(picture: &Linear, factor: u32) -> Linear {
    let (width, height) = (picture.width * factor, picture.height * factor);
    let across = Taps::cubic(picture.width, 0..picture.width, width, 0..width);
    let down = Taps::cubic(picture.height, 0..picture.height, height, 0..height);
    let mut ahead = resample::cpu(picture, &across, &down);
    let mut states = begin(&ahead);
    for _ in 0..STEPS {
        look_ahead(picture, factor, &states, &mut ahead);
        follow(&ahead, &mut states);
    }
    look_ahead(picture, factor, &states, &mut ahead);
    ahead.pixels.par_iter_mut().zip(&states).for_each(|(pixel, state)| {
        *pixel = combine(*pixel, state.value, |ahead, value| (ahead + value) * 0.5);
    });
    ahead
}

/// The interpolated picture with the directions of its edges.
fn begin(picture: &Linear) -> Vec<State> {
    let mut states = vec![State::default(); picture.pixels.len()];
    let width = picture.width.max(1) as usize;
    states.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
        for (x, state) in row.iter_mut().enumerate() {
            let [across, down] = differences(picture, x as u32, y as u32);
            let length = (squares(across) + squares(down) + WEAK * WEAK).sqrt();
            *state = State {
                value: picture.at(x as u32, y as u32),
                across: across.map(|part| part / length),
                down: down.map(|part| part / length),
            };
        }
    });
    states
}

/// The primal step: towards shorter edges, then back to the averages of the small picture; twice as far as it goes.
fn look_ahead(small: &Linear, factor: u32, states: &[State], ahead: &mut Linear) {
    let (width, factor) = (ahead.width as usize, factor as usize);
    ahead
        .pixels
        .par_chunks_mut((width * factor).max(1))
        .enumerate()
        .for_each(|(block_y, rows)| {
            for block_x in 0..small.width as usize {
                let columns = block_x * factor..(block_x + 1) * factor;
                let places = (0..factor).flat_map(|y| columns.clone().map(move |x| (x, y)));
                let mut sum = [0.0; 4];
                for (x, y) in places.clone() {
                    let moved = shorten(states, width, x, block_y * factor + y);
                    sum = combine(sum, moved, |sum, part| sum + part);
                    rows[y * width + x] = moved;
                }
                let count = (factor * factor) as f32;
                let missing = combine(small.at(block_x as u32, block_y as u32), sum, |wanted, sum| {
                    wanted - sum / count
                });
                for (x, y) in places {
                    let value = states[(block_y * factor + y) * width + x].value;
                    let pixel = &mut rows[y * width + x];
                    let right = in_range(combine(*pixel, missing, |moved, missing| moved + missing));
                    *pixel = combine(right, value, |right, value| 2.0 * right - value);
                }
            }
        });
}

/// A pixel after the pull of its edges.
fn shorten(states: &[State], width: usize, x: usize, y: usize) -> Pixel {
    let at = y * width + x;
    let State { value, across, down } = states[at];
    let before = if x > 0 { states[at - 1].across } else { [0.0; 4] };
    let above = if y > 0 { states[at - width].down } else { [0.0; 4] };
    std::array::from_fn(|c| value[c] + PRIMAL * (across[c] - before[c] + down[c] - above[c]))
}

/// The dual step, and both relaxed.
fn follow(ahead: &Linear, states: &mut [State]) {
    let width = ahead.width.max(1) as usize;
    states.par_chunks_mut(width).enumerate().for_each(|(y, row)| {
        for (x, state) in row.iter_mut().enumerate() {
            let [across, down] = differences(ahead, x as u32, y as u32);
            let across = combine(state.across, across, |old, part| old + DUAL * part);
            let down = combine(state.down, down, |old, part| old + DUAL * part);
            let length = (squares(across) + squares(down)).sqrt().max(1.0);
            let relax = |old: f32, new: f32| old + RELAXATION * (new / length - old);
            let half = RELAXATION * 0.5;
            state.value = combine(state.value, ahead.pixels[y * width + x], |old, ahead| {
                old + half * (ahead - old)
            });
            state.across = combine(state.across, across, relax);
            state.down = combine(state.down, down, relax);
        }
    });
}

/// To the right and lower neighbours; zero at the border.
fn differences(picture: &Linear, x: u32, y: u32) -> [Pixel; 2] {
    let here = picture.at(x, y);
    let to = |there: Pixel| combine(there, here, |there, here| there - here);
    [
        if x + 1 < picture.width {
            to(picture.at(x + 1, y))
        } else {
            [0.0; 4]
        },
        if y + 1 < picture.height {
            to(picture.at(x, y + 1))
        } else {
            [0.0; 4]
        },
    ]
}

fn squares(pixel: Pixel) -> f32 {
    pixel[0] * pixel[0] + pixel[1] * pixel[1] + pixel[2] * pixel[2] + pixel[3] * pixel[3]
}

fn combine(a: Pixel, b: Pixel, with: impl Fn(f32, f32) -> f32) -> Pixel {
    std::array::from_fn(|c| with(a[c], b[c]))
}

/// Alpha to 0 to 1, no colour above alpha.
fn in_range([r, g, b, a]: Pixel) -> Pixel {
    let alpha = a.clamp(0.0, 1.0);
    [r.clamp(0.0, alpha), g.clamp(0.0, alpha), b.clamp(0.0, alpha), alpha]
}
