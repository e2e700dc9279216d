//! Group normalisation (Wu and He, arXiv 1803.08494), fused with the add before it and the activation after it.

mod backward;

use super::{
    activation::Activation,
    parallel::{self, Shared},
};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

pub use backward::{GroupNormGradients, group_norm_gradients};

/// Longest run of elements whose statistics are taken in two passes; longer groups join such runs by Chan's formula.
const RUN: usize = 4096;

/// The shape `[n, c, hw]` of a group norm's input, its groups and its epsilon.
#[derive(Clone, Copy, Debug)]
pub struct GroupNormShape {
    /// Pictures.
    pub n: usize,
    /// Channels.
    pub c: usize,
    /// Height times width.
    pub hw: usize,
    /// Groups, each of `c / groups` neighbouring channels.
    pub groups: usize,
    /// Added to the variance.
    pub eps: f32,
}

impl GroupNormShape {
    fn channels_per_group(&self) -> usize {
        self.c / self.groups
    }

    fn group_len(&self) -> usize {
        self.channels_per_group() * self.hw
    }
}

/// What a group norm reads besides its input.
#[derive(Clone, Copy, Debug)]
pub struct GroupNormParameters<'a> {
    /// Scale per channel, `[c]`.
    pub gamma: &'a [f32],
    /// Offset per channel, `[c]`.
    pub beta: &'a [f32],
    /// Added to the input before it is normalised, `[n, c]`: a ResNet block's time embedding.
    pub shift: Option<&'a [f32]>,
    /// Applied to the result.
    pub activation: Activation,
}

/// Mean and sum of squared deviations of `count` elements.
#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Joins two sets of elements (Chan, Golub and LeVeque 1979).
    fn join(self, other: Self) -> Self {
        let count = self.count + other.count;
        let delta = other.mean - self.mean;
        Self {
            count,
            mean: self.mean + delta * other.count / count,
            squares: self.squares + other.squares + delta * delta * self.count * other.count / count,
        }
    }
}

/// Sums of `x - center` and of its square.
#[inline(always)]
fn power_sums<S: Simd>(simd: S, x: &[f32], center: f32) -> [f32; 2] {
    let zero = simd.splat_f32s(0.0);
    let centers = simd.splat_f32s(center);
    let (vectors, rest) = S::as_simd_f32s(x);
    let (groups, singles) = vectors.as_chunks::<4>();
    let (mut sums, mut squares) = ([zero; 4], [zero; 4]);
    for group in groups {
        for i in 0..4 {
            let distance = simd.sub_f32s(group[i], centers);
            sums[i] = simd.add_f32s(sums[i], distance);
            squares[i] = simd.mul_add_e_f32s(distance, distance, squares[i]);
        }
    }
    for &single in singles {
        let distance = simd.sub_f32s(single, centers);
        sums[0] = simd.add_f32s(sums[0], distance);
        squares[0] = simd.mul_add_e_f32s(distance, distance, squares[0]);
    }
    let total =
        |x: [S::f32s; 4]| simd.reduce_sum_f32s(simd.add_f32s(simd.add_f32s(x[0], x[1]), simd.add_f32s(x[2], x[3])));
    let (mut sum, mut square) = (total(sums), total(squares));
    for &x in rest {
        sum += x - center;
        square += (x - center) * (x - center);
    }
    [sum, square]
}

/// Moments of one run in two passes, with `shift` added to every element. The second pass also corrects the mean (Chan, Golub and
/// LeVeque 1983).
#[inline(always)]
fn run_moments<S: Simd>(simd: S, x: &[f32], shift: f32) -> Moments {
    let count = x.len() as f64;
    let [sum, _] = power_sums(simd, x, 0.0);
    let center = sum / x.len() as f32;
    let [sum, squares] = power_sums(simd, x, center).map(f64::from);
    Moments {
        count,
        mean: f64::from(center) + sum / count + f64::from(shift),
        squares: (squares - sum * sum / count).max(0.0),
    }
}

/// The stretches of a group that share one shift, each cut into runs; relative to the group's start.
fn runs(shape: &GroupNormShape, shifted: bool) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
    let stretch = if shifted { shape.hw } else { shape.group_len() };
    let runs = stretch.div_ceil(RUN);
    (0..shape.group_len() / stretch)
        .flat_map(move |i| (0..runs).map(move |r| (i, i * stretch + r * RUN..i * stretch + stretch.min((r + 1) * RUN))))
}

/// One pass over one (image, group) or over some of its channels.
struct Pass<'a, 'b> {
    shape: &'a GroupNormShape,
    parameters: &'a GroupNormParameters<'a>,
    x: &'a [f32],
    out: &'a Shared<'b>,
}

impl Pass<'_, '_> {
    /// Index of the first of the group's channels among all `n * c`.
    fn first_channel(&self, index: usize) -> usize {
        index * self.shape.channels_per_group()
    }

    fn shift(&self, channel: usize) -> f32 {
        self.parameters.shift.map_or(0.0, |shift| shift[channel])
    }

    /// Moments of the runs `range` of group `index`.
    #[inline(always)]
    fn moments<S: Simd>(&self, simd: S, index: usize, range: Range<usize>) -> Moments {
        let channel = self.first_channel(index);
        let group = &self.x[channel * self.shape.hw..][..self.shape.group_len()];
        let runs = runs(self.shape, self.parameters.shift.is_some())
            .skip(range.start)
            .take(range.len());
        let mut total = Moments::default();
        for (i, run) in runs {
            total = total.join(run_moments(simd, &group[run], self.shift(channel + i)));
        }
        total
    }

