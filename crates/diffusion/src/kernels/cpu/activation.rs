//! Activations: SiLU, GELU (exact, with erf), quick GELU, and GEGLU.

use super::{
    inlined,
    parallel::{self, Shared},
    vector_math,
};
use pulp::{Arch, Simd, WithSimd};

/// An elementwise activation that a kernel applies to its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The value itself.
    None,
    /// `x * sigmoid(x)`.
    Silu,
    /// `x * Phi(x)`, PyTorch's default `gelu`; absolute error below 2e-7 (or half a unit in the last place, where that is more).
    Gelu,
    /// `x * sigmoid(1.702 x)`, used by the first CLIP models.
    QuickGelu,
}

impl Activation {
    #[inline(always)]
    pub(super) fn apply<S: Simd>(self, simd: S, x: S::f32s) -> S::f32s {
        match self {
            Self::None => x,
            Self::Silu => vector_math::swish(simd, x, 1.0),
            Self::Gelu => vector_math::gelu(simd, x),
            Self::QuickGelu => vector_math::swish(simd, x, 1.702),
        }
    }

    /// Cost of one element in simple operations, for the decision to split.
    fn operations(self) -> usize {
        match self {
            Self::None => 1,
            _ => 4,
        }
    }
}

struct InPlace<'a> {
    values: &'a mut [f32],
    activation: Activation,
}

impl WithSimd for InPlace<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // The match is outside of the loops, so that each loop holds one function.
        match self.activation {
            Activation::None => {}
            Activation::Silu => map(
                simd,
                self.values,
                #[inline(always)]
                |x| Activation::Silu.apply(simd, x),
            ),
            Activation::Gelu => map(
                simd,
                self.values,
                #[inline(always)]
                |x| Activation::Gelu.apply(simd, x),
            ),
            Activation::QuickGelu => map(
                simd,
                self.values,
                #[inline(always)]
                |x| Activation::QuickGelu.apply(simd, x),
            ),
        }
    }
}

#[inline(always)]
fn map<S: Simd>(simd: S, values: &mut [f32], f: impl Fn(S::f32s) -> S::f32s) {
    let (vectors, rest) = S::as_mut_simd_f32s(values);
    for value in vectors {
        *value = f(*value);
    }
    if !rest.is_empty() {
        let value = f(simd.partial_load_f32s(rest));
        simd.partial_store_f32s(rest, value);
    }
}

/// Applies `activation` to every element of `values` in place.
pub fn activate(values: &mut [f32], activation: Activation) {
    let len = values.len();
    let parts = parallel::parts(len * activation.operations(), 64);
    let values = Shared::new(values);
    parallel::for_each(parts, |i| {
        // SAFETY: the parts do not overlap.
        let values = unsafe { values.slice(parallel::part(i, parts, len, 16)) };
        Arch::new().dispatch(InPlace { values, activation });
    });
}

struct Geglu<'a> {
    x: &'a [f32],
    out: &'a mut [f32],
    width: usize,
}

impl WithSimd for Geglu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (x, out) in self
            .x
            .chunks_exact(2 * self.width)
            .zip(self.out.chunks_exact_mut(self.width))
        {
            let (value, gate) = x.split_at(self.width);
            let (values, value_rest) = S::as_simd_f32s(value);
            let (gates, gate_rest) = S::as_simd_f32s(gate);
            let (outs, out_rest) = S::as_mut_simd_f32s(out);
            for ((&value, &gate), out) in values.iter().zip(gates).zip(outs) {
                *out = simd.mul_f32s(value, vector_math::gelu(simd, gate));
            }
            if !out_rest.is_empty() {
                let gate = vector_math::gelu(simd, simd.partial_load_f32s(gate_rest));
                simd.partial_store_f32s(out_rest, simd.mul_f32s(simd.partial_load_f32s(value_rest), gate));
            }
        }
    }
}

/// GEGLU (Shazeer, arXiv 2002.05202): each row `[value, gate]` of `x` `[rows, 2 * width]` becomes `value * gelu(gate)` in `out` `[rows, width]`.
///
/// # Panics
/// When the lengths do not agree.
pub fn geglu(x: &[f32], width: usize, out: &mut [f32]) {
    if width == 0 {
        return;
    }
    let rows = out.len() / width;
    assert_eq!(
        out.len(),
        rows * width,
        "the output of geglu is not a whole number of rows of {width}"
    );
    assert_eq!(
        x.len(),
        2 * out.len(),
        "the input of geglu must be twice as long as its output"
    );
    let parts = parallel::parts(out.len() * 4, rows.min(64));
    let out = Shared::new(out);
    parallel::for_each(parts, |i| {
        let rows = parallel::part(i, parts, rows, 1);
        // SAFETY: the parts do not overlap.
        let out = unsafe { out.slice(rows.start * width..rows.end * width) };
        Arch::new().dispatch(Geglu {
            x: &x[2 * rows.start * width..2 * rows.end * width],
            out,
            width,
        });
    });
}

struct GegluGradient<'a> {
    gradient: &'a [f32],
    x: &'a [f32],
    out: &'a mut [f32],
    width: usize,
}

