//! Vector forms of the functions that the activations need, generic over the instruction set.

use pulp::Simd;

/// 1.5 * 2^23: adding it to a float of magnitude below 2^22 rounds it to the nearest integer and leaves that integer in the low mantissa bits.
const ROUND: f32 = 12_582_912.0;
const LOG2_E_HIGH: f32 = std::f32::consts::LOG2_E;
/// log2(e) minus its f32 value.
const LOG2_E_LOW: f32 = 1.925_963e-8;
/// Minimax polynomial of 2^f on [-1/2, 1/2] (relative error 2e-9 before rounding), fitted by linear programming.
#[allow(
    clippy::approx_constant,
    reason = "a fitted coefficient that happens to be near ln 2"
)]
const EXP2: [f32; 7] = [
    1.0,
    0.693_147_2,
    0.240_226_48,
    0.055_503_324,
    0.009_618_442,
    0.001_339_887,
    0.000_153_521_73,
];
/// exp(x^2 / 2) * (1 - Phi(x)) for x >= 0 as t * polynomial(t), t = 1 / (1 + TAIL_P * x): the form of Abramowitz and Stegun 26.2.17,
/// refitted by linear programming to an error of 1.5e-8 in x * (1 - Phi(x)).
const TAIL_P: f32 = 0.28;
/// The normal density at 0, `1 / sqrt(2 pi)`.
const FRAC_1_SQRT_TAU: f32 = 0.398_942_3;
const TAIL: [f32; 6] = [
    0.116_794_33,
    0.065_804_39,
    0.273_069_35,
    -0.242_070_48,
    0.392_953_04,
    -0.106_550_63,
];

/// Evaluates the polynomial with `coefficients` from the constant term up.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f32s, coefficients: [f32; N]) -> S::f32s {
    let mut sum = simd.splat_f32s(coefficients[N - 1]);
    for i in (0..N - 1).rev() {
        sum = simd.mul_add_e_f32s(sum, x, simd.splat_f32s(coefficients[i]));
    }
    sum
}

/// Keeps `x` within [`low`, `high`]; NaN stays NaN on every instruction set, which min and max do not promise.
#[inline(always)]
fn clamp<S: Simd>(simd: S, x: S::f32s, low: f32, high: f32) -> S::f32s {
    let (low, high) = (simd.splat_f32s(low), simd.splat_f32s(high));
    let x = simd.select_f32s(simd.less_than_f32s(x, low), low, x);
    simd.select_f32s(simd.less_than_f32s(high, x), high, x)
}

/// `2^fraction * 2^integer`, where `rounded` is the integer plus [`ROUND`].
#[inline(always)]
fn scale_by_power<S: Simd>(simd: S, fraction: S::f32s, rounded: S::f32s) -> S::f32s {
    let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(rounded), simd.splat_u32s(23));
    let value = polynomial(simd, fraction, EXP2);
    simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(value), exponent))
}

/// `2^x` for x <= 0, with x limited to -126 or more; relative error below 1.2e-7. NaN stays NaN.
#[inline(always)]
pub fn exp2_of_negative<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let lowest = simd.splat_f32s(-126.0);
    let x = simd.select_f32s(simd.less_than_f32s(x, lowest), lowest, x);
    let rounded = simd.add_f32s(x, simd.splat_f32s(ROUND));
    let integer = simd.sub_f32s(rounded, simd.splat_f32s(ROUND));
    scale_by_power(simd, simd.sub_f32s(x, integer), rounded)
}

/// `e^x` with x limited to [-87.3, 88.7]; relative error below 1.5e-7. NaN stays NaN.
#[inline(always)]
pub fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let x = clamp(simd, x, -87.3, 88.7);
    let log2_e = simd.splat_f32s(LOG2_E_HIGH);
    let rounded = simd.mul_add_e_f32s(x, log2_e, simd.splat_f32s(ROUND));
    let integer = simd.sub_f32s(rounded, simd.splat_f32s(ROUND));
    let fraction = simd.mul_add_e_f32s(x, log2_e, simd.neg_f32s(integer));
    let fraction = simd.mul_add_e_f32s(x, simd.splat_f32s(LOG2_E_LOW), fraction);
    scale_by_power(simd, fraction, rounded)
}

/// `x / (1 + e^(-slope * x))`: SiLU for slope 1, the quick GELU for slope 1.702.
#[inline(always)]
pub fn swish<S: Simd>(simd: S, x: S::f32s, slope: f32) -> S::f32s {
    let decay = exp(simd, simd.mul_f32s(x, simd.splat_f32s(-slope)));
    simd.div_f32s(x, simd.add_f32s(simd.splat_f32s(1.0), decay))
}

/// The derivative of SiLU: `s + x s (1 - s)` with the sigmoid `s`.
#[inline(always)]
pub fn silu_slope<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let s = simd.div_f32s(one, simd.add_f32s(one, exp(simd, simd.neg_f32s(x))));
    let rest = simd.sub_f32s(one, s);
    simd.mul_add_e_f32s(simd.mul_f32s(x, s), rest, s)
}

/// GELU and its derivative, `x Phi(x)` and `Phi(x) + x phi(x)`.
#[inline(always)]
pub fn gelu_and_slope<S: Simd>(simd: S, x: S::f32s) -> [S::f32s; 2] {
    let size = simd.abs_f32s(x);
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    let t = simd.div_f32s(one, simd.mul_add_e_f32s(size, simd.splat_f32s(TAIL_P), one));
    let decay = exp(simd, simd.mul_f32s(simd.mul_f32s(x, x), simd.splat_f32s(-0.5)));
    let tail = simd.mul_f32s(simd.mul_f32s(polynomial(simd, t, TAIL), t), decay);
    // Where the tail is below any rounding it is zero: infinity times it would be NaN.
    let dropped = simd.less_than_f32s(simd.splat_f32s(14.0), size);
    let is_negative = simd.less_than_f32s(x, zero);
    let tail = simd.select_f32s(dropped, zero, tail);
    let phi = simd.select_f32s(is_negative, tail, simd.sub_f32s(one, tail));
    let density = simd.mul_f32s(decay, simd.splat_f32s(FRAC_1_SQRT_TAU));
    let density = simd.select_f32s(dropped, zero, density);
    [gelu(simd, x), simd.mul_add_e_f32s(x, density, phi)]
}

/// The exact GELU `x * Phi(x)`, as `max(x, 0) - |x| * (1 - Phi(|x|))`, which keeps the relative accuracy of the negative tail.
#[inline(always)]
pub fn gelu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let size = simd.abs_f32s(x);
    let one = simd.splat_f32s(1.0);
    let t = simd.div_f32s(one, simd.mul_add_e_f32s(size, simd.splat_f32s(TAIL_P), one));
    let decay = exp(simd, simd.mul_f32s(simd.mul_f32s(x, x), simd.splat_f32s(-0.5)));
    let tail = simd.mul_f32s(simd.mul_f32s(polynomial(simd, t, TAIL), t), decay);
    let zero = simd.splat_f32s(0.0);
    let positive = simd.select_f32s(simd.less_than_f32s(x, zero), zero, x);
    // Where the tail is below the rounding of `positive` the product is dropped: infinity times zero would be NaN.
    let dropped = simd.less_than_f32s(simd.splat_f32s(14.0), size);
    let product = simd.select_f32s(dropped, zero, simd.mul_f32s(size, tail));
    simd.sub_f32s(positive, product)
}
