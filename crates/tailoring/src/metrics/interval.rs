//! Intervals from resamples.

use super::{Error, normal};

/// A figure and how far it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The figure itself.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The percentile interval (Efron 1979): the middle `confidence` of the resamples' figures.
pub fn percentile_interval(resamples: &[f64], confidence: f64) -> Result<[f64; 2], Error> {
    let sorted = sorted(resamples)?;
    let tail = tail(confidence)?;
    Ok([tail, 1.0 - tail].map(|probability| quantile(&sorted, probability)))
}

/// The percentile interval, moved by how far the resamples' mean lies off the figure itself. For figures that repeated
/// pictures bias upwards, as they do a Fréchet distance: a resample has fewer different pictures than the sample.
pub fn shifted_interval(value: f64, resamples: &[f64], confidence: f64) -> Result<[f64; 2], Error> {
    let ends = percentile_interval(resamples, confidence)?;
    let bias = mean(resamples) - value;
    Ok(ends.map(|end| end - bias))
}

/// The bias-corrected and accelerated interval (Efron 1987, "Better Bootstrap Confidence Intervals"). `left_out` are the
/// figures with one unit left out each. Where the figure lies outside its resamples, so that the correction would be
/// infinite, it is the percentile interval.
pub fn bca_interval(value: f64, resamples: &[f64], left_out: &[f64], confidence: f64) -> Result<[f64; 2], Error> {
    let sorted = sorted(resamples)?;
    let tail = tail(confidence)?;
    let below = sorted.partition_point(|resample| *resample < value);
    let equal = sorted.partition_point(|resample| *resample <= value);
    let bias = normal::quantile((below + equal) as f64 / 2.0 / sorted.len() as f64);
    if !bias.is_finite() {
        return percentile_interval(resamples, confidence);
    }
    let acceleration = acceleration(left_out);
    Ok([tail, 1.0 - tail].map(|probability| {
        let shifted = bias + normal::quantile(probability);
        quantile(&sorted, normal::cdf(bias + shifted / (1.0 - acceleration * shifted)))
    }))
}

/// How fast the figure's spread grows with the figure, from the jackknife. 0 where the figure never changes.
fn acceleration(left_out: &[f64]) -> f64 {
    let centre = mean(left_out);
    let power = |exponent| {
        left_out
            .iter()
            .map(|figure| (centre - figure).powi(exponent))
            .sum::<f64>()
    };
    let spread = 6.0 * power(2).powf(1.5);
    if spread > 0.0 { power(3) / spread } else { 0.0 }
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// What lies outside a confidence on either side.
pub(super) fn tail(confidence: f64) -> Result<f64, Error> {
    if confidence > 0.0 && confidence < 1.0 {
        Ok((1.0 - confidence) / 2.0)
    } else {
        Err(Error::Setting("the confidence must lie between 0 and 1; 0.95 is usual"))
    }
}

fn sorted(values: &[f64]) -> Result<Vec<f64>, Error> {
    if values.is_empty() {
        return Err(Error::TooFew {
            what: "resamples",
            needed: 1,
            found: 0,
        });
    }
    if !values.iter().all(|value| value.is_finite()) {
        return Err(Error::NotFinite("the resamples"));
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted)
}

/// numpy's `quantile` with its default, linear interpolation (type 7 of Hyndman and Fan 1996).
fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let position = probability * (sorted.len() - 1) as f64;
    let low = position.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (sorted[high] - sorted[low]) * (position - low as f64)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn intervals_of_given_resamples_are_those_of_scipy() {
        for case in fixture::cases("intervals") {
            let confidence = case["confidence"].as_f64().unwrap();
            let resamples = fixture::list(&case["resamples"]);
            let value = mean(&fixture::list(&case["sample"]));
            let left_out = fixture::list(&case["leftOut"]);
            let percentile = percentile_interval(&resamples, confidence).unwrap();
            fixture::close(&percentile, &fixture::list(&case["percentile"]), 1e-12);
            let bca = bca_interval(value, &resamples, &left_out, confidence).unwrap();
            fixture::close(&bca, &fixture::list(&case["BCa"]), 1e-9);
        }
    }

    #[test]
    fn a_shifted_interval_keeps_its_width_and_surrounds_the_figure() {
        let resamples = [3.0, 4.0, 5.0, 6.0, 7.0];
        assert_eq!(percentile_interval(&resamples, 0.5), Ok([4.0, 6.0]));
        assert_eq!(shifted_interval(2.0, &resamples, 0.5), Ok([1.0, 3.0]));
    }

    #[test]
    fn a_figure_outside_its_resamples_has_the_percentile_interval() {
        let resamples = [3.0, 4.0, 5.0];
        let percentile = percentile_interval(&resamples, 0.9).unwrap();
        assert_eq!(bca_interval(9.0, &resamples, &[8.0, 9.0], 0.9), Ok(percentile));
        assert_eq!(bca_interval(2.0, &[2.0; 4], &[2.0; 3], 0.95), Ok([2.0, 2.0]));
    }

    #[test]
    fn no_resample_and_no_confidence_are_refused() {
        assert!(percentile_interval(&[], 0.95).is_err());
        assert!(percentile_interval(&[f64::NAN], 0.95).is_err());
        assert_eq!(
            percentile_interval(&[1.0], 95.0).unwrap_err().to_string(),
            "the confidence must lie between 0 and 1; 0.95 is usual"
        );
    }
}
