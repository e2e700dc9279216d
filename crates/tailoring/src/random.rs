//! Numbers from keys: every choice of a training is a function of its seed and of where it is made, so nothing but counters
//! has to be kept to go on.

use diffusion::noise::TorchGenerator;

/// A stream of numbers: SplitMix64 (Steele, Lea and Flood 2014).
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of these keys.
    pub fn of(keys: &[u64]) -> Self {
        let state = keys
            .iter()
            .fold(0x243f_6a88_85a3_08d3, |state, key| finalise(state ^ finalise(*key)));
        Self { state }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        finalise(self.state)
    }

    /// A whole number below `count`, which must not be 0. The bias is below count / 2^64.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next_u64()) * count as u128) >> 64) as usize
    }

    /// A number in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// The numbers below `count` in random order (Fisher and Yates).
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }

    /// A generator of normal numbers with PyTorch's semantics.
    pub fn generator(&mut self) -> TorchGenerator {
        TorchGenerator::manual_seed(self.next_u64())
    }
}

fn finalise(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finaliser_is_splitmix64s() {
        // The first output of the reference implementation for the seed 0.
        assert_eq!(finalise(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn keys_in_another_order_are_another_stream() {
        assert_ne!(Random::of(&[1, 2]).next_u64(), Random::of(&[2, 1]).next_u64());
        assert_ne!(Random::of(&[0]).next_u64(), Random::of(&[0, 0]).next_u64());
    }

    #[test]
    fn numbers_below_a_bound_are_uniform() {
        let mut random = Random::of(&[5]);
        let mut counts = [0; 7];
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }
}
