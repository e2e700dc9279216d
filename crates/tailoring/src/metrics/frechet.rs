//! The Fréchet distance between the Gaussians of two sets of features.

use nalgebra::{DMatrix, RowDVector, SymmetricEigen};

use super::interval::shifted_interval;
use super::{Bootstrap, Clusters, Error, Estimate, Features};

/// The Fréchet distance (Heusel et al. 2017, arXiv 1706.08500) of two sets of at least two pictures each:
/// `|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2))` with means `m` and unbiased covariances `S`.
///
/// It is large for small sets: compare only sets of equal size, and see [`super::kernel_distance`].
pub fn frechet_distance(first: &Features, second: &Features) -> Result<f64, Error> {
    FrechetReference::new(first)?.distance(second)
}

/// The set that others are compared with, prepared once.
#[derive(Clone, Debug)]
pub struct FrechetReference {
    mean: RowDVector<f64>,
    /// `F` with `F^T F` the covariance.
    factor: DMatrix<f64>,
    trace: f64,
}

impl FrechetReference {
    /// Takes the mean and the covariance of a set.
    pub fn new(features: &Features) -> Result<Self, Error> {
        features.at_least(2)?;
        let mut rows = features.matrix();
        let mean = rows.row_mean();
        let scale = ((features.len() - 1) as f64).sqrt().recip();
        for mut row in rows.row_iter_mut() {
            row -= &mean;
            row *= scale;
        }
        let trace = rows.norm_squared();
        let factor = if rows.nrows() > rows.ncols() {
            square_factor(&rows)
        } else {
            rows
        };
        Ok(Self { mean, factor, trace })
    }

    /// The distance of another set from this one.
    pub fn distance(&self, features: &Features) -> Result<f64, Error> {
        let sample = Sample::new(self, features)?;
        Ok(sample.distance(self, &vec![1.0; features.len()]))
    }

    /// The distance of another set and its interval. Prompts of that set are resampled; this set stands as it is. The interval
    /// is [`super::shifted_interval`], for the reason given there, and ends at 0.
    pub fn estimate(&self, features: &Features, prompts: &Clusters, bootstrap: &Bootstrap) -> Result<Estimate, Error> {
        let figures = self.figures(features, prompts, bootstrap)?;
        let value = self.distance(features)?;
        let ends = shifted_interval(value, &figures, bootstrap.confidence)?;
        let [low, high] = ends.map(|end| end.max(0.0));
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
    /// The features less the reference's mean.
    rows: DMatrix<f64>,
    /// These times the reference's factor transposed.
    projected: DMatrix<f64>,
}

impl Sample {
    fn new(reference: &FrechetReference, features: &Features) -> Result<Self, Error> {
        features.at_least(2)?;
        features.same_width(reference.mean.len())?;
        let mut rows = features.matrix();
        for mut row in rows.row_iter_mut() {
            row -= &reference.mean;
        }
        let projected = &rows * reference.factor.transpose();
        Ok(Self { rows, projected })
    }