impl WithSimd for GegluGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = self
            .gradient
            .chunks_exact(self.width)
            .zip(self.x.chunks_exact(2 * self.width));
        let one = inlined(
            #[inline(always)]
            |gradient, value, gate| {
                let [gelu, slope] = vector_math::gelu_and_slope(simd, gate);
                let gated = simd.mul_f32s(simd.mul_f32s(gradient, value), slope);
                [simd.mul_f32s(gradient, gelu), gated]
            },
        );
        for ((gradient, x), out) in rows.zip(self.out.chunks_exact_mut(2 * self.width)) {
            let (value, gate) = x.split_at(self.width);
            let (to_value, to_gate) = out.split_at_mut(self.width);
            let (gradients, gradient_rest) = S::as_simd_f32s(gradient);
            let ((values, value_rest), (gates, gate_rest)) = (S::as_simd_f32s(value), S::as_simd_f32s(gate));
            let (to_values, to_value_rest) = S::as_mut_simd_f32s(to_value);
            let (to_gates, to_gate_rest) = S::as_mut_simd_f32s(to_gate);
            for i in 0..gradients.len() {
                [to_values[i], to_gates[i]] = one(gradients[i], values[i], gates[i]);
            }
            if !gradient_rest.is_empty() {
                let load = |rest| simd.partial_load_f32s(rest);
                let [value, gate] = one(load(gradient_rest), load(value_rest), load(gate_rest));
                simd.partial_store_f32s(to_value_rest, value);
                simd.partial_store_f32s(to_gate_rest, gate);
            }
        }
    }
}

/// The gradient of [`geglu`] with respect to `x` `[rows, 2 * width]` into `out`, from that of its result `[rows, width]`.
///
/// # Panics
/// When the lengths do not agree.
pub fn geglu_gradient(gradient: &[f32], x: &[f32], width: usize, out: &mut [f32]) {
    if width == 0 {
        return;
    }
    let rows = gradient.len() / width;
    assert!(
        gradient.len() == rows * width && x.len() == 2 * gradient.len() && out.len() == x.len(),
        "the gradient of geglu does not have its shape"
    );
    let parts = parallel::parts(x.len() * 4, rows.min(64));
    let out = Shared::new(out);
    parallel::for_each(parts, |i| {
        let rows = parallel::part(i, parts, rows, 1);
        let both = 2 * rows.start * width..2 * rows.end * width;
        // SAFETY: the parts do not overlap.
        let out = unsafe { out.slice(both.clone()) };
        Arch::new().dispatch(GegluGradient {
            gradient: &gradient[rows.start * width..rows.end * width],
            x: &x[both],
            out,
            width,
        });
    });
}

#[cfg(test)]
mod tests {
    use super::{
        super::test_values::{assert_close, normal_tail, values},
        *,
    };

    fn reference(x: f32, activation: Activation) -> f32 {
        let x = f64::from(x);
        let y = match activation {
            Activation::None => x,
            Activation::Silu => x / (1.0 + (-x).exp()),
            Activation::QuickGelu => x / (1.0 + (-1.702 * x).exp()),
            Activation::Gelu if x < 0.0 => x * normal_tail(-x),
            Activation::Gelu => x - x * normal_tail(x),
        };
        y as f32
    }

    #[test]
    fn activations_match_the_scalar_functions() {
        for len in [0, 1, 3, 15, 16, 17, 63, 1000, 300_001] {
            for activation in [
                Activation::None,
                Activation::Silu,
                Activation::Gelu,
                Activation::QuickGelu,
            ] {
                let x: Vec<f32> = values(len, 1).iter().map(|v| v * 3.0).collect();
                let expected: Vec<f32> = x.iter().map(|&v| reference(v, activation)).collect();
                let mut y = x.clone();
                activate(&mut y, activation);
                assert_close(&y, &expected, 2e-7, 2e-7);
            }
        }
    }

    #[test]
    fn gelu_is_accurate_everywhere() {
        let x: Vec<f32> = (-80_000..80_000).map(|i| i as f32 * 1e-4).collect();
        let expected: Vec<f32> = x.iter().map(|&v| reference(v, Activation::Gelu)).collect();
        let mut y = x.clone();
        activate(&mut y, Activation::Gelu);
        // Above 2 a unit in the last place of the result is already more than the absolute bound.
        assert_close(&y, &expected, 2e-7, 1.2e-7);
    }

    #[test]
    fn large_values_and_nan_pass_through() {
        for activation in [Activation::Silu, Activation::Gelu, Activation::QuickGelu] {
            let mut y = vec![1e30, -1e30, 100.0, -100.0, 0.0, f32::NAN, f32::INFINITY, 1e-30];
            activate(&mut y, activation);
            assert_eq!(y[0], 1e30);
            assert!(y[1].abs() < 1e-5, "{activation:?} of -1e30 is {}", y[1]);
            assert_eq!(y[2], 100.0);
            assert!(y[3].abs() < 1e-30);
            assert_eq!(y[4], 0.0);
            assert!(y[5].is_nan());
            assert_eq!(y[6], f32::INFINITY);
            assert_close(&y[7..], &[5e-31], 1e-37, 1e-6);
        }
    }

    #[test]
    fn geglu_matches_the_scalar_form() {
        for (rows, width) in [(1, 1), (2, 5), (3, 16), (7, 33), (400, 384)] {
            let x = values(rows * 2 * width, 2);
            let mut expected = Vec::new();
            for row in x.chunks(2 * width) {
                expected.extend((0..width).map(|i| row[i] * reference(row[width + i], Activation::Gelu)));
            }
            let mut out = vec![f32::NAN; rows * width];
            geglu(&x, width, &mut out);
            assert_close(&out, &expected, 4e-7, 2e-7);
        }
    }
}
