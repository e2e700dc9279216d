//! The kernel distance between two sets of features.

use nalgebra::DMatrix;

use super::{Bootstrap, Clusters, Error, Estimate, Features, percentile_interval};

/// The kernel distance (KID; Bińkowski et al. 2018, arXiv 1801.01401) of two sets of at least two pictures each: the unbiased
/// estimate of the squared maximum mean discrepancy under `k(x, y) = (x.y / width + 1)^3`. About 0 for sets of one
/// distribution, also below it; its expectation does not depend on how many pictures there are.
pub fn kernel_distance(first: &Features, second: &Features) -> Result<f64, Error> {
    KernelReference::new(first)?.distance(second)
}

/// The set that others are compared with, prepared once.
#[derive(Clone, Debug)]
pub struct KernelReference {
    rows: DMatrix<f64>,
    /// The mean kernel between two of its pictures.
    within: f64,
}

impl KernelReference {
    /// Compares the pictures of a set with each other.
    pub fn new(features: &Features) -> Result<Self, Error> {
        features.at_least(2)?;
        let rows = features.matrix();
        let within = mean_within(&kernel(&rows, &rows), &vec![1.0; features.len()]);
        Ok(Self { rows, within })
    }

    /// The distance of another set from this one.
    pub fn distance(&self, features: &Features) -> Result<f64, Error> {
        let sample = Sample::new(self, features)?;
        Ok(sample.distance(self, &vec![1.0; features.len()]))
    }

    /// The distance of another set and its percentile interval. Prompts of that set are resampled; this set stands as it is.
    pub fn estimate(&self, features: &Features, prompts: &Clusters, bootstrap: &Bootstrap) -> Result<Estimate, Error> {
        let figures = self.figures(features, prompts, bootstrap)?;
        let [low, high] = percentile_interval(&figures, bootstrap.confidence)?;
        let value = self.distance(features)?;
        Ok(Estimate { value, low, high })
    }

    /// The distance of every resample of prompts, for [`super::difference_interval`] between two rows.
    pub fn figures(&self, features: &Features, prompts: &Clusters, bootstrap: &Bootstrap) -> Result<Vec<f64>, Error> {
        prompts.covers(features.len())?;
        let sample = Sample::new(self, features)?;
        bootstrap.figures(prompts.len(), |drawn| sample.distance(self, &prompts.counts(drawn)))
    }
}

/// A set as the reference sees it: what every resample needs and none changes.
struct Sample {
    /// The kernel between its pictures.
    within: DMatrix<f64>,
    /// Each picture's mean kernel with the reference's pictures.
    across: Vec<f64>,
}

impl Sample {
    fn new(reference: &KernelReference, features: &Features) -> Result<Self, Error> {
        features.at_least(2)?;
        features.same_width(reference.rows.ncols())?;
        let rows = features.matrix();
        let across = kernel(&rows, &reference.rows)
            .row_iter()
            .map(|row| row.mean())
            .collect();
        Ok(Self {
            within: kernel(&rows, &rows),
            across,
        })
    }

    /// The distance with each picture counted so many times.
    fn distance(&self, reference: &KernelReference, counts: &[f64]) -> f64 {
        let total: f64 = counts.iter().sum();
        let across = self
            .across
            .iter()
            .zip(counts)
            .map(|(mean, count)| mean * count)
            .sum::<f64>()
            / total;
        reference.within + mean_within(&self.within, counts) - 2.0 * across
    }
}

/// The mean kernel between two different pictures. A picture drawn twice is not compared with itself: that is what would bias
/// the resamples. Where only one picture was drawn, there is nothing else to compare it with.
fn mean_within(kernel: &DMatrix<f64>, counts: &[f64]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (first, column) in kernel
        .column_iter()
        .enumerate()
        .filter(|(first, _)| counts[*first] > 0.0)
    {
        for (second, value) in column.iter().enumerate().filter(|(second, _)| *second != first) {
            let weight = counts[first] * counts[second];
            sum += weight * value;
            pairs += weight;
        }
    }
    if pairs > 0.0 {
        sum / pairs
    } else {
        kernel.diagonal().max()
    }
}

/// The kernel of every row of one with every row of the other.
fn kernel(first: &DMatrix<f64>, second: &DMatrix<f64>) -> DMatrix<f64> {
    let width = first.ncols() as f64;
    (first * second.transpose()).map(|product| (product / width + 1.0).powi(3))
}

#[cfg(test)]
mod tests {
    use super::super::{Random, fixture};
    use super::*;

    #[test]
    fn distances_are_those_of_torch_fidelity() {
        for case in fixture::cases("distances") {
            let [first, second] = ["first", "second"].map(|name| fixture::features(&case[name]));
            let expected = case["kernel"].as_f64().unwrap();
            let found = [(&first, &second), (&second, &first)].map(|(a, b)| kernel_distance(a, b).unwrap());
            let scale = kernel(&first.matrix(), &first.matrix()).max();
            fixture::close(&found, &[expected; 2], 1e-12 * scale);
        }
    }

    #[test]
    fn resamples_of_prompts_are_not_biased() {
        let mut random = Random::new(5);
        let mut set = |count: usize| {
            let values = (0..count * 4).map(|_| random.below(1000) as f32 / 500.0 - 1.0);
            Features::new(4, values.collect()).unwrap()
        };
        let reference = KernelReference::new(&set(30)).unwrap();
        let features = set(24);
        let bootstrap = Bootstrap::default();
        let prompts = Clusters::grid(24, 1);
        let figures = reference.figures(&features, &prompts, &bootstrap).unwrap();
        let found = reference.estimate(&features, &prompts, &bootstrap).unwrap();
        let bias = figures.iter().sum::<f64>() / figures.len() as f64 - found.value;
        assert!(bias.abs() < 0.1 * (found.high - found.low), "{bias} {found:?}");
        assert!(found.low < found.value && found.value < found.high, "{found:?}");
    }

    #[test]
    fn a_resample_of_one_picture_still_has_a_distance() {
        let features = Features::new(1, vec![0.0, 1.0]).unwrap();
        let reference = KernelReference::new(&features).unwrap();
        let sample = Sample::new(&reference, &features).unwrap();
        assert!(sample.distance(&reference, &[2.0, 0.0]).is_finite());
    }
}
