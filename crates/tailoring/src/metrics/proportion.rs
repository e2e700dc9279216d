//! Shares: how many passed, who won.

use std::cmp::Ordering;

use super::interval::tail;
use super::{Error, Estimate, normal};

/// A share with its score interval (Wilson 1927), which stays within 0 and 1 and is of use for few trials too. The trials must
/// be independent: count one verdict a prompt, or say that pictures of one prompt were counted apart.
pub fn wilson(successes: usize, trials: usize, confidence: f64) -> Result<Estimate, Error> {
    let tail = tail(confidence)?;
    if trials == 0 {
        return Err(Error::TooFew {
            what: "verdicts",
            needed: 1,
            found: 0,
        });
    }
    if successes > trials {
        return Err(Error::Setting("there cannot be more successes than trials"));
    }
    let (trials, value) = (trials as f64, successes as f64 / trials as f64);
    let z = normal::quantile(1.0 - tail);
    let shrink = 1.0 + z * z / trials;
    let centre = (value + z * z / (2.0 * trials)) / shrink;
    let half = z * (value * (1.0 - value) / trials + (z / (2.0 * trials)).powi(2)).sqrt() / shrink;
    // No success and no failure end at 0 and 1 exactly, which rounding would miss.
    let low = if value == 0.0 { 0.0 } else { centre - half };
    let high = if value == 1.0 { 1.0 } else { centre + half };
    Ok(Estimate { value, low, high })
}

/// How two rows did against each other, pair by pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wins {
    /// Pairs that the first row won.
    pub first: usize,
    /// Pairs that the second row won.
    pub second: usize,
    /// Pairs that neither won.
    pub ties: usize,
}

impl Wins {
    /// Counts verdicts: `Greater` where the first is better.
    pub fn count(verdicts: impl IntoIterator<Item = Ordering>) -> Self {
        let mut wins = Self::default();
        for verdict in verdicts {
            match verdict {
                Ordering::Greater => wins.first += 1,
                Ordering::Less => wins.second += 1,
                Ordering::Equal => wins.ties += 1,
            }
        }
        wins
    }

    /// The share that the first won of the pairs that one of them won, with its [`wilson`] interval. Ties are left out.
    pub fn share(&self, confidence: f64) -> Result<Estimate, Error> {
        wilson(self.first, self.first + self.second, confidence)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn intervals_are_those_of_scipy() {
        for case in fixture::cases("wilson") {
            let [successes, trials] = ["successes", "trials"].map(|name| case[name].as_u64().unwrap() as usize);
            let found = wilson(successes, trials, case["confidence"].as_f64().unwrap()).unwrap();
            let scipy = [case["low"].as_f64().unwrap(), case["high"].as_f64().unwrap()];
            fixture::close(&[found.low, found.high], &scipy, 1e-12);
            assert!(found.low <= found.value && found.value <= found.high);
        }
    }

    #[test]
    fn ties_count_for_neither() {
        let wins = Wins::count([Ordering::Greater, Ordering::Equal, Ordering::Greater, Ordering::Less]);
        assert_eq!(
            wins,
            Wins {
                first: 2,
                second: 1,
                ties: 1
            }
        );
        assert_eq!(wins.share(0.95).unwrap(), wilson(2, 3, 0.95).unwrap());
        assert!(Wins::count([Ordering::Equal]).share(0.95).is_err());
    }

    #[test]
    fn impossible_counts_are_refused() {
        assert!(wilson(3, 2, 0.95).is_err());
        assert!(wilson(1, 2, 1.0).is_err());
        assert!(wilson(1, 2, f64::NAN).is_err());
    }
}
