//! How well a picture fits its prompt, from embeddings of both in one space.

use super::Error;

/// The cosine of the angle between two embeddings, -1 to 1.
pub fn cosine_similarity(first: &[f32], second: &[f32]) -> Result<f64, Error> {
    if first.len() != second.len() {
        return Err(Error::Width {
            expected: first.len(),
            found: second.len(),
        });
    }
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let lengths = dot(first, first).sqrt() * dot(second, second).sqrt();
    if !lengths.is_finite() {
        return Err(Error::NotFinite("the embeddings"));
    }
    if lengths == 0.0 {
        return Err(Error::ZeroEmbedding);
    }
    Ok((dot(first, second) / lengths).clamp(-1.0, 1.0))
}

/// CLIPScore (Hessel et al. 2021, arXiv 2104.08718) of a cosine similarity: `2.5 max(cosine, 0)`.
pub fn clip_score(cosine: f64) -> f64 {
    2.5 * cosine.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn cosines_are_those_of_torch() {
        let found = fixture::rows("alignment", "text")
            .iter()
            .zip(&fixture::rows("alignment", "image"))
            .map(|(text, image)| cosine_similarity(text, image).unwrap())
            .collect::<Vec<_>>();
        fixture::close(&found, &fixture::numbers("alignment", "cosine"), 1e-12);
    }

    #[test]
    fn a_picture_of_something_else_scores_nothing_rather_than_less() {
        assert_eq!(clip_score(-0.3), 0.0);
        assert_eq!(clip_score(0.4), 1.0);
    }

    #[test]
    fn a_zero_embedding_and_another_width_are_refused() {
        assert_eq!(cosine_similarity(&[0.0], &[1.0]), Err(Error::ZeroEmbedding));
        assert_eq!(
            cosine_similarity(&[1.0], &[1.0, 2.0]),
            Err(Error::Width { expected: 1, found: 2 })
        );
        assert!(cosine_similarity(&[f32::INFINITY], &[1.0]).is_err());
    }
}
