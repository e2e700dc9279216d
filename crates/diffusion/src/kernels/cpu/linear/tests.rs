use super::{
    super::test_values::{assert_close, values},
    *,
};

fn reference(x: &[f32], parameters: &LinearParameters) -> Vec<f32> {
    let LinearParameters {
        weight,
        bias,
        residual,
        in_features,
        out_features,
    } = *parameters;
    let mut out = Vec::new();
    for row in x.chunks(in_features) {
        for o in 0..out_features {
            let dot: f64 = row
                .iter()
                .zip(&weight[o * in_features..])
                .map(|(x, w)| f64::from(*x) * f64::from(*w))
                .sum();
            let more = bias.map_or(0.0, |b| f64::from(b[o])) + residual.map_or(0.0, |r| f64::from(r[out.len()]));
            out.push((dot + more) as f32);
        }
    }
    out
}

fn check(rows: usize, in_features: usize, out_features: usize) {
    let x = values(rows * in_features, 1);
    let scale = 1.0 / (in_features as f32).sqrt();
    let weight: Vec<f32> = values(in_features * out_features, 2)
        .iter()
        .map(|w| w * scale)
        .collect();
    let (bias, residual) = (values(out_features, 3), values(rows * out_features, 4));
    for (bias, residual) in [
        (None, None),
        (Some(&bias[..]), None),
        (Some(&bias[..]), Some(&residual[..])),
    ] {
        let parameters = LinearParameters {
            weight: &weight,
            bias,
            residual,
            in_features,
            out_features,
        };
        let expected = reference(&x, &parameters);
        let mut out = vec![f32::NAN; rows * out_features];
        linear(&x, &parameters, &mut out);
        assert_close(&out, &expected, 3e-6, 1e-6);
        let mut vectors = vec![f32::NAN; rows * out_features];
        linear_vectors(&x, &parameters, &mut vectors);
        assert_close(&vectors, &expected, 3e-6, 1e-6);
        // Both ways of `linear` give the same bits.
        for run in [all_columns_of_few_rows, all_columns_of_many_rows] {
            let mut other = vec![f32::NAN; rows * out_features];
            run(&x, &parameters, &mut other);
            assert_eq!(out, other);
        }
    }
}

fn all_columns_of_few_rows(x: &[f32], parameters: &LinearParameters, out: &mut [f32]) {
    few_rows::run(x, parameters, 0..parameters.out_features, &Shared::new(out));
}

fn all_columns_of_many_rows(x: &[f32], parameters: &LinearParameters, out: &mut [f32]) {
    let rows = parameters.rows(x.len());
    many_rows::run(x, parameters, 0..rows, 0..parameters.out_features, &Shared::new(out));
}

#[test]
fn matches_the_scalar_form() {
    for (rows, in_features, out_features) in [
        (1, 1, 1),
        (2, 3, 5),
        (7, 17, 16),
        (24, 192, 160),
        (64, 160, 160),
        (32, 768, 192),
        (130, 33, 49),
        (700, 40, 100),
        (49, 400, 400),
        (3, 1280, 330),
        (600, 200, 300),
    ] {
        check(rows, in_features, out_features);
    }
}

#[test]
fn rows_do_not_depend_on_each_other() {
    let (in_features, out_features) = (200, 96);
    let x = values(900 * in_features, 1);
    let weight = values(in_features * out_features, 2);
    let parameters = LinearParameters {
        weight: &weight,
        bias: None,
        residual: None,
        in_features,
        out_features,
    };
    let mut all = vec![0.0; 900 * out_features];
    linear(&x, &parameters, &mut all);
    for rows in [1, 5, 64] {
        let mut some = vec![0.0; rows * out_features];
        linear(&x[10 * in_features..][..rows * in_features], &parameters, &mut some);
        assert_eq!(some, all[10 * out_features..][..rows * out_features]);
    }
}

#[test]
fn nan_stays_in_its_row() {
    let mut x = values(6, 1);
    x[1] = f32::NAN;
    let weight = values(8, 2);
    let parameters = LinearParameters {
        weight: &weight,
        bias: None,
        residual: None,
        in_features: 2,
        out_features: 4,
    };
    let mut out = [0.0; 12];
    linear(&x, &parameters, &mut out);
    assert!(out[..4].iter().all(|v| v.is_nan()) && out[4..].iter().all(|v| v.is_finite()));
}
