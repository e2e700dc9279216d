//! The gradient of a layer norm.

use super::sums;
use crate::kernels::cpu::{
    inlined, matrix,
    parallel::{self, Shared},
};
use pulp::{Arch, Simd, WithSimd};

/// Rows whose sums for the parameters are gathered by one task. Fixed: it orders the sums.
const ROWS: usize = 64;

/// Where the gradients go.
pub struct LayerNormGradients<'a> {
    /// Of the input, its shape.
    pub x: &'a mut [f32],
    /// Of the scales, `[d]`.
    pub gamma: &'a mut [f32],
    /// Of the offsets, `[d]`.
    pub beta: &'a mut [f32],
}

/// The gradients of the layer norm of every row of `x` `[rows, d]` from that of its result.
///
/// # Panics
/// When the lengths do not agree.
pub fn layer_norm_gradients(gradient: &[f32], x: &[f32], gamma: &[f32], eps: f32, out: LayerNormGradients) {
    let d = gamma.len();
    assert!(
        gradient.len() == x.len() && out.x.len() == x.len(),
        "the gradient of a layer norm has another length than its input"
    );
    assert!(
        out.gamma.len() == d && out.beta.len() == d && d > 0 && x.len().is_multiple_of(d),
        "the parameters of a layer norm do not have its rows' length"
    );
    let rows = x.len() / d;
    let blocks = rows.div_ceil(ROWS);
    let mut partial = vec![0.0; 2 * blocks * d];
    let (gammas, betas) = partial.split_at_mut(blocks * d);
    let (to, to_gammas, to_betas) = (Shared::new(out.x), Shared::new(gammas), Shared::new(betas));
    let tasks = parallel::parts(x.len() * 4, blocks);
    parallel::for_each(tasks, |task| {
        for block in parallel::part(task, tasks, blocks, 1) {
            let range = block * ROWS * d..rows.min((block + 1) * ROWS) * d;
            // SAFETY: every block belongs to one task only.
            let (out, gammas, betas) = unsafe {
                let sums = block * d..(block + 1) * d;
                (
                    to.slice(range.clone()),
                    to_gammas.slice(sums.clone()),
                    to_betas.slice(sums),
                )
            };
            Arch::new().dispatch(Rows {
                gradient: &gradient[range.clone()],
                x: &x[range],
                gamma,
                eps,
                out,
                gammas,
                betas,
            });
        }
    });
    matrix::sum_of_rows(gammas, out.gamma);
    matrix::sum_of_rows(betas, out.beta);
}

struct Rows<'a> {
    gradient: &'a [f32],
    x: &'a [f32],
    gamma: &'a [f32],
    eps: f32,
    out: &'a mut [f32],
    gammas: &'a mut [f32],
    betas: &'a mut [f32],
}

impl WithSimd for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let d = self.gamma.len();
        for row in 0..self.x.len() / d {
            self.row(simd, row * d);
        }
    }
}

impl Rows<'_> {
    /// The row from element `start` on.
    #[inline(always)]
    fn row<S: Simd>(&mut self, simd: S, start: usize) {
        let d = self.gamma.len();
        let x = &self.x[start..start + d];
        let mean = sums(
            simd,
            x,
            #[inline(always)]
            |x| x,
            |x| x,
        ) / d as f32;
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
        let scale = 1.0 / (squares / d as f32 + self.eps).sqrt();
        let scales = simd.splat_f32s(scale);
        let (x, x_rest) = S::as_simd_f32s(x);
        let (gradient, gradient_rest) = S::as_simd_f32s(&self.gradient[start..start + d]);
        let (gamma, gamma_rest) = S::as_simd_f32s(self.gamma);
        let (gammas, gammas_rest) = S::as_mut_simd_f32s(self.gammas);
        let (betas, betas_rest) = S::as_mut_simd_f32s(self.betas);
        let (out, out_rest) = S::as_mut_simd_f32s(&mut self.out[start..start + d]);
        let (mut along_one, mut along_x) = (simd.splat_f32s(0.0), simd.splat_f32s(0.0));
        let mut one = inlined(
            #[inline(always)]
            |x, gradient, gamma, gammas: S::f32s, betas: S::f32s| {
                let normalised = simd.mul_f32s(simd.sub_f32s(x, center), scales);
                let scaled = simd.mul_f32s(gradient, gamma);
                along_one = simd.add_f32s(along_one, scaled);
                along_x = simd.mul_add_e_f32s(scaled, normalised, along_x);
                let gammas = simd.mul_add_e_f32s(gradient, normalised, gammas);
                (scaled, gammas, simd.add_f32s(betas, gradient))
            },
        );
        for i in 0..out.len() {
            (out[i], gammas[i], betas[i]) = one(x[i], gradient[i], gamma[i], gammas[i], betas[i]);
        }
        if !out_rest.is_empty() {
            let load = |rest: &[f32]| simd.partial_load_f32s(rest);
            let (sums, offsets) = (load(gammas_rest), load(betas_rest));
            let (scaled, sums, offsets) = one(load(x_rest), load(gradient_rest), load(gamma_rest), sums, offsets);
            simd.partial_store_f32s(out_rest, scaled);
            simd.partial_store_f32s(gammas_rest, sums);
            simd.partial_store_f32s(betas_rest, offsets);
        }
        let mean_one = simd.splat_f32s(simd.reduce_sum_f32s(along_one) / d as f32);
        let mean_x = simd.splat_f32s(simd.reduce_sum_f32s(along_x) / d as f32);
        let finish = inlined(
            #[inline(always)]
            |scaled, x| {
                let normalised = simd.mul_f32s(simd.sub_f32s(x, center), scales);
                let centred = simd.sub_f32s(simd.sub_f32s(scaled, mean_one), simd.mul_f32s(normalised, mean_x));
                simd.mul_f32s(centred, scales)
            },
        );
        for (out, &x) in out.iter_mut().zip(x) {
            *out = finish(*out, x);
        }
        if !out_rest.is_empty() {
            let value = finish(simd.partial_load_f32s(out_rest), simd.partial_load_f32s(x_rest));
            simd.partial_store_f32s(out_rest, value);
        }
    }
}
