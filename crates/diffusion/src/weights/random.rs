//! Seeded random parameters: for benchmarks of a model's shape, and as a start for training.

use std::path::PathBuf;

use super::TensorSource;
use crate::error::Result;

/// Has a tensor of every name and shape. Weights are uniform with variance 1 / fan-in, so that activations keep their size
/// through the network; norm weights are one, biases zero.
pub struct RandomTensors {
    seed: u64,
}

impl RandomTensors {
    /// The same seed gives the same values for the same name, whatever else is asked for.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// FNV-1a of the name, mixed with the seed.
    fn stream(&self, name: &str) -> u64 {
        name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ self.seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

impl TensorSource for RandomTensors {
    fn shape(&self, _: &str, wanted: &[usize]) -> Option<Vec<usize>> {
        Some(wanted.to_vec())
    }

    fn read(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let elements = shape.iter().product();
        if shape.len() == 1 {
            let value = if name.ends_with("weight") { 1.0 } else { 0.0 };
            return Ok(vec![value; elements]);
        }
        let fan_in: usize = shape[1..].iter().product();
        let bound = (3.0 / fan_in as f32).sqrt();
        let start = self.stream(name);
        Ok((0..elements as u64)
            .map(|index| bound * uniform(start.wrapping_add(index)))
            .collect())
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn path(&self) -> PathBuf {
        PathBuf::from("random values")
    }
}

/// A number in [-1, 1) from a counter, by the SplitMix64 finaliser (Steele, Lea and Flood 2014).
fn uniform(counter: u64) -> f32 {
    let mut z = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 23) as f32 - 1.0
}
