//! The weights of a resampling along one axis, computed once for the GPU and the CPU.

use std::ops::Range;

/// For each output pixel the same number of weights for neighbouring input pixels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Taps {
    /// The first input pixel of each output pixel; all its neighbours exist.
    pub firsts: Vec<u32>,
    /// How many weights an output pixel has.
    pub count: usize,
    /// `count` for each output pixel.
    pub weights: Vec<f32>,
}

impl Taps {
    /// Output pixels.
    pub(crate) fn len(&self) -> u32 {
        self.firsts.len() as u32
    }

    /// Averages the area of `input` pixels that each of `output` pixels covers.
    pub(crate) fn area(input: u32, output: u32) -> Self {
        let ratio = f64::from(input) / f64::from(output);
        let rows = (0..output).map(|index| {
            let (from, to) = (f64::from(index) * ratio, f64::from(index + 1) * ratio);
            let first = (from.floor() as u32).min(input - 1);
            let last = (to.ceil() as u32).clamp(first + 1, input);
            let overlap = |pixel: u32| (to.min(f64::from(pixel + 1)) - from.max(f64::from(pixel))).max(0.0);
            Some((first, (first..last).map(overlap).collect()))
        });
        Self::from_rows(input, rows.collect())
    }

    /// Maps the part `from` of `input` pixels onto the part `onto` of `output` pixels by Keys's cubic convolution with a = -1/2
    /// (Keys 1981), stretched where it reduces. Output outside of `onto` is empty; pixels beyond `from` count as its outermost.
    pub(crate) fn cubic(input: u32, from: Range<u32>, output: u32, onto: Range<u32>) -> Self {
        let ratio = f64::from(from.end - from.start) / f64::from(onto.end - onto.start);
        let stretch = ratio.max(1.0);
        let rows = (0..output).map(|index| {
            if !onto.contains(&index) {
                return None;
            }
            let middle = (f64::from(index - onto.start) + 0.5) * ratio - 0.5 + f64::from(from.start);
            let (first, last) = (
                (middle - 2.0 * stretch).ceil() as i64,
                (middle + 2.0 * stretch).floor() as i64,
            );
            let inside = |pixel: i64| pixel.clamp(i64::from(from.start), i64::from(from.end) - 1);
            let start = inside(first);
            let mut weights = vec![0.0; (inside(last) - start + 1) as usize];
            for pixel in first..=last {
                weights[(inside(pixel) - start) as usize] += keys((pixel as f64 - middle) / stretch);
            }
            Some((start as u32, weights))
        });
        Self::from_rows(input, rows.collect())
    }

    /// Normalises each row of weights to a sum of 1 and pads them to the same number; `None` is empty.
    fn from_rows(input: u32, rows: Vec<Option<(u32, Vec<f64>)>>) -> Self {
        let count = rows
            .iter()
            .flatten()
            .map(|(_, weights)| weights.len())
            .max()
            .unwrap_or(1);
        let mut taps = Self {
            firsts: Vec::new(),
            count,
            weights: vec![0.0; rows.len() * count],
        };
        for (row, padded) in rows.into_iter().zip(taps.weights.chunks_mut(count)) {
            let (first, weights) = row.unwrap_or_default();
            // The padding may not lie outside of the input: there the row begins earlier.
            let start = first.min(input - count as u32);
            let sum: f64 = weights.iter().sum();
            for (place, weight) in padded[(first - start) as usize..].iter_mut().zip(weights) {
                *place = (weight / sum) as f32;
            }
            taps.firsts.push(start);
        }
        taps
    }
}

/// Keys's kernel with a = -1/2, also known as Catmull-Rom.
fn keys(distance: f64) -> f64 {
    let x = distance.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(taps: &Taps) -> Vec<f32> {
        taps.weights
            .chunks(taps.count)
            .map(|weights| weights.iter().sum())
            .collect()
    }

    #[test]
    fn the_weights_of_a_pixel_sum_to_one() {
        for (input, output) in [(1, 1), (1, 7), (7, 1), (512, 100), (100, 512), (5, 4)] {
            for taps in [
                Taps::area(input, output),
                Taps::cubic(input, 0..input, output, 0..output),
            ] {
                assert!(
                    sums(&taps).iter().all(|sum| (sum - 1.0).abs() < 1e-6),
                    "{input} to {output}"
                );
            }
        }
    }

    #[test]
    fn the_same_size_changes_nothing() {
        for taps in [Taps::area(9, 9), Taps::cubic(9, 0..9, 9, 0..9)] {
            for index in 0..9 {
                for (k, weight) in taps.weights[index * taps.count..][..taps.count].iter().enumerate() {
                    let itself = taps.firsts[index] as usize + k == index;
                    assert_eq!(*weight, if itself { 1.0 } else { 0.0 });
                }
            }
        }
    }

    #[test]
    fn every_tap_lies_inside_of_the_input() {
        for (input, output) in [(1, 9), (2, 3), (40, 7), (7, 40)] {
            for taps in [
                Taps::area(input, output),
                Taps::cubic(input, 0..input, output, 0..output),
            ] {
                assert!(
                    taps.firsts
                        .iter()
                        .all(|first| *first as usize + taps.count <= input as usize)
                );
            }
        }
    }

    #[test]
    fn outside_of_the_target_all_weights_are_zero() {
        let taps = Taps::cubic(20, 5..15, 12, 1..11);
        assert_eq!(sums(&taps)[0], 0.0);
        assert_eq!(sums(&taps)[11], 0.0);
    }
}
