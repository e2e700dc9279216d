//! How different the pictures of one prompt are.

use super::{Clusters, Error, Features, cosine_similarity};

/// For each prompt the mean distance between two of its pictures, for [`super::Bootstrap::mean`]. `distance` is given two
/// pictures' places in the set, the smaller first: LPIPS, a lookup in a matrix, or [`cosine_distances`]'s.
pub fn mean_pairwise_distance(
    prompts: &Clusters,
    mut distance: impl FnMut(usize, usize) -> f64,
) -> Result<Vec<f64>, Error> {
    let mut mean = |pictures: &[usize]| {
        let found = pictures.len();
        if found < 2 {
            return Err(Error::TooFew {
                what: "pictures of each prompt",
                needed: 2,
                found,
            });
        }
        let mut sum = 0.0;
        for (place, first) in pictures.iter().enumerate() {
            for second in &pictures[place + 1..] {
                sum += distance(*first, *second);
            }
        }
        let mean = sum / (found * (found - 1) / 2) as f64;
        if mean.is_finite() {
            Ok(mean)
        } else {
            Err(Error::NotFinite("the distances"))
        }
    };
    prompts.members().map(&mut mean).collect()
}

/// [`mean_pairwise_distance`] by `1 - cosine` of features, 0 to 2.
pub fn cosine_distances(features: &Features, prompts: &Clusters) -> Result<Vec<f64>, Error> {
    prompts.covers(features.len())?;
    let mut failure = None;
    let distances = mean_pairwise_distance(prompts, |first, second| {
        let (Some(first), Some(second)) = (features.row(first), features.row(second)) else {
            return f64::NAN;
        };
        cosine_similarity(first, second).map_or_else(
            |reason| {
                failure = Some(reason);
                0.0
            },
            |cosine| 1.0 - cosine,
        )
    });
    failure.map_or(distances, Err)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn distances_are_those_of_scipy_pdist() {
        let features = Features::from_rows(&fixture::rows("diversity", "features")).unwrap();
        let prompts = Clusters::grid(3, 4);
        let found = cosine_distances(&features, &prompts).unwrap();
        fixture::close(&found, &fixture::numbers("diversity", "cosine"), 1e-12);
    }

    #[test]
    fn each_pair_is_asked_for_once_and_only_within_its_prompt() {
        let mut asked = Vec::new();
        let prompts = Clusters::by_prompt(&[0, 1, 0, 0, 1]).unwrap();
        let found = mean_pairwise_distance(&prompts, |first, second| {
            asked.push((first, second));
            (second - first) as f64
        });
        assert_eq!(asked, [(0, 2), (0, 3), (2, 3), (1, 4)]);
        assert_eq!(found.unwrap(), [2.0, 3.0]);
    }

    #[test]
    fn one_picture_of_a_prompt_is_too_few() {
        let refused = mean_pairwise_distance(&Clusters::grid(2, 1), |_, _| 0.0)
            .unwrap_err()
            .to_string();
        assert_eq!(
            refused,
            "2 pictures of each prompt are needed and there are 1; add more"
        );
    }
}
