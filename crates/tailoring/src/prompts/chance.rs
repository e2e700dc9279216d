//! Random numbers from a seed, the same on every machine and in every version of every library.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub(super) struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A stream of its own for each number `stream` of the same seed.
    pub(super) fn stream(seed: u64, stream: u64) -> Self {
        let mut seeds = Self::new(seed);
        let seed = seeds.next();
        Self::new(seed ^ Self::new(stream).next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number from 0 to `below` - 1; 0 when `below` is 0. The bias is below `below` / 2^64.
    pub(super) fn below(&mut self, below: usize) -> usize {
        ((u128::from(self.next()) * below as u128) >> 64) as usize
    }

    /// Fisher and Yates' shuffle.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// One of `items`.
    pub(super) fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // The first values for seed 1234567, as printed by Vigna's splitmix64.c and by Rosetta Code.
        let mut chance = SplitMix64::new(1_234_567);
        let numbers: Vec<u64> = (0..5).map(|_| chance.next()).collect();
        let expected = [
            6457827717110365317,
            3203168211198807973,
            9817491932198370423,
            4593380528125082431,
            16408922859458223821,
        ];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn a_shuffle_keeps_every_item_and_puts_each_everywhere() {
        let mut chance = SplitMix64::new(3);
        let mut places = [[0; 5]; 5];
        for _ in 0..5000 {
            let mut items = [0, 1, 2, 3, 4];
            chance.shuffle(&mut items);
            for (place, &item) in items.iter().enumerate() {
                places[item][place] += 1;
            }
        }
        // 1000 expected, standard deviation 28.
        assert!(
            places.iter().flatten().all(|&count| (850..1150).contains(&count)),
            "{places:?}"
        );
    }
}
