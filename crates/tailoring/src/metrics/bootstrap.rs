//! The bootstrap.

use rayon::prelude::*;

use super::interval::{bca_interval, mean};
use super::{Error, Estimate, Random};

/// How figures are resampled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// How many resamples. 2000 settle the ends of a 95 % interval to about a twentieth of its width.
    pub resamples: usize,
    /// How much of the figures the interval shall hold, between 0 and 1.
    pub confidence: f64,
    /// The seed of all draws. With the same seed and as many units, two rows are resampled alike.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            resamples: 2000,
            confidence: 0.95,
            seed: 0,
        }
    }
}

impl Bootstrap {
    /// The figure of every resample. `statistic` is given the units drawn, `units` of `0..units` with replacement. The order
    /// does not depend on the number of threads.
    pub fn figures(&self, units: usize, statistic: impl Fn(&[usize]) -> f64 + Sync) -> Result<Vec<f64>, Error> {
        self.check(units)?;
        let figure = |index| statistic(&Random::stream(self.seed, index).resample(units));
        let figures: Vec<f64> = (0..self.resamples as u64).into_par_iter().map(figure).collect();
        if !figures.iter().all(|figure| figure.is_finite()) {
            return Err(Error::NotFinite("the resamples"));
        }
        Ok(figures)
    }

    /// A figure with its BCa interval. `statistic` is given units of `0..units`: all, all but one, or drawn with replacement.
    pub fn bca(&self, units: usize, statistic: impl Fn(&[usize]) -> f64 + Sync) -> Result<Estimate, Error> {
        let figures = self.figures(units, &statistic)?;
        let all: Vec<usize> = (0..units).collect();
        let left_out = |absent| {
            let rest: Vec<_> = all.iter().copied().filter(|unit| *unit != absent).collect();
            statistic(&rest)
        };
        let left_out: Vec<f64> = (0..units).into_par_iter().map(left_out).collect();
        let value = statistic(&all);
        let [low, high] = bca_interval(value, &figures, &left_out, self.confidence)?;
        Ok(Estimate { value, low, high })
    }

    /// The mean over prompts with its BCa interval: the cluster bootstrap, where `per_prompt` holds each prompt's mean.
    pub fn mean(&self, per_prompt: &[f64]) -> Result<Estimate, Error> {
        if !per_prompt.iter().all(|figure| figure.is_finite()) {
            return Err(Error::NotFinite("the prompts' figures"));
        }
        self.bca(per_prompt.len(), |drawn| {
            mean(&drawn.iter().map(|prompt| per_prompt[*prompt]).collect::<Vec<_>>())
        })
    }

    fn check(&self, units: usize) -> Result<(), Error> {
        let (what, found) = ("prompts", units);
        if units < 2 {
            return Err(Error::TooFew { what, needed: 2, found });
        }
        if self.resamples == 0 {
            return Err(Error::Setting("an interval needs resamples; 2000 are usual"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, percentile_interval};
    use super::*;

    #[test]
    fn many_resamples_end_where_scipys_do() {
        for case in fixture::cases("intervals") {
            let sample = fixture::list(&case["sample"]);
            let bootstrap = Bootstrap {
                resamples: 40_000,
                confidence: case["confidence"].as_f64().unwrap(),
                seed: 4,
            };
            let found = bootstrap.mean(&sample).unwrap();
            // Both err by their draws; a sample with ties moves by its smallest step.
            let spread = found.high - found.low;
            let tolerance = if case["name"] == "ties" { 0.05 } else { 0.02 } * spread;
            fixture::close(&[found.low, found.high], &fixture::list(&case["BCaOfMany"]), tolerance);
            let drawn_mean = |drawn: &[usize]| mean(&drawn.iter().map(|unit| sample[*unit]).collect::<Vec<_>>());
            let figures = bootstrap.figures(sample.len(), drawn_mean).unwrap();
            let percentile = percentile_interval(&figures, bootstrap.confidence).unwrap();
            fixture::close(&percentile, &fixture::list(&case["percentileOfMany"]), tolerance);
        }
    }

    #[test]
    fn a_seed_gives_the_same_interval_and_another_seed_another() {
        let sample = [0.1, 0.4, 0.35, 0.8, 0.2, 0.55];
        let of = |seed| {
            Bootstrap {
                seed,
                ..Bootstrap::default()
            }
            .mean(&sample)
            .unwrap()
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn one_prompt_has_no_interval_and_says_so() {
        let refused = Bootstrap::default().mean(&[0.3]).unwrap_err().to_string();
        assert_eq!(refused, "2 prompts are needed and there are 1; add more");
        assert!(Bootstrap::default().mean(&[0.3, f64::NAN]).is_err());
        assert!(
            Bootstrap {
                resamples: 0,
                ..Bootstrap::default()
            }
            .mean(&[0.3, 0.4])
            .is_err()
        );
    }
}