    /// Normalises one channel, given its group's moments.
    #[inline(always)]
    fn normalize<S: Simd>(&self, simd: S, channel: usize, moments: Moments) {
        let c = channel % self.shape.c;
        let scale =
            self.parameters.gamma[c] / (moments.squares / moments.count + f64::from(self.shape.eps)).sqrt() as f32;
        let offset = self.parameters.beta[c] + (f64::from(self.shift(channel)) - moments.mean) as f32 * scale;
        let range = channel * self.shape.hw..(channel + 1) * self.shape.hw;
        // SAFETY: every channel is normalised by one task only.
        let out = unsafe { self.out.slice(range.clone()) };
        let x = &self.x[range];
        match self.parameters.activation {
            Activation::None => affine(
                simd,
                x,
                scale,
                offset,
                out,
                #[inline(always)]
                |y| y,
            ),
            Activation::Silu => affine(
                simd,
                x,
                scale,
                offset,
                out,
                #[inline(always)]
                |y| Activation::Silu.apply(simd, y),
            ),
            other => affine(
                simd,
                x,
                scale,
                offset,
                out,
                #[inline(always)]
                |y| other.apply(simd, y),
            ),
        }
    }
}

#[inline(always)]
fn affine<S: Simd>(simd: S, x: &[f32], scale: f32, offset: f32, out: &mut [f32], f: impl Fn(S::f32s) -> S::f32s) {
    let (scale, offset) = (simd.splat_f32s(scale), simd.splat_f32s(offset));
    let (x, x_rest) = S::as_simd_f32s(x);
    let (out, out_rest) = S::as_mut_simd_f32s(out);
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f(simd.mul_add_e_f32s(x, scale, offset));
    }
    if !out_rest.is_empty() {
        let y = simd.mul_add_e_f32s(simd.partial_load_f32s(x_rest), scale, offset);
        simd.partial_store_f32s(out_rest, f(y));
    }
}

struct WholeGroups<'a, 'b, 'c>(&'c Pass<'a, 'b>, Range<usize>);

impl WithSimd for WholeGroups<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self(pass, groups) = self;
        for index in groups {
            let first = pass.first_channel(index);
            let moments = pass.moments(simd, index, 0..usize::MAX);
            for channel in first..first + pass.shape.channels_per_group() {
                pass.normalize(simd, channel, moments);
            }
        }
    }
}

struct OneRun<'a, 'b, 'c>(&'c Pass<'a, 'b>, usize, usize);

impl WithSimd for OneRun<'_, '_, '_> {
    type Output = Moments;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Moments {
        self.0.moments(simd, self.1, self.2..self.2 + 1)
    }
}

struct OneChannel<'a, 'b, 'c>(&'c Pass<'a, 'b>, usize, Moments);

impl WithSimd for OneChannel<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.0.normalize(simd, self.1, self.2);
    }
}

/// `activation(group_norm(x + shift))` of `x` `[n, c, hw]` into `out` of the same shape.
///
/// # Panics
/// When the lengths do not agree or `groups` does not divide `c`.
pub fn group_norm(x: &[f32], shape: &GroupNormShape, parameters: &GroupNormParameters, out: &mut [f32]) {
    let GroupNormShape { n, c, hw, groups, .. } = *shape;
    assert!(
        groups > 0 && c.is_multiple_of(groups),
        "{groups} groups do not divide {c} channels"
    );
    assert_eq!(
        x.len(),
        n * c * hw,
        "the input of group_norm has another length than its shape"
    );
    assert_eq!(
        out.len(),
        x.len(),
        "the output of group_norm has another length than its input"
    );
    assert!(
        parameters.gamma.len() == c && parameters.beta.len() == c,
        "gamma and beta of group_norm must have {c} elements"
    );
    assert!(
        parameters.shift.is_none_or(|shift| shift.len() == n * c),
        "the shift of group_norm must have {} elements",
        n * c
    );
    if x.is_empty() {
        return;
    }
    let parts = parallel::parts(x.len() * 3, 64);
    let out = Shared::new(out);
    let pass = Pass {
        shape,
        parameters,
        x,
        out: &out,
    };
    let arch = Arch::new();
    if parts == 1 || n * groups >= 2 * rayon::current_num_threads() {
        let parts = parts.min(n * groups);
        return parallel::for_each(parts, |i| {
            arch.dispatch(WholeGroups(&pass, parallel::part(i, parts, n * groups, 1)));
        });
    }
    // Few, large groups: runs and channels are spread instead. The runs, and so the result, are the same as above.
    let runs = runs(shape, parameters.shift.is_some()).count();
    let mut moments = vec![Moments::default(); n * groups * runs];
    spread(&mut moments, parts, |i| {
        arch.dispatch(OneRun(&pass, i / runs, i % runs))
    });
    let moments: Vec<Moments> = moments
        .chunks(runs)
        .map(|runs| runs.iter().fold(Moments::default(), |total, &run| total.join(run)))
        .collect();
    let channels = n * c;
    parallel::for_each(parts.min(channels), |i| {
        for channel in parallel::part(i, parts.min(channels), channels, 1) {
            arch.dispatch(OneChannel(
                &pass,
                channel,
                moments[channel / shape.channels_per_group()],
            ));
        }
    });
}

/// Fills `values[i]` with `f(i)` in about `parts` tasks.
fn spread(values: &mut [Moments], parts: usize, f: impl Fn(usize) -> Moments + Sync) {
    use rayon::prelude::*;
    let chunk = values.len().div_ceil(parts);
    values
        .par_iter_mut()
        .with_min_len(chunk)
        .enumerate()
        .for_each(|(i, value)| *value = f(i));
}

#[cfg(test)]
mod tests;
