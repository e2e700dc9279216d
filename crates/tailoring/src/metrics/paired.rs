//! Two rows compared prompt by prompt.

use super::interval::mean;
use super::{Bootstrap, Error, Estimate, Random};

/// What the second row has over the first, on the same prompts and seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedDifference {
    /// The mean of second less first, with its BCa interval.
    pub difference: Estimate,
    /// How often chance alone makes a mean difference as large, either way.
    pub p_value: f64,
    /// How many prompts were compared.
    pub prompts: usize,
}

/// Compares two rows by one figure a prompt each, in the same order.
pub fn paired_difference(first: &[f64], second: &[f64], bootstrap: &Bootstrap) -> Result<PairedDifference, Error> {
    if first.len() != second.len() {
        return Err(Error::Pairing {
            what: "prompts",
            first: first.len(),
            second: second.len(),
        });
    }
    let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| second - first).collect();
    Ok(PairedDifference {
        difference: bootstrap.mean(&differences)?,
        p_value: sign_flip_p_value(&differences, bootstrap)?,
        prompts: differences.len(),
    })
}

/// The two-sided p-value of a mean difference under random signs (Fisher's randomisation test for pairs). All signs are tried
/// where they are no more than the resamples; else so many are drawn, and the sample itself counts as one of them
/// (Phipson and Smyth 2010), so that it is never 0.
pub fn sign_flip_p_value(differences: &[f64], bootstrap: &Bootstrap) -> Result<f64, Error> {
    if differences.is_empty() {
        return Err(Error::TooFew {
            what: "prompts",
            needed: 1,
            found: 0,
        });
    }
    if !differences.iter().all(|difference| difference.is_finite()) {
        return Err(Error::NotFinite("the differences"));
    }
    let observed = differences.iter().sum::<f64>().abs();
    // Sums of one size differ in their last bits by the order of their terms.
    let bar = observed - 1e-12 * differences.iter().map(|difference| difference.abs()).sum::<f64>();
    let as_large = |signs: &mut dyn FnMut(usize) -> bool| {
        let signed = |(place, difference): (usize, &f64)| if signs(place) { -difference } else { *difference };
        differences.iter().enumerate().map(signed).sum::<f64>().abs() >= bar
    };
    let all = 1_u64.checked_shl(differences.len() as u32).unwrap_or(u64::MAX);
    if all <= bootstrap.resamples as u64 {
        let count = (0..all)
            .filter(|signs| as_large(&mut |place| signs >> place & 1 == 1))
            .count();
        return Ok(count as f64 / all as f64);
    }
    let count = (0..bootstrap.resamples as u64)
        .filter(|index| {
            let mut random = Random::stream(bootstrap.seed, *index);
            as_large(&mut |_| random.next_u64() >> 63 == 1)
        })
        .count();
    Ok((count + 1) as f64 / (bootstrap.resamples + 1) as f64)
}

/// What a second row has over a first in a figure of whole sets, as a Fréchet distance: from the figures of the same resamples
/// of both, in one order. The interval is moved like that of [`super::shifted_interval`].
pub fn difference_interval(value: f64, first: &[f64], second: &[f64], confidence: f64) -> Result<Estimate, Error> {
    if first.len() != second.len() {
        return Err(Error::Pairing {
            what: "resamples",
            first: first.len(),
            second: second.len(),
        });
    }
    let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| second - first).collect();
    let [low, high] = super::shifted_interval(value, &differences, confidence)?;
    Ok(Estimate { value, low, high })
}

/// Each prompt's mean over its seeds.
pub fn prompt_means(figures: &[Vec<f64>]) -> Result<Vec<f64>, Error> {
    let means = figures.iter().map(|seeds| {
        let (what, found) = ("pictures of each prompt", seeds.len());
        if seeds.is_empty() {
            return Err(Error::TooFew { what, needed: 1, found });
        }
        Ok(mean(seeds))
    });
    means.collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn p_values_are_those_of_scipys_permutation_test() {
        let bootstrap = Bootstrap {
            resamples: 20_000,
            ..Bootstrap::default()
        };
        for case in fixture::cases("signFlips") {
            let differences = fixture::list(&case["differences"]);
            let found = sign_flip_p_value(&differences, &bootstrap).unwrap();
            // All signs are tried for the short ones; the long one is drawn, by scipy too.
            let tolerance = if differences.len() < 12 { 1e-12 } else { 0.006 };
            fixture::close(&[found], &[case["pValue"].as_f64().unwrap()], tolerance);
        }
    }

    #[test]
    fn a_row_that_always_gains_the_same_is_surely_better() {
        let first: Vec<f64> = (0..20).map(f64::from).collect();
        let second: Vec<f64> = first.iter().map(|figure| figure + 0.5).collect();
        let found = paired_difference(&first, &second, &Bootstrap::default()).unwrap();
        let Estimate { value, low, high } = found.difference;
        assert_eq!([value, low, high], [0.5; 3]);
        assert!(found.p_value < 0.002 && found.p_value > 0.0, "{}", found.p_value);
        assert_eq!(found.prompts, 20);
    }

    #[test]
    fn rows_of_other_prompts_are_refused() {
        let refused = paired_difference(&[0.0; 3], &[0.0; 2], &Bootstrap::default())
            .unwrap_err()
            .to_string();
        assert_eq!(
            refused,
            "there are 3 prompts on one side and 2 on the other; compare the same prompts and seeds"
        );
        assert!(difference_interval(0.0, &[0.0; 3], &[0.0; 2], 0.95).is_err());
        assert!(sign_flip_p_value(&[], &Bootstrap::default()).is_err());
    }

    #[test]
    fn means_are_over_the_seeds_of_each_prompt() {
        assert_eq!(prompt_means(&[vec![1.0, 3.0], vec![5.0]]), Ok(vec![2.0, 5.0]));
        assert!(prompt_means(&[vec![]]).is_err());
    }

    #[test]
    fn a_difference_of_set_figures_takes_the_resamples_pair_by_pair() {
        let found = difference_interval(1.0, &[0.0, 10.0, 20.0], &[1.0, 11.0, 21.0], 0.95).unwrap();
        assert_eq!([found.low, found.high], [1.0, 1.0]);
    }
}
