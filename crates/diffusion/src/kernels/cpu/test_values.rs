//! Values and comparisons that the kernels' tests share.

/// `len` reproducible values, roughly standard normal (the sum of four uniform ones).
pub fn values(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    (0..len)
        .map(|_| (uniform() + uniform() + uniform() + uniform() - 2.0) * 1.732)
        .collect()
}

/// Fails when an element differs by more than `absolute + relative * |expected|`, or only one of the two is NaN.
#[track_caller]
pub fn assert_close(actual: &[f32], expected: &[f32], absolute: f32, relative: f32) {
    assert_eq!(actual.len(), expected.len());
    for (i, (&a, &e)) in actual.iter().zip(expected).enumerate() {
        let close = (a - e).abs() <= absolute + relative * e.abs() || a == e || (a.is_nan() && e.is_nan());
        assert!(close, "element {i}: {a} instead of {e} (difference {:e})", a - e);
    }
}

/// `1 - Phi(x)` for x >= 0 in f64: the power series below 4, a continued fraction above.
pub fn normal_tail(x: f64) -> f64 {
    let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if x < 4.0 {
        let (mut term, mut sum) = (x, x);
        for i in 1..120 {
            term *= x * x / f64::from(2 * i + 1);
            sum += term;
        }
        return 0.5 - density * sum;
    }
    let fraction = (1..60).rev().fold(x, |value, i| x + f64::from(i) / value);
    density / fraction
}
