//! Which colour of the palette each pixel gets.

use rayon::prelude::*;

use super::{Palette, Tones};
use crate::oklab;

/// A pixel between two that differ by at least this may be a mixture of both.
const CONTRAST: f32 = 0.08;

/// Colours that differ by less are of one gradient.
const SIMILAR: f32 = 0.06;

/// Gives pixels of antialiased edges the colour of the side to which they belong more: as colours of their own they would become
/// thin shapes along every edge.
pub(super) fn settle_edges(tones: &Tones, scale: u32) -> Tones {
    let reach = 1 + scale as isize;
    let settled = |at: usize| {
        let own = tones.colors[at]?;
        let (x, y) = ((at % tones.width) as isize, (at / tones.width) as isize);
        let color = |x: isize, y: isize| {
            let inside = (0..tones.width as isize).contains(&x) && (0..tones.height as isize).contains(&y);
            inside
                .then(|| tones.colors[y as usize * tones.width + x as usize])
                .flatten()
        };
        let sides = [(1, 0), (0, 1), (1, 1), (1, -1)]
            .into_iter()
            .filter_map(|(right, down)| {
                let one = color(x - right * reach, y - down * reach)?;
                let other = color(x + right * reach, y + down * reach)?;
                let contrast = oklab::distance_squared(one, other);
                (contrast > CONTRAST * CONTRAST && lies_between(own, one, other)).then_some((contrast, one, other))
            });
        let strongest = sides.max_by(|one, other| one.0.total_cmp(&other.0));
        Some(strongest.map_or(own, |(_, one, other)| nearer(own, one, other)))
    };
    Tones {
        width: tones.width,
        height: tones.height,
        colors: (0..tones.colors.len()).into_par_iter().map(settled).collect(),
    }
}

/// Whether it is about a mixture of the two.
fn lies_between(own: [f32; 3], one: [f32; 3], other: [f32; 3]) -> bool {
    let along: [f32; 3] = std::array::from_fn(|axis| other[axis] - one[axis]);
    let away: [f32; 3] = std::array::from_fn(|axis| own[axis] - one[axis]);
    let length_squared: f32 = along.iter().map(|axis| axis * axis).sum();
    let part = along.iter().zip(away).map(|(along, away)| along * away).sum::<f32>() / length_squared;
    let on_line = std::array::from_fn(|axis| one[axis] + along[axis] * part);
    (0.0..=1.0).contains(&part) && oklab::distance_squared(own, on_line) < 0.09 * length_squared
}

fn nearer(own: [f32; 3], one: [f32; 3], other: [f32; 3]) -> [f32; 3] {
    if oklab::distance_squared(own, one) <= oklab::distance_squared(own, other) {
        one
    } else {
        other
    }
}

/// Averages each colour with those around that differ little from it (a bilateral filter, Tomasi and Manduchi 1998, with a box
/// for both kernels): where a gradient is cut into flat colours, the cut becomes smooth, and edges stay.
pub(super) fn smooth_gradients(tones: &Tones, scale: u32) -> Tones {
    let (reach, step) = (4 * scale as usize, scale as usize);
    let smoothed = |at: usize| {
        let own = tones.colors[at]?;
        let (x, y) = (at % tones.width, at / tones.width);
        let mut sum = own;
        let mut count = 1.0;
        for row in (y.saturating_sub(reach)..(y + reach + 1).min(tones.height)).step_by(step) {
            let columns =
                row * tones.width + x.saturating_sub(reach)..row * tones.width + (x + reach + 1).min(tones.width);
            for color in tones.colors[columns].iter().step_by(step).flatten() {
                if oklab::distance_squared(*color, own) < SIMILAR * SIMILAR {
                    sum = std::array::from_fn(|axis| sum[axis] + color[axis]);
                    count += 1.0;
                }
            }
        }
        Some(sum.map(|axis| axis / count))
    };
    Tones {
        width: tones.width,
        height: tones.height,
        colors: (0..tones.colors.len()).into_par_iter().map(smoothed).collect(),
    }
}

/// An index of the palette for every visible pixel, row by row.
pub(super) struct Labels {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) colors: Vec<Option<u8>>,
}

impl Labels {
    pub(super) fn of(tones: &Tones, palette: &Palette) -> Self {
        let label = |tone: &Option<[f32; 3]>| tone.map(|tone| palette.nearest(tone) as u8);
        Self {
            width: tones.width,
            height: tones.height,
            colors: tones.colors.par_iter().map(label).collect(),
        }
    }

    /// The same with every connected area below `least` pixels given to the neighbour that it touches most; one that touches
    /// nothing visible goes.
    pub(super) fn without_specks(mut self, least: usize) -> Self {
        let mut seen = vec![false; self.colors.len()];
        for start in 0..self.colors.len() {
            if seen[start] || self.colors[start].is_none() {
                continue;
            }
            let area = self.area(start, &mut seen);
            if area.len() < least {
                let neighbour = self.main_neighbour(&area);
                for at in area {
                    self.colors[at] = neighbour;
                }
            }
        }
        self
    }

    /// The pixels connected with `start`.
    fn area(&self, start: usize, seen: &mut [bool]) -> Vec<usize> {
        let mut area = vec![start];
        seen[start] = true;
        let mut next = 0;
        while next < area.len() {
            for neighbour in self.neighbours(area[next]) {
                if !seen[neighbour] && self.colors[neighbour] == self.colors[start] {
                    seen[neighbour] = true;
                    area.push(neighbour);
                }
            }
            next += 1;
        }
        area
    }

    fn main_neighbour(&self, area: &[usize]) -> Option<u8> {
        let own = self.colors[area[0]];
        let mut touched = [0_usize; 256];
        for label in area
            .iter()
            .flat_map(|&at| self.neighbours(at))
            .map(|at| self.colors[at])
        {
            if let Some(other) = label.filter(|_| label != own) {
                touched[usize::from(other)] += 1;
            }
        }
        (0..=u8::MAX)
            .rev()
            .max_by_key(|&label| touched[usize::from(label)])
            .filter(|&label| touched[usize::from(label)] > 0)
    }

    /// Those beside, above and below.
    pub(super) fn neighbours(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        let (x, y) = (at % self.width, at / self.width);
        let neighbours = [
            (x > 0).then(|| at - 1),
            (x + 1 < self.width).then_some(at + 1),
            (y > 0).then(|| at.wrapping_sub(self.width)),
            (y + 1 < self.height).then_some(at + self.width),
        ];
        neighbours.into_iter().flatten()
    }
}
