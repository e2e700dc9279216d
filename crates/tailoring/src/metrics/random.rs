//! The generator of resamples: the same numbers on every machine.

/// xoshiro256++ 1.0 (Blackman and Vigna 2021, "Scrambled Linear Pseudorandom Number Generators"), its state filled by
/// SplitMix64 (Steele, Lea and Flood 2014), as its authors advise. For resampling, not for noise of pictures.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        let mut source = SplitMix64(seed);
        Self {
            state: std::array::from_fn(|_| source.next()),
        }
    }

    /// One of many sequences of a seed: resample `index` is the same whichever thread draws it.
    pub fn stream(seed: u64, index: u64) -> Self {
        let offset = SplitMix64(index).next();
        Self::new(SplitMix64(seed).next() ^ offset)
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let state = &mut self.state;
        let result = state[0].wrapping_add(state[3]).rotate_left(23).wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// A number in `0..bound`, each equally likely (Lemire 2019, arXiv 1805.10941). 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let rejected = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            if product as u64 >= rejected {
                return (product >> 64) as usize;
            }
        }
    }

    /// `count` numbers of `0..count`, drawn with replacement: one bootstrap resample.
    pub fn resample(&mut self, count: usize) -> Vec<usize> {
        (0..count).map(|_| self.below(count)).collect()
    }
}

struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_gives_the_published_numbers() {
        // https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64, seed 1234567.
        let mut source = SplitMix64(1234567);
        let found: [u64; 5] = std::array::from_fn(|_| source.next());
        let published = [
            6457827717110365317,
            3203168211198807973,
            9817491932198370423,
            4593380528125082431,
            16408922859458223821,
        ];
        assert_eq!(found, published);
    }

    #[test]
    fn xoshiro_gives_the_published_numbers() {
        // The test vector of rand_xoshiro, made with the authors' C code from the state 1, 2, 3, 4.
        let mut random = Random { state: [1, 2, 3, 4] };
        let found: [u64; 6] = std::array::from_fn(|_| random.next_u64());
        let published = [
            41943041,
            58720359,
            3588806011781223,
            3591011842654386,
            9228616714210784205,
            9973669472204895162,
        ];
        assert_eq!(found, published);
    }

    #[test]
    fn every_number_below_a_bound_is_equally_likely() {
        let mut random = Random::new(7);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[random.below(6)] += 1;
        }
        // Chi-squared with 5 degrees of freedom: beyond 20.5 once in a thousand seeds.
        let chi: f64 = counts.iter().map(|count| (f64::from(*count) - 1e4).powi(2) / 1e4).sum();
        assert!(chi < 20.5, "{counts:?}");
    }

    #[test]
    fn streams_of_a_seed_differ_and_repeat() {
        let draw = |seed, index| Random::stream(seed, index).resample(20);
        assert_eq!(draw(3, 5), draw(3, 5));
        assert_ne!(draw(3, 5), draw(3, 6));
        assert_ne!(draw(3, 5), draw(4, 5));
        assert_eq!(Random::new(1).below(0), 0);
    }
}
