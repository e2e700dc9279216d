//! Which pictures are trained on, by a seed. The same set in the same order and the same seed give the same choice on every machine.

use std::collections::BTreeMap;

use super::DataSet;
use super::check::prompts;

/// A set's two parts, each in order, by places in the set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// To learn from.
    pub train: Vec<usize>,
    /// To judge by.
    pub held_out: Vec<usize>,
}

/// Holds out about the share `held_out` (0 to 1) of the pictures, prompt by prompt: all pictures of a prompt are on one side. Prompts are
/// compared without regard to case, spaces and punctuation at their end. At least one prompt stays to be trained on.
pub fn split(set: &DataSet, held_out: f64, seed: u64) -> Split {
    let wanted = held_out * set.examples.len() as f64;
    let mut order: Vec<Vec<usize>> = prompts(set).into_values().collect();
    Generator::new(seed).shuffle(&mut order);
    let mut split = Split::default();
    for (place, pictures) in order.iter().enumerate() {
        let held = split.held_out.len() as f64;
        let nearer = (held + pictures.len() as f64 - wanted).abs() < (held - wanted).abs();
        let last_to_train = split.train.is_empty() && place + 1 == order.len();
        let side = if nearer && !last_to_train {
            &mut split.held_out
        } else {
            &mut split.train
        };
        side.extend(pictures);
    }
    split.train.sort_unstable();
    split.held_out.sort_unstable();
    split
}

/// The places of `count` pictures, in order, with as many of each bucket as of the others, as far as there are some; pictures without a
/// bucket are a bucket of their own. All of them where there are no more.
pub fn balanced(set: &DataSet, count: usize, seed: u64) -> Vec<usize> {
    let mut buckets = BTreeMap::<_, Vec<_>>::new();
    for (place, example) in set.examples.iter().enumerate() {
        buckets.entry(&example.bucket).or_default().push(place);
    }
    let mut buckets: Vec<_> = buckets.into_values().collect();
    let mut generator = Generator::new(seed);
    // Chance decides which buckets give one more when they cannot all give the same.
    generator.shuffle(&mut buckets);
    for bucket in &mut buckets {
        generator.shuffle(bucket);
    }
    let mut chosen = Vec::new();
    while chosen.len() < count && buckets.iter().any(|bucket| !bucket.is_empty()) {
        let round = buckets.iter_mut().filter_map(Vec::pop).take(count - chosen.len());
        chosen.extend(round);
    }
    chosen.sort_unstable();
    chosen
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
struct Generator(u64);

impl Generator {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, each equally likely (Lemire 2019).
    fn below(&mut self, end: usize) -> usize {
        let end = end as u64;
        let reject = end.wrapping_neg() % end;
        loop {
            let product = u128::from(self.next()) * u128::from(end);
            if product as u64 >= reject {
                return (product >> 64) as usize;
            }
        }
    }

    /// Fisher and Yates.
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests;
