//! The gradient of a group norm with its activation. A group's elements stay in the cache between the passes over them.

use super::{GroupNormParameters, GroupNormShape, Moments, run_moments, runs};
use crate::kernels::cpu::{
    activation::Activation,
    inlined, matrix,
    parallel::{self, Shared},
    vector_math,
};
use pulp::{Arch, Simd, WithSimd};

/// Where the gradients go.
pub struct GroupNormGradients<'a> {
    /// Of the input, its shape.
    pub x: &'a mut [f32],
    /// Of the scales, `[c]`.
    pub gamma: &'a mut [f32],
    /// Of the offsets, `[c]`.
    pub beta: &'a mut [f32],
}

/// The gradients of `group_norm(x)`, without a shift and with no activation or SiLU, from that of its result.
///
/// # Panics
/// When the lengths do not agree with `shape`.
pub fn group_norm_gradients(
    gradient: &[f32],
    x: &[f32],
    shape: &GroupNormShape,
    parameters: &GroupNormParameters,
    out: GroupNormGradients,
) {
    let GroupNormShape { n, c, hw, groups, .. } = *shape;
    let len = n * c * hw;
    assert!(
        gradient.len() == len && x.len() == len && out.x.len() == len,
        "the gradient of a group norm does not have its input's shape"
    );
    assert!(
        [
            parameters.gamma.len(),
            parameters.beta.len(),
            out.gamma.len(),
            out.beta.len()
        ] == [c; 4],
        "the parameters of a group norm must have one element per channel"
    );
    if len == 0 {
        return;
    }
    let mut sums = vec![0.0; 2 * n * c];
    let (gammas, betas) = sums.split_at_mut(n * c);
    let pass = Pass {
        shape,
        parameters,
        gradient,
        x,
        out: Shared::new(out.x),
        gammas: Shared::new(gammas),
        betas: Shared::new(betas),
    };
    let tasks = parallel::parts(len * 6, n * groups);
    parallel::for_each(tasks, |task| {
        for index in parallel::part(task, tasks, n * groups, 1) {
            Arch::new().dispatch(Group { pass: &pass, index });
        }
    });
    matrix::sum_of_rows(gammas, out.gamma);
    matrix::sum_of_rows(betas, out.beta);
}

struct Pass<'a> {
    shape: &'a GroupNormShape,
    parameters: &'a GroupNormParameters<'a>,
    gradient: &'a [f32],
    x: &'a [f32],
    out: Shared<'a>,
    /// Sums of each channel of each picture, `[n, c]`.
    gammas: Shared<'a>,
    betas: Shared<'a>,
}

/// Group `index` of all the pictures' groups.
struct Group<'a, 'b> {
    pass: &'b Pass<'a>,
    index: usize,
}

impl WithSimd for Group<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Pass { shape, parameters, .. } = *self.pass;
        let first = self.index * shape.channels_per_group();
        let channels = first..first + shape.channels_per_group();
        let x = &self.pass.x[first * shape.hw..][..shape.group_len()];
        let moments = runs(shape, false).fold(Moments::default(), |total, (_, run)| {
            total.join(run_moments(simd, &x[run], 0.0))
        });
        let scale = 1.0 / (moments.squares / moments.count + f64::from(shape.eps)).sqrt();
        let mean = moments.mean as f32;
        let (mut along_one, mut along_x) = (0.0, 0.0);
        for channel in channels.clone() {
            let c = channel % shape.c;
            let line = Line {
                mean,
                scale: scale as f32,
                gamma: parameters.gamma[c],
                beta: parameters.beta[c],
            };
            let [sum, product] = self.slopes(simd, channel, line);
            along_one += f64::from(sum) * f64::from(line.gamma);
            along_x += f64::from(product) * f64::from(line.gamma);
        }
        // dx = scale (gamma g - mean(gamma g) - x̂ mean(gamma g x̂)), as a line in g and x.
        let (along_one, along_x) = (along_one / moments.count, along_x / moments.count);
        let slope = (-scale * scale * along_x) as f32;
        let offset = (scale * (moments.mean * scale * along_x - along_one)) as f32;
        for channel in channels {
            let factor = scale as f32 * parameters.gamma[channel % shape.c];
            self.finish(simd, channel, [factor, slope, offset]);
        }
    }
}

