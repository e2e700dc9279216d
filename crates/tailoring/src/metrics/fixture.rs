//! fixtures/metrics.json, written by scipy, torch, torch-fidelity and clean-fid (fixtures/make_fixtures.py).

use serde_json::Value;

use super::Features;

fn part(name: &str) -> Value {
    let mut all: Value = serde_json::from_str(include_str!("fixtures/metrics.json")).unwrap();
    all[name].take()
}

pub(super) fn cases(name: &str) -> Vec<Value> {
    part(name).as_array().unwrap().clone()
}

pub(super) fn numbers(name: &str, field: &str) -> Vec<f64> {
    list(&part(name)[field])
}

pub(super) fn rows(name: &str, field: &str) -> Vec<Vec<f32>> {
    serde_json::from_value(part(name)[field].take()).unwrap()
}

pub(super) fn list(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value.as_f64().unwrap())
        .collect()
}

pub(super) fn features(value: &Value) -> Features {
    let rows: Vec<Vec<f32>> = serde_json::from_value(value.clone()).unwrap();
    Features::from_rows(&rows).unwrap()
}

#[track_caller]
pub(super) fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance, "{found} instead of {expected}");
    }
}
