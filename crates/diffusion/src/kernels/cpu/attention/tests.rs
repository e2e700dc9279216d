use super::{
    super::test_values::{assert_close, values},
    *,
};

fn reference(q: &[f32], k: &[f32], v: &[f32], shape: &AttentionShape, scale: f32) -> Vec<f32> {
    let AttentionShape {
        batch,
        heads,
        queries,
        keys,
        head_dim: d,
        mask,
    } = *shape;
    let row = |x: usize, rows: usize, picture: usize, head: usize| ((picture * rows + x) * heads + head) * d;
    let mut out = vec![0.0; q.len()];
    for (picture, head) in (0..batch).flat_map(|b| (0..heads).map(move |h| (b, h))) {
        for i in 0..queries {
            let q = &q[row(i, queries, picture, head)..][..d];
            let seen = if mask == Mask::Causal { keys.min(i + 1) } else { keys };
            let scores: Vec<f64> = (0..seen)
                .map(|j| {
                    let k = &k[row(j, keys, picture, head)..][..d];
                    q.iter().zip(k).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>() * f64::from(scale)
                })
                .collect();
            let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = scores.iter().map(|s| (s - highest).exp()).sum();
            for c in 0..d {
                let sum: f64 = (0..seen)
                    .map(|j| (scores[j] - highest).exp() * f64::from(v[row(j, keys, picture, head) + c]))
                    .sum();
                out[row(i, queries, picture, head) + c] = (sum / total) as f32;
            }
        }
    }
    out
}

fn check(batch: usize, heads: usize, queries: usize, keys: usize, head_dim: usize, mask: Mask) {
    let shape = AttentionShape {
        batch,
        heads,
        queries,
        keys,
        head_dim,
        mask,
    };
    let row = heads * head_dim;
    let (q, k, v) = (
        values(batch * queries * row, 1),
        values(batch * keys * row, 2),
        values(batch * keys * row, 3),
    );
    let scale = 1.0 / (head_dim as f32).sqrt();
    let mut out = vec![f32::NAN; q.len()];
    attention(&q, &k, &v, &shape, scale, &mut out);
    assert_close(&out, &reference(&q, &k, &v, &shape, scale), 2e-6, 2e-6);
}

#[test]
fn matches_the_scalar_form() {
    for (batch, heads, queries, keys, d) in [
        (1, 1, 1, 1, 1),
        (1, 1, 3, 5, 7),
        (2, 4, 64, 64, 40),
        (2, 4, 16, 16, 48),
        (2, 4, 64, 24, 40),
        (1, 2, 65, 77, 40),
        (1, 1, 33, 97, 64),
        (1, 2, 100, 300, 80),
        (1, 1, 130, 193, 160),
    ] {
        check(batch, heads, queries, keys, d, Mask::None);
    }
}

#[test]
fn causal_mask() {
    for n in [1, 16, 77, 200] {
        check(2, 3, n, n, 64, Mask::Causal);
    }
}

#[test]
fn large_scores_do_not_overflow() {
    let shape = AttentionShape {
        batch: 1,
        heads: 1,
        queries: 2,
        keys: 200,
        head_dim: 1,
        mask: Mask::None,
    };
    let k: Vec<f32> = (0..200).map(|i| i as f32 * 100.0).collect();
    let v: Vec<f32> = (0..200).map(|i| i as f32).collect();
    let mut out = [0.0; 2];
    attention(&[1.0, -1.0], &k, &v, &shape, 1.0, &mut out);
    assert_close(&out, &[199.0, 0.0], 1e-6, 1e-6);
}

#[test]
fn nan_reaches_the_rows_that_see_it() {
    let shape = AttentionShape {
        batch: 1,
        heads: 1,
        queries: 2,
        keys: 3,
        head_dim: 2,
        mask: Mask::None,
    };
    let (k, v) = (values(6, 1), values(6, 2));
    let mut out = [0.0; 4];
    attention(&[f32::NAN, 0.0, 1.0, 0.0], &k, &v, &shape, 1.0, &mut out);
    assert!(out[0].is_nan() && out[1].is_nan() && out[2].is_finite() && out[3].is_finite());
}

#[test]
fn a_picture_is_the_same_alone_and_in_a_batch() {
    let shape = AttentionShape {
        batch: 8,
        heads: 2,
        queries: 70,
        keys: 150,
        head_dim: 40,
        mask: Mask::None,
    };
    let (q, k, v) = (values(8 * 70 * 80, 1), values(8 * 150 * 80, 2), values(8 * 150 * 80, 3));
    let mut all = vec![0.0; q.len()];
    attention(&q, &k, &v, &shape, 0.2, &mut all);
    for i in 0..8 {
        let mut alone = vec![0.0; 70 * 80];
        let (q, k, v) = (
            &q[i * 5600..][..5600],
            &k[i * 12000..][..12000],
            &v[i * 12000..][..12000],
        );
        attention(q, k, v, &AttentionShape { batch: 1, ..shape }, 0.2, &mut alone);
        assert_eq!(alone, all[i * 5600..][..5600]);
    }
}