/// The normalisation of one channel.
#[derive(Clone, Copy)]
struct Line {
    mean: f32,
    scale: f32,
    gamma: f32,
    beta: f32,
}

impl Group<'_, '_> {
    /// Writes the gradient before the activation to the output; its sum, and that of its products with the normalised input.
    #[inline(always)]
    fn slopes<S: Simd>(&self, simd: S, channel: usize, line: Line) -> [f32; 2] {
        let sums = match self.pass.parameters.activation {
            Activation::Silu => self.map(
                simd,
                channel,
                line,
                #[inline(always)]
                |gradient, y| simd.mul_f32s(gradient, vector_math::silu_slope(simd, y)),
            ),
            _ => self.map(
                simd,
                channel,
                line,
                #[inline(always)]
                |gradient, _| gradient,
            ),
        };
        // SAFETY: every channel belongs to one task only.
        unsafe {
            self.pass.betas.slice(channel..channel + 1)[0] = sums[0];
            self.pass.gammas.slice(channel..channel + 1)[0] = sums[1];
        }
        sums
    }

    #[inline(always)]
    fn map<S: Simd>(&self, simd: S, channel: usize, line: Line, f: impl Fn(S::f32s, S::f32s) -> S::f32s) -> [f32; 2] {
        let range = channel * self.pass.shape.hw..(channel + 1) * self.pass.shape.hw;
        // SAFETY: every channel belongs to one task only.
        let out = unsafe { self.pass.out.slice(range.clone()) };
        let (x, x_rest) = S::as_simd_f32s(&self.pass.x[range.clone()]);
        let (gradient, gradient_rest) = S::as_simd_f32s(&self.pass.gradient[range]);
        let (out, out_rest) = S::as_mut_simd_f32s(out);
        let [mean, scale, gamma, beta] =
            [line.mean, line.scale, line.gamma, line.beta].map(|value| simd.splat_f32s(value));
        let (mut sum, mut product) = (simd.splat_f32s(0.0), simd.splat_f32s(0.0));
        let mut one = inlined(
            #[inline(always)]
            |x, gradient| {
                let normalised = simd.mul_f32s(simd.sub_f32s(x, mean), scale);
                let gradient = f(gradient, simd.mul_add_e_f32s(normalised, gamma, beta));
                sum = simd.add_f32s(sum, gradient);
                product = simd.mul_add_e_f32s(gradient, normalised, product);
                gradient
            },
        );
        for ((out, &x), &gradient) in out.iter_mut().zip(x).zip(gradient) {
            *out = one(x, gradient);
        }
        if !out_rest.is_empty() {
            // The missing elements have no gradient.
            let value = one(simd.partial_load_f32s(x_rest), simd.partial_load_f32s(gradient_rest));
            simd.partial_store_f32s(out_rest, value);
        }
        [simd.reduce_sum_f32s(sum), simd.reduce_sum_f32s(product)]
    }

    /// `factor · g + slope · x + offset` for one channel.
    #[inline(always)]
    fn finish<S: Simd>(&self, simd: S, channel: usize, line: [f32; 3]) {
        let range = channel * self.pass.shape.hw..(channel + 1) * self.pass.shape.hw;
        // SAFETY: every channel belongs to one task only.
        let out = unsafe { self.pass.out.slice(range.clone()) };
        let (x, x_rest) = S::as_simd_f32s(&self.pass.x[range]);
        let (out, out_rest) = S::as_mut_simd_f32s(out);
        let [factor, slope, offset] = line.map(|value| simd.splat_f32s(value));
        let one = inlined(
            #[inline(always)]
            |gradient, x| simd.mul_add_e_f32s(gradient, factor, simd.mul_add_e_f32s(x, slope, offset)),
        );
        for (out, &x) in out.iter_mut().zip(x) {
            *out = one(*out, x);
        }
        if !out_rest.is_empty() {
            let value = one(simd.partial_load_f32s(out_rest), simd.partial_load_f32s(x_rest));
            simd.partial_store_f32s(out_rest, value);
        }
    }
}
