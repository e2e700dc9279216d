use super::{
    super::test_values::{assert_close, values},
    *,
};

fn reference(x: &[f32], shape: &GroupNormShape, parameters: &GroupNormParameters) -> Vec<f32> {
    let mut out = vec![0.0; x.len()];
    let (per_group, hw) = (shape.channels_per_group(), shape.hw);
    for index in 0..shape.n * shape.groups {
        let shifted = |channel: usize, i: usize| {
            f64::from(x[channel * hw + i]) + parameters.shift.map_or(0.0, |shift| f64::from(shift[channel]))
        };
        let channels = index * per_group..(index + 1) * per_group;
        let all: Vec<f64> = channels
            .clone()
            .flat_map(|c| (0..hw).map(move |i| shifted(c, i)))
            .collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let variance = all.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / all.len() as f64;
        for channel in channels {
            let c = channel % shape.c;
            for i in 0..hw {
                let y = (shifted(channel, i) - mean) / (variance + f64::from(shape.eps)).sqrt();
                let y = y * f64::from(parameters.gamma[c]) + f64::from(parameters.beta[c]);
                out[channel * hw + i] = match parameters.activation {
                    Activation::Silu => y / (1.0 + (-y).exp()),
                    _ => y,
                } as f32;
            }
        }
    }
    out
}

fn check(n: usize, c: usize, hw: usize, groups: usize, scale: f32, mean: f32, tolerance: f32) {
    let shape = GroupNormShape {
        n,
        c,
        hw,
        groups,
        eps: 1e-5,
    };
    let x: Vec<f32> = values(n * c * hw, 3).iter().map(|v| v * scale + mean).collect();
    let (gamma, beta, shift) = (values(c, 4), values(c, 5), values(n * c, 6));
    for activation in [Activation::None, Activation::Silu] {
        for shift in [None, Some(&shift[..])] {
            let parameters = GroupNormParameters {
                gamma: &gamma,
                beta: &beta,
                shift,
                activation,
            };
            let mut out = vec![f32::NAN; x.len()];
            group_norm(&x, &shape, &parameters, &mut out);
            assert_close(&out, &reference(&x, &shape, &parameters), tolerance, tolerance);
        }
    }
}

#[test]
fn matches_the_scalar_form() {
    check(1, 1, 1, 1, 1.0, 0.0, 2e-3);
    check(1, 4, 3, 2, 1.0, 0.5, 2e-6);
    check(2, 6, 17, 3, 1.0, 0.0, 2e-6);
    check(3, 96, 16, 16, 1.0, 0.0, 2e-6);
    check(2, 96, 256, 16, 2.0, 3.0, 2e-6);
    check(1, 64, 4097, 32, 1.0, 0.0, 2e-6);
    check(1, 2, 150_001, 1, 1.0, 0.0, 2e-6);
    check(1, 6, 90_001, 2, 1.0, 0.0, 2e-6);
}

#[test]
fn a_large_mean_does_not_spoil_the_variance() {
    check(1, 8, 5000, 2, 1.0, 1000.0, 2e-4);
}

#[test]
fn nan_stays_in_its_group() {
    let shape = GroupNormShape {
        n: 1,
        c: 4,
        hw: 5,
        groups: 2,
        eps: 1e-5,
    };
    let mut x = values(20, 7);
    x[3] = f32::NAN;
    let ones = [1.0; 4];
    let parameters = GroupNormParameters {
        gamma: &ones,
        beta: &ones,
        shift: None,
        activation: Activation::Silu,
    };
    let mut out = vec![0.0; 20];
    group_norm(&x, &shape, &parameters, &mut out);
    assert!(out[..10].iter().all(|v| v.is_nan()));
    assert!(out[10..].iter().all(|v| v.is_finite()));
}

#[test]
fn a_picture_is_the_same_alone_and_in_a_batch() {
    for (c, hw, groups) in [(32, 333, 4), (2, 70_000, 1)] {
        let x = values(8 * c * hw, 8);
        let (gamma, beta) = (values(c, 4), values(c, 5));
        let parameters = GroupNormParameters {
            gamma: &gamma,
            beta: &beta,
            shift: None,
            activation: Activation::Silu,
        };
        let run = |x: &[f32], n: usize| {
            let mut out = vec![0.0; x.len()];
            group_norm(
                x,
                &GroupNormShape {
                    n,
                    c,
                    hw,
                    groups,
                    eps: 1e-5,
                },
                &parameters,
                &mut out,
            );
            out
        };
        let all = run(&x, 8);
        for (x, expected) in x.chunks(c * hw).zip(all.chunks(c * hw)) {
            assert_eq!(run(x, 1), expected);
        }
    }
}
