//! Noise as `torch.Generator("cpu")` draws it, so that a seed gives the same picture here as there.
//!
//! The generator is the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998). Normal values come from the Box-Muller
//! transform in two forms, as in ATen: fewer than 16 values are drawn one at a time in f64, and 16 or more in blocks of 16 in
//! f32. Values agree with PyTorch's to about 1e-6; the differences are those between its vectorised logarithm and cosine and
//! the exactly rounded ones used here, which give the same bits on every platform.

use std::f64::consts::PI;

/// Words of the Mersenne Twister's state.
const STATE: usize = 624;
/// How far ahead the recurrence looks.
const AHEAD: usize = 397;
/// Normal values that ATen transforms together.
const BLOCK: usize = 16;

/// A stream of random numbers with the semantics of `torch.Generator("cpu")`.
#[derive(Debug, Clone)]
pub struct TorchGenerator {
    state: [u32; STATE],
    /// The next word of the state to hand out; `STATE` when all are used.
    next: usize,
    /// The second half of a Box-Muller pair, kept for the next small draw.
    kept: Option<f64>,
}

impl TorchGenerator {
    /// `torch.Generator("cpu").manual_seed(seed)`. Like PyTorch's, the stream depends on the lower 32 bits of the seed alone.
    pub fn manual_seed(seed: u64) -> Self {
        let mut state = [0; STATE];
        state[0] = seed as u32;
        for index in 1..STATE {
            let before: u32 = state[index - 1];
            state[index] = 1_812_433_253u32
                .wrapping_mul(before ^ (before >> 30))
                .wrapping_add(index as u32);
        }
        Self {
            state,
            next: STATE,
            kept: None,
        }
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.next == STATE {
            self.twist();
        }
        let mut word = self.state[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    /// The next 64 random bits; the first word drawn is the upper one.
    pub fn next_u64(&mut self) -> u64 {
        let upper = u64::from(self.next_u32());
        upper << 32 | u64::from(self.next_u32())
    }

    /// `torch.rand(count)`: uniform values in [0, 1).
    pub fn rand(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.uniform_f32()).collect()
    }

    /// `torch.randn(count)`: standard normal values. As in PyTorch, one draw of 20 values is not two draws of 10: a tensor must
    /// be drawn whole.
    pub fn randn(&mut self, count: usize) -> Vec<f32> {
        if count < BLOCK {
            return (0..count).map(|_| self.normal() as f32).collect();
        }
        let mut values = self.rand(count);
        for block in values.chunks_exact_mut(BLOCK) {
            box_muller(block);
        }
        if !count.is_multiple_of(BLOCK) {
            // The last 16 values, some of them finished already, are drawn anew.
            let last = &mut values[count - BLOCK..];
            last.fill_with(|| self.uniform_f32());
            box_muller(last);
        }
        values
    }

    fn uniform_f32(&mut self) -> f32 {
        const BITS: u32 = 24;
        (self.next_u32() & ((1 << BITS) - 1)) as f32 / (1u32 << BITS) as f32
    }

    fn uniform_f64(&mut self) -> f64 {
        const BITS: u32 = 53;
        (self.next_u64() & ((1 << BITS) - 1)) as f64 / (1u64 << BITS) as f64
    }

    fn normal(&mut self) -> f64 {
        if let Some(kept) = self.kept.take() {
            return kept;
        }
        let angle = 2.0 * PI * self.uniform_f64();
        let radius = (-2.0 * (-self.uniform_f64()).ln_1p()).sqrt();
        self.kept = Some(radius * angle.sin());
        radius * angle.cos()
    }

    fn twist(&mut self) {
        for index in 0..STATE {
            let joined = (self.state[index] & 0x8000_0000) | (self.state[(index + 1) % STATE] & 0x7fff_ffff);
            let odd = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[index] = self.state[(index + AHEAD) % STATE] ^ (joined >> 1) ^ odd;
        }
        self.next = 0;
    }
}

/// Makes 16 uniform values normal: the first eight give the radii, the last eight the angles.
fn box_muller(block: &mut [f32]) {
    let (first, second) = block.split_at_mut(BLOCK / 2);
    for (first, second) in first.iter_mut().zip(second) {
        // Products and roots in f32 as ATen has them; the functions in f64, rounded once.
        let logarithm = f64::from(1.0 - *first).ln() as f32;
        let radius = (-2.0 * logarithm).sqrt();
        let angle = f64::from(2.0 * std::f32::consts::PI * *second);
        *first = radius * angle.cos() as f32;
        *second = radius * angle.sin() as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twister_matches_its_published_output() {
        // The C++ standard (rand.predef) gives the 10000th output of mt19937 with its default seed.
        let mut generator = TorchGenerator::manual_seed(5489);
        let last = (0..10_000).map(|_| generator.next_u32()).last();
        assert_eq!(last, Some(4_123_659_995));
    }

    #[test]
    fn small_draws_share_pairs_and_large_ones_leave_them_alone() {
        let mut one = TorchGenerator::manual_seed(7);
        let mut other = TorchGenerator::manual_seed(7);
        assert_eq!([one.randn(3), one.randn(2)].concat(), other.randn(5));

        let mut generator = TorchGenerator::manual_seed(7);
        generator.randn(1);
        let kept = generator.kept;
        assert!(kept.is_some());
        generator.randn(16);
        assert_eq!(generator.kept, kept);
    }

    #[test]
    fn a_tail_is_drawn_anew() {
        let whole = TorchGenerator::manual_seed(7).randn(32);
        let with_tail = TorchGenerator::manual_seed(7).randn(33);
        assert_eq!(with_tail[..16], whole[..16]);
        assert_ne!(with_tail[17..32], whole[17..32]);
    }

    #[test]
    fn only_the_lower_half_of_a_seed_counts() {
        let seeds = [5, 5 + (1 << 32)];
        let [one, other] = seeds.map(|seed| TorchGenerator::manual_seed(seed).randn(20));
        assert_eq!(one, other);
    }

    #[test]
    fn values_are_standard_normal() {
        let values = TorchGenerator::manual_seed(1).randn(100_000);
        let mean = values.iter().sum::<f32>() / 1e5;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / 1e5;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        assert!(values.iter().all(|value| value.is_finite()));
    }
}
