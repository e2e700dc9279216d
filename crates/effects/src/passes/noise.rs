//! Noise from integer hashes, which a GPU computes bit by bit as the CPU does. `shaders/shared/noise.wgsl` is the same.

/// PCG-RXS-M-XS, the hash that Jarzynski and Olano recommend (Hash Functions for GPU Rendering, 2020).
fn pcg(value: u32) -> u32 {
    let state = value.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// Of a place on a grid.
pub(super) fn hash(x: i32, y: i32, seed: u32) -> u32 {
    pcg(pcg(pcg(x as u32).wrapping_add(y as u32)).wrapping_add(seed))
}

/// The next of a row of hashes.
pub(super) fn next(hash: u32) -> u32 {
    pcg(hash)
}

/// 0 to 1, without 1.
pub(super) fn unit(hash: u32) -> f32 {
    (hash >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// A smooth wave: 1 at every whole number, 0 between them.
pub(super) fn wave(turns: f32) -> f32 {
    let away = (2.0 * (turns - turns.floor()) - 1.0).abs();
    away * away * (3.0 - 2.0 * away)
}

/// Value noise (Perlin's quintic between random values on a grid of side 1): 0 to 1.
pub(super) fn value(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (u, v) = (quintic(x - left), quintic(y - top));
    let corner = |right: i32, down: i32| unit(hash(left as i32 + right, top as i32 + down, seed));
    let upper = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * u;
    let lower = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * u;
    upper + (lower - upper) * v
}

fn quintic(part: f32) -> f32 {
    part * part * part * (part * (part * 6.0 - 15.0) + 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed in Python by the formula of the paper.
    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(
            [pcg(0), pcg(1), pcg(u32::MAX)],
            [129_708_002, 2_831_084_092, 3_861_530_882]
        );
    }

    #[test]
    fn noise_is_even_and_has_no_seams_on_the_grid() {
        let values: Vec<f32> = (0..20_000)
            .map(|at| value(at as f32 * 0.37, at as f32 * 0.11, 5))
            .collect();
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        assert!(
            (mean - 0.5).abs() < 0.02 && values.iter().all(|value| (0.0..=1.0).contains(value)),
            "{mean}"
        );
        for at in -5..5 {
            let (before, after) = (at as f32 - 1e-3, at as f32 + 1e-3);
            assert!((value(before, 0.3, 9) - value(after, 0.3, 9)).abs() < 1e-3);
            assert!((wave(before) - 1.0).abs() < 1e-3 && wave(at as f32 + 0.5) == 0.0);
        }
    }
}
