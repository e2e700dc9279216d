//! Layer normalisation (Ba, Kiros and Hinton, arXiv 1607.06450).

mod backward;

use super::parallel::{self, Shared};
use pulp::{Arch, Simd, WithSimd};

pub use backward::{LayerNormGradients, layer_norm_gradients};

struct Rows<'a> {
    x: &'a [f32],
    gamma: &'a [f32],
    beta: &'a [f32],
    eps: f32,
    out: &'a mut [f32],
}

impl WithSimd for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let d = self.gamma.len();
        for (x, out) in self.x.chunks_exact(d).zip(self.out.chunks_exact_mut(d)) {
            normalize(simd, x, self.gamma, self.beta, self.eps, out);
        }
    }
}

/// Sum over `x` of the vectors and, apart, of the rest.
#[inline(always)]
fn sums<S: Simd>(simd: S, x: &[f32], vector: impl Fn(S::f32s) -> S::f32s, single: impl Fn(f32) -> f32) -> f32 {
    let (vectors, rest) = S::as_simd_f32s(x);
    let (pairs, singles) = pulp::as_arrays::<2, _>(vectors);
    let mut sums = [simd.splat_f32s(0.0); 2];
    for pair in pairs {
        sums[0] = simd.add_f32s(sums[0], vector(pair[0]));
        sums[1] = simd.add_f32s(sums[1], vector(pair[1]));
    }
    for &value in singles {
        sums[0] = simd.add_f32s(sums[0], vector(value));
    }
    simd.reduce_sum_f32s(simd.add_f32s(sums[0], sums[1])) + rest.iter().map(|&x| single(x)).sum::<f32>()
}

#[inline(always)]
fn normalize<S: Simd>(simd: S, x: &[f32], gamma: &[f32], beta: &[f32], eps: f32, out: &mut [f32]) {
    let d = x.len() as f32;
    let mean = sums(
        simd,
        x,
        #[inline(always)]
        |x| x,
        |x| x,
    ) / d;
    let center = simd.splat_f32s(mean);
    let squares = sums(
        simd,
        x,
        #[inline(always)]
        |x| {
            let distance = simd.sub_f32s(x, center);
            simd.mul_f32s(distance, distance)
        },
        |x| (x - mean) * (x - mean),
    );
    let scale = simd.splat_f32s(1.0 / (squares / d + eps).sqrt());
    let apply = |x, gamma, beta| simd.mul_add_e_f32s(simd.mul_f32s(simd.sub_f32s(x, center), scale), gamma, beta);
    let ((x, x_rest), (gamma, gamma_rest), (beta, beta_rest)) =
        (S::as_simd_f32s(x), S::as_simd_f32s(gamma), S::as_simd_f32s(beta));
    let (out, out_rest) = S::as_mut_simd_f32s(out);
    for (((out, &x), &gamma), &beta) in out.iter_mut().zip(x).zip(gamma).zip(beta) {
        *out = apply(x, gamma, beta);
    }
    if !out_rest.is_empty() {
        let load = |rest| simd.partial_load_f32s(rest);
        simd.partial_store_f32s(out_rest, apply(load(x_rest), load(gamma_rest), load(beta_rest)));
    }
}

/// Layer norm of every row of `x` `[rows, d]` into `out`, with `gamma` and `beta` `[d]`.
///
/// # Panics
/// When the lengths do not agree.
pub fn layer_norm(x: &[f32], gamma: &[f32], beta: &[f32], eps: f32, out: &mut [f32]) {
    let d = gamma.len();
    assert_eq!(beta.len(), d, "gamma and beta of layer_norm must have the same length");
    assert_eq!(
        out.len(),
        x.len(),
        "the output of layer_norm has another length than its input"
    );
    if x.is_empty() {
        return;
    }
    assert!(
        d > 0 && x.len().is_multiple_of(d),
        "the input of layer_norm is not a whole number of rows of {d}"
    );
    let rows = x.len() / d;
    let parts = parallel::parts(x.len() * 2, rows.min(64));
    let out = Shared::new(out);
    parallel::for_each(parts, |i| {
        let rows = parallel::part(i, parts, rows, 1);
        let range = rows.start * d..rows.end * d;
        // SAFETY: the parts do not overlap.
        let out = unsafe { out.slice(range.clone()) };
        Arch::new().dispatch(Rows {
            x: &x[range],
            gamma,
            beta,
            eps,
            out,
        });
    });
}

#[cfg(test)]
mod tests {
    use super::{
        super::test_values::{assert_close, values},
        *,
    };

    fn reference(x: &[f32], gamma: &[f32], beta: &[f32], eps: f32) -> Vec<f32> {
        let d = gamma.len();
        let mut out = Vec::new();
        for row in x.chunks(d) {
            let mean = row.iter().map(|&v| f64::from(v)).sum::<f64>() / d as f64;
            let variance = row.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / d as f64;
            let scale = 1.0 / (variance + f64::from(eps)).sqrt();
            out.extend(
                (0..d).map(|i| ((f64::from(row[i]) - mean) * scale * f64::from(gamma[i]) + f64::from(beta[i])) as f32),
            );
        }
        out
    }

    #[test]
    fn matches_the_scalar_form() {
        for (rows, d) in [
            (1, 1),
            (1, 2),
            (3, 15),
            (5, 16),
            (2, 33),
            (7, 160),
            (300, 768),
            (5, 1280),
        ] {
            let x: Vec<f32> = values(rows * d, 1).iter().map(|v| v * 2.0 + 1.0).collect();
            let (gamma, beta) = (values(d, 2), values(d, 3));
            let mut out = vec![f32::NAN; x.len()];
            layer_norm(&x, &gamma, &beta, 1e-5, &mut out);
            let tolerance = if d == 1 { 1e-3 } else { 2e-6 };
            assert_close(&out, &reference(&x, &gamma, &beta, 1e-5), tolerance, tolerance);
        }
    }

    #[test]
    fn large_means_and_nan() {
        let mut x: Vec<f32> = values(64, 1).iter().map(|v| v + 1000.0).collect();
        x[40] = f32::NAN;
        let (gamma, beta) = (vec![1.0; 32], vec![0.0; 32]);
        let mut out = vec![0.0; 64];
        layer_norm(&x, &gamma, &beta, 1e-5, &mut out);
        assert_close(&out[..32], &reference(&x[..32], &gamma, &beta, 1e-5), 2e-4, 1e-4);
        assert!(out[32..].iter().all(|v| v.is_nan()));
    }
}