    /// The distance with each picture counted so many times.
    fn distance(&self, reference: &FrechetReference, counts: &[f64]) -> f64 {
        let total: f64 = counts.iter().sum();
        let weights = RowDVector::from_row_slice(counts) / total;
        let (mean, projected_mean) = (&weights * &self.rows, &weights * &self.projected);
        let drawn: Vec<usize> = (0..counts.len()).filter(|picture| counts[*picture] > 0.0).collect();
        let mut product = self.projected.select_rows(&drawn);
        let mut trace = 0.0;
        for (mut row, picture) in product.row_iter_mut().zip(&drawn) {
            let weight = counts[*picture] / (total - 1.0);
            trace += weight * (self.rows.row(*picture) - &mean).norm_squared();
            row -= &projected_mean;
            row *= weight.sqrt();
        }
        (mean.norm_squared() + trace + reference.trace - 2.0 * nuclear_norm(&product)).max(0.0)
    }
}

/// The sum of the singular values. With `S1 = A^T A` and `S2 = B^T B`, that of `A B^T` is the trace of `(S1 S2)^(1/2)`: both
/// products have the same eigenvalues but for zeros, and rank-deficient covariances need no care.
fn nuclear_norm(matrix: &DMatrix<f64>) -> f64 {
    let square = if matrix.nrows() < matrix.ncols() {
        matrix * matrix.transpose()
    } else {
        matrix.tr_mul(matrix)
    };
    let eigenvalues = square.symmetric_eigenvalues();
    eigenvalues.iter().map(|value| value.max(0.0).sqrt()).sum()
}

/// A root of `R^T R`, by its eigenvectors: `L^(1/2) V^T`, which is smaller than `R` where there are more pictures than features.
fn square_factor(rows: &DMatrix<f64>) -> DMatrix<f64> {
    let SymmetricEigen {
        eigenvalues,
        eigenvectors,
    } = rows.tr_mul(rows).symmetric_eigen();
    let mut factor = eigenvectors.transpose();
    for (mut row, value) in factor.row_iter_mut().zip(&eigenvalues) {
        row *= value.max(0.0).sqrt();
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn distances_are_those_of_the_definition_in_sixty_digits_and_of_clean_fid() {
        for case in fixture::cases("distances") {
            let [first, second] = ["first", "second"].map(|name| fixture::features(&case[name]));
            let found = frechet_distance(&first, &second).unwrap();
            let back = frechet_distance(&second, &first).unwrap();
            let scale = FrechetReference::new(&first).unwrap().trace.max(1.0);
            fixture::close(&[found, back], &[case["frechet"].as_f64().unwrap(); 2], 1e-7 * scale);
            // scipy's sqrtm itself errs by 1e-8 where the covariances lack rank.
            fixture::close(&[found], &[case["frechetCleanFid"].as_f64().unwrap()], 2e-7 * scale);
        }
    }

    #[test]
    fn counting_a_picture_twice_is_having_it_twice() {
        let case = &fixture::cases("distances")[1];
        let [first, second] = ["first", "second"].map(|name| fixture::features(&case[name]));
        let reference = FrechetReference::new(&first).unwrap();
        let mut counts = vec![1.0; second.len()];
        (counts[2], counts[5]) = (3.0, 0.0);
        let mut rows: Vec<_> = second.rows().collect();
        rows.extend([rows[2], rows[2]]);
        rows.remove(5);
        let copied = reference.distance(&Features::from_rows(&rows).unwrap()).unwrap();
        let counted = Sample::new(&reference, &second).unwrap().distance(&reference, &counts);
        // Roots of eigenvalues that are zero but for rounding: 1e-8 of the whole.
        fixture::close(&[counted], &[copied], 1e-6);
    }

    /// `count` pictures of eight features, normal but for the sum of twelve that makes them so.
    fn sample(random: &mut super::super::Random, count: usize, shift: f32) -> Features {
        let mut normal = || (0..12).map(|_| random.below(1000) as f32 / 1000.0).sum::<f32>() - 6.0 + shift;
        Features::new(8, (0..count * 8).map(|_| normal()).collect()).unwrap()
    }

    #[test]
    fn the_interval_holds_the_distance_and_lies_within_what_other_samples_give() {
        let mut random = super::super::Random::new(1);
        let reference = FrechetReference::new(&sample(&mut random, 60, 0.0)).unwrap();
        let bootstrap = Bootstrap {
            resamples: 300,
            ..Bootstrap::default()
        };
        let others: Vec<f64> = (0..60)
            .map(|_| reference.distance(&sample(&mut random, 40, 0.5)).unwrap())
            .collect();
        let centre = super::super::interval::mean(&others);
        let spread = (others.iter().map(|other| (other - centre).powi(2)).sum::<f64>() / 59.0).sqrt();
        let mut held = 0;
        for _ in 0..20 {
            let features = sample(&mut random, 40, 0.5);
            let found = reference
                .estimate(&features, &Clusters::grid(40, 1), &bootstrap)
                .unwrap();
            assert!(found.low < found.value && found.value < found.high, "{found:?}");
            let width = (found.high - found.low) / (2.0 * 1.96 * spread);
            assert!((0.5..2.0).contains(&width), "{width}");
            held += usize::from((found.low..found.high).contains(&centre));
        }
        // 19 of 20 on average; fewer than 14 hardly ever.
        assert!(held >= 14, "{held}");
    }

    #[test]
    fn figures_are_the_same_on_one_thread_and_on_three() {
        let mut random = super::super::Random::new(2);
        let reference = FrechetReference::new(&sample(&mut random, 9, 0.0)).unwrap();
        let features = sample(&mut random, 12, 0.2);
        let bootstrap = Bootstrap {
            resamples: 50,
            ..Bootstrap::default()
        };
        let figures = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| reference.figures(&features, &Clusters::grid(6, 2), &bootstrap).unwrap())
        };
        assert_eq!(figures(1), figures(3));
    }

    #[test]
    fn one_picture_and_another_width_are_refused() {
        let [one, two, wide] = [
            Features::new(2, vec![0.0; 2]),
            Features::new(2, vec![0.0; 4]),
            Features::new(3, vec![0.0; 6]),
        ]
        .map(Result::unwrap);
        let refused = frechet_distance(&one, &two).unwrap_err().to_string();
        assert_eq!(refused, "2 pictures are needed and there are 1; add more");
        assert_eq!(
            frechet_distance(&two, &wide),
            Err(Error::Width { expected: 2, found: 3 })
        );
        assert_eq!(frechet_distance(&two, &two), Ok(0.0));
    }
}
